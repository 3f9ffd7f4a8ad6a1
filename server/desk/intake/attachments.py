"""Joining chunks into files: checked against the sender's hash, sealed, written once.

Theory of operation: when every chunk of an attachment is here, they are opened in order, hashed
and written to a sealed file in one pass of bounded memory. Only when length and SHA-256 are the
sender's does the attachment become complete and do the chunks give their room back; all of that is
one transaction after the file is on disk, so a crash in between writes the file again. A
file that is not what its sender hashed is damaged: its chunks go to quarantine as they are.
"""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from schemas.constants import CHUNK_OVERHEAD_BYTES
from schemas.domain.report import Manifest
from schemas.domain.vocabulary import AckStatus
from schemas.envelope import primitives
from schemas.envelope.chunks import open_chunk
from schemas.errors import ChunkError
from server.desk.audit.store import append
from server.desk.context import desk_config, now
from server.desk.db import start_writing
from server.desk.intake.acknowledging import acknowledge
from server.desk.intake.faults import FaultPoint
from server.desk.intake.models import (
    AcknowledgementRow,
    AttachmentRow,
    ExpectedChunkRow,
    PulledBlobRow,
    ReportRow,
)
from server.desk.intake.quarantine import DAMAGED_KIND, put_aside
from server.desk.intake.stages import Move, Stage, after
from server.desk.intake.store import report_detail, report_keys
from server.desk.keys.keyring import Keyring
from server.desk.keys.sealed_files import path_of, read_sealed, write_sealed

ASK_AGAIN_AFTER: Final = timedelta(days=3)
"""Chunks follow their report within hours where there is a link at all."""


class AttachmentState(StrEnum):
    """How much of a file is here."""

    WAITING = "waiting"
    COMPLETE = "complete"
    DAMAGED = "damaged"


def join_all(session: Session, ring: Keyring, fault: FaultPoint) -> int:
    """Join every attachment whose chunks are all here.

    Args:
        session: A session; committed file by file.
        ring: An unlocked keyring.
        fault: Called between the steps.

    Returns:
        How many files became complete.
    """
    complete = 0
    for attachment_id in _ready(session):
        row = session.get_one(AttachmentRow, attachment_id)
        manifest = report_detail(session, ring, row.report_id).report.attachments[row.position]
        right = _write(session, ring, row, manifest)
        fault("file-written")
        start_writing(session)
        if right:
            _complete(session, ring, session.get_one(AttachmentRow, attachment_id))
        else:
            _damage(session, session.get_one(AttachmentRow, attachment_id))
        session.commit()
        fault("file-joined")
        complete += right
    return complete


def _ready(session: Session) -> list[str]:
    """Find the waiting attachments of which no chunk is missing."""
    missing = (
        select(ExpectedChunkRow.id)
        .where(
            ExpectedChunkRow.attachment_id == AttachmentRow.id, ExpectedChunkRow.blob_id.is_(None)
        )
        .exists()
    )
    wanted = select(AttachmentRow.id).where(
        AttachmentRow.state == AttachmentState.WAITING.value, ~missing
    )
    return list(session.execute(wanted.order_by(AttachmentRow.id)).scalars())


def _write(session: Session, ring: Keyring, row: AttachmentRow, manifest: Manifest) -> bool:
    """Write the sealed file; tell whether it is what the sender hashed."""
    digest = hashlib.sha256()
    folder = desk_config().evidence_path

    def parts() -> Iterator[bytes]:
        for part in _plain(session, ring, row, manifest):
            digest.update(part)
            yield part

    try:
        write_sealed(ring, folder, row.id, parts())
    except ChunkError:
        return False
    if primitives.equal(digest.digest(), manifest.sha256):
        return True
    path_of(folder, row.id).unlink()
    return False


