"""What of the blobs that came is the desk's own canary, and opening it.

Theory of operation: see `canaries`. This stands apart, because taking blobs in asks here and
knows nothing of relays and sending.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.domain.ids import EnvelopeId
from server.desk.context import now
from server.desk.intake.models import CanaryRow

CANARY_TEXT: Final = "canary"


def note_fetched(session: Session, ids: Sequence[EnvelopeId]) -> set[bytes]:
    """Note which of some blobs that came are canaries, and give their ids.

    Args:
        session: A writing session; the caller commits.
        ids: Hashes of blobs, at most as many as a query takes.
    """
    rows = session.execute(select(CanaryRow).where(CanaryRow.envelope_id.in_(ids))).scalars()
    found = set()
    for row in rows:
        found.add(row.envelope_id)
        row.fetched_at = row.fetched_at or now()
    return found


def open_fetched(session: Session, opens: Callable[[bytes], bool]) -> None:
    """Open the canaries that came back; their bytes are dropped either way.

    Args:
        session: A writing session; the caller commits.
        opens: Tells whether a blob opens and is a canary.
    """
    wanted = select(CanaryRow).where(CanaryRow.fetched_at.is_not(None), CanaryRow.blob.is_not(None))
    for row in session.execute(wanted).scalars().all():
        row.faulty = row.blob is None or not opens(row.blob)
        row.opened_at = now()
        row.blob = None
