"""Tokens for the senders of accepted reports: hashes that wait for their relays.

Theory of operation: the hashes are computed where the acknowledgement is noted, because the
report's keys are open there, and committed with it; each relay has its own. They wait as a row for
each relay and are dropped once it has taken them, so that nothing on the desk's disk ties a hash to
a report. A relay that joins later knows the senders of later reports only.

Spec: docs/spec/sync.md section 8
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from schemas.constants import MAX_TOKEN_HASHES, TOKENS_PER_REPORT
from schemas.domain.ids import RelayKey
from schemas.envelope.tokens import token_hash, tokens_of
from server.desk.intake.models import TokensDueRow
from server.desk.keys.relays import relays

REPORTS_PER_FRAME: Final = MAX_TOKEN_HASHES // TOKENS_PER_REPORT


def leave_tokens(session: Session, reply_keys: Sequence[bytes]) -> None:
    """Let every relay know some senders.

    Args:
        session: A writing session; the caller commits.
        reply_keys: Of their reports.
    """
    lots = [
        reply_keys[start : start + REPORTS_PER_FRAME]
        for start in range(0, len(reply_keys), REPORTS_PER_FRAME)
    ]
    rows = [
        {"relay_id": relay.id, "hashes": _hashes(lot, RelayKey(relay.relay_key))}
        for relay in relays(session)
        for lot in lots
    ]
    if rows:
        session.execute(insert(TokensDueRow), rows)


def tokens_due(session: Session, relay_id: int, most: int) -> list[tuple[int, bytes]]:
    """List what a relay is to be given: row number, and up to 256 hashes."""
    wanted = (
        select(TokensDueRow.id, TokensDueRow.hashes)
        .where(TokensDueRow.relay_id == relay_id)
        .order_by(TokensDueRow.id)
        .limit(max(most, 0))
    )
    return [(row.id, row.hashes) for row in session.execute(wanted)]


def tokens_done(session: Session, row_id: int) -> None:
    """Forget what a relay has taken."""
    session.execute(delete(TokensDueRow).where(TokensDueRow.id == row_id))


def _hashes(reply_keys: Sequence[bytes], relay_key: RelayKey) -> bytes:
    return b"".join(
        token_hash(secret) for key in reply_keys for secret in tokens_of(key, relay_key)
    )
