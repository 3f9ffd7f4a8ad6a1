"""Blobs that could not be opened: kept with their bytes and the kind of refusal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from server.desk.audit.store import Act, append, append_all
from server.desk.context import now
from server.desk.intake.errors import UnknownReportError
from server.desk.intake.models import PulledBlobRow, QuarantineRow
from server.desk.intake.stages import Move, Stage, after

UNCLAIMED_FOR: Final = timedelta(days=14)
"""How long a chunk nobody asked for waits for its report: text goes before media, so a report
that is not here two weeks after its chunk will hardly come."""

UNCLAIMED_KIND: Final = "unclaimed-chunk"
DAMAGED_KIND: Final = "bad-attachment"
AGAIN_KIND: Final = "chunk-again"
UNREADABLE_KIND: Final = "unreadable"


@dataclass(frozen=True, slots=True)
class QuarantinedBlob:
    """One blob as the quarantine page lists it."""

    blob_id: int
    envelope_id: str
    kind: str
    size_bytes: int
    put_aside_at: datetime
    tries: int


def put_aside(session: Session, refusals: Iterable[tuple[int, str, str]]) -> int:
    """Quarantine some blobs.

    Args:
        session: A writing session; the caller commits.
        refusals: Row number of the blob, its stage now, and the kind of refusal.

    Returns:
        How many.
    """
    found = [(blob_id, after(stage, Move.REFUSE), kind) for blob_id, stage, kind in refusals]
    for blob_id, stage, kind in found:
        session.execute(
            update(PulledBlobRow).where(PulledBlobRow.id == blob_id).values(stage=stage.value)
        )
        _note(session, blob_id, kind)
    append_all(
        session,
        [Act("desk", "blob.quarantine", f"blob:{one}", {"kind": kind}) for one, _, kind in found],
    )
    return len(found)


def _note(session: Session, blob_id: int, kind: str) -> None:
    row = session.get(QuarantineRow, blob_id)
    if row is None:
        values = {"blob_id": blob_id, "kind": kind, "put_aside_at": now(), "tries": 1}
        session.execute(insert(QuarantineRow).values(values))
    else:
        row.kind, row.tries = kind, row.tries + 1


def put_aside_old_chunks(session: Session) -> int:
    """Quarantine the chunks that nobody asked for in two weeks."""
    old = session.execute(
        select(PulledBlobRow.id).where(
            PulledBlobRow.stage == Stage.UNCLAIMED.value,
            PulledBlobRow.pulled_at < now() - UNCLAIMED_FOR,
        )
    ).scalars()
    return put_aside(session, [(one, Stage.UNCLAIMED.value, UNCLAIMED_KIND) for one in old])


def retry(session: Session, blob_id: int, actor: str) -> None:
    """Let the next opening try a blob again.

    Raises:
        UnknownReportError: It is not in quarantine.
    """
    row = session.get(PulledBlobRow, blob_id)
    if row is None or row.stage != Stage.QUARANTINED.value:
        raise UnknownReportError
    row.stage = after(row.stage, Move.RETRY).value
    append(session, actor, "blob.retry", f"blob:{blob_id}", {})


def release(session: Session, blob_ids: Sequence[int]) -> None:
    """Take blobs that opened after all off the list."""
    session.execute(delete(QuarantineRow).where(QuarantineRow.blob_id.in_(blob_ids)))


def quarantined(session: Session, *, limit: int) -> list[QuarantinedBlob]:
    """List what is in quarantine, newest first."""
    rows = session.execute(
        select(QuarantineRow, PulledBlobRow.envelope_id, PulledBlobRow.size_bytes)
        .join(PulledBlobRow, PulledBlobRow.id == QuarantineRow.blob_id)
        .where(PulledBlobRow.stage == Stage.QUARANTINED.value)
        .order_by(QuarantineRow.put_aside_at.desc(), QuarantineRow.blob_id.desc())
        .limit(limit)
    )
    return [
        QuarantinedBlob(
            row.blob_id, bytes(one).hex(), row.kind, size_bytes, row.put_aside_at, row.tries
        )
        for row, one, size_bytes in rows
    ]


def count_quarantined(session: Session) -> int:
    """Count what is in quarantine."""
    wanted = select(func.count()).select_from(PulledBlobRow)
    return session.execute(
        wanted.where(PulledBlobRow.stage == Stage.QUARANTINED.value)
    ).scalar_one()


def blob_bytes(session: Session, blob_id: int, actor: str) -> bytes:
    """Give the bytes of a blob in quarantine, noting who took them.

    Raises:
        UnknownReportError: It is not in quarantine.
    """
    row = session.get(PulledBlobRow, blob_id)
    if row is None or row.stage != Stage.QUARANTINED.value or row.blob is None:
        raise UnknownReportError
    append(session, actor, "blob.download", f"blob:{blob_id}", {})
    return row.blob