def _plain(
    session: Session, ring: Keyring, row: AttachmentRow, manifest: Manifest
) -> Iterator[bytes]:
    """Open the chunks in order; the zeros behind the end are dropped."""
    room_bytes = manifest.class_bytes - CHUNK_OVERHEAD_BYTES
    left_bytes = manifest.size_bytes
    wanted = (
        select(ExpectedChunkRow.position, ExpectedChunkRow.blob_id)
        .where(ExpectedChunkRow.attachment_id == row.id)
        .order_by(ExpectedChunkRow.position)
    )
    for position, blob_id in session.execute(wanted).all():
        blob = session.execute(
            select(PulledBlobRow.blob).where(PulledBlobRow.id == blob_id)
        ).scalar_one()
        if blob is None:
            yield from _from_sibling(session, ring, row)
            return
        data = open_chunk(manifest.key, position, manifest.chunk_count, blob)
        yield data[: max(0, min(room_bytes, left_bytes))]
        left_bytes -= room_bytes


def _from_sibling(session: Session, ring: Keyring, row: AttachmentRow) -> Iterator[bytes]:
    """Read the same file from the report whose arrival joined its chunks first.

    Raises:
        ChunkError: There is none.
    """
    mine = select(ExpectedChunkRow.chunk_tag).where(
        ExpectedChunkRow.attachment_id == row.id, ExpectedChunkRow.position == 0
    )
    sibling = session.execute(
        select(AttachmentRow.id)
        .join(ExpectedChunkRow, ExpectedChunkRow.attachment_id == AttachmentRow.id)
        .where(
            ExpectedChunkRow.chunk_tag.in_(mine),
            AttachmentRow.state == AttachmentState.COMPLETE.value,
        )
        .limit(1)
    ).scalar_one_or_none()
    if sibling is None:
        raise ChunkError(hint="the bytes were given up")
    yield from read_sealed(ring, desk_config().evidence_path, sibling)


def _complete(session: Session, ring: Keyring, row: AttachmentRow) -> None:
    row.state, row.completed_at = AttachmentState.COMPLETE.value, now()
    session.flush()
    chunks = select(ExpectedChunkRow.blob_id).where(ExpectedChunkRow.attachment_id == row.id)
    session.execute(
        update(PulledBlobRow)
        .where(PulledBlobRow.id.in_(chunks), PulledBlobRow.stage == Stage.CHUNK.value)
        .values(stage=after(Stage.CHUNK.value, Move.JOIN).value, blob=None)
    )
    append(session, "desk", "attachment.complete", row.report_id, {"attachment": row.id})
    if _all_complete(session, row.report_id):
        keys = report_keys(session, ring, row.report_id).derived
        acknowledge(session, [(row.report_id, keys, AckStatus.ACCEPTED)])


def _all_complete(session: Session, report_id: str) -> bool:
    left = select(func.count()).select_from(AttachmentRow)
    return not session.execute(
        left.where(
            AttachmentRow.report_id == report_id,
            AttachmentRow.state != AttachmentState.COMPLETE.value,
        )
    ).scalar_one()


def _damage(session: Session, row: AttachmentRow) -> None:
    row.state = AttachmentState.DAMAGED.value
    chunks = session.execute(
        select(PulledBlobRow.id)
        .join(ExpectedChunkRow, ExpectedChunkRow.blob_id == PulledBlobRow.id)
        .where(ExpectedChunkRow.attachment_id == row.id, PulledBlobRow.stage == Stage.CHUNK.value)
        .distinct()
    ).scalars()
    put_aside(session, [(one, Stage.CHUNK.value, DAMAGED_KIND) for one in chunks])
    append(session, "desk", "attachment.damage", row.report_id, {"attachment": row.id})


def ask_again(session: Session, ring: Keyring) -> int:
    """Ask senders for chunks that did not come within three days; once every three days.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.

    Returns:
        How many senders are asked.
    """
    since = now() - ASK_AGAIN_AFTER
    asked = select(AcknowledgementRow.report_id).where(
        AcknowledgementRow.status == int(AckStatus.NEED_MORE), AcknowledgementRow.made_at > since
    )
    late = session.execute(
        select(AttachmentRow.report_id)
        .join(ReportRow, ReportRow.report_id == AttachmentRow.report_id)
        .where(
            AttachmentRow.state == AttachmentState.WAITING.value,
            ReportRow.opened_at < since,
            AttachmentRow.report_id.not_in(asked),
        )
        .distinct()
    ).scalars()
    words = [(one, report_keys(session, ring, one).derived, AckStatus.NEED_MORE) for one in late]
    acknowledge(session, words)
    return len(words)
