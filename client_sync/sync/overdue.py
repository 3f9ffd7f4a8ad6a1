"""Which blobs have waited for the desk's word for too long: arithmetic only.

Spec: docs/spec/sync.md section 5
"""

from collections.abc import Iterable
from typing import Final

from client_sync.outbox.rows import Holding
from schemas.constants import (
    OVERDUE_SECONDS,
    OVERDUE_SYNCS,
    SECONDS_PER_DAY,
    UNTIL_MARGIN_DAYS,
)
from schemas.domain.ids import EnvelopeId

_OVERDUE_HOURS: Final = OVERDUE_SECONDS // 3600
_OVERDUE_DAYS: Final = OVERDUE_SECONDS // SECONDS_PER_DAY


def overdue(
    holdings: Iterable[Holding], now_hour: int, sync_number: int, relay_day: int
) -> tuple[EnvelopeId, ...]:
    """Name the blobs that a relay has held for too long without a word from the desk.

    Args:
        holdings: The newest holding of each blob that is held.
        now_hour: Hours since 1970 by our clock, which may be wrong.
        sync_number: Number of this sync.
        relay_day: The day the last relay to answer named, or 0: relays made the promises, and
            our own clock may be wrong by years, or be set back while we wait.

    Returns:
        Ids, in the order given.
    """
    return tuple(
        holding.blob_id
        for holding in holdings
        if _is_unanswered(holding, now_hour, sync_number, relay_day)
        or holding.until_day - relay_day <= UNTIL_MARGIN_DAYS
    )


def _is_unanswered(holding: Holding, now_hour: int, sync_number: int, relay_day: int) -> bool:
    """Tell whether two days passed by either clock, and three syncs."""
    is_old = (
        now_hour - holding.held_hour >= _OVERDUE_HOURS
        or relay_day - holding.held_day >= _OVERDUE_DAYS
    )
    return is_old and sync_number - holding.held_sync >= OVERDUE_SYNCS
