"""Writing opened reports down: sealed again, under the desk's own key.

Everything here happens in the transaction of the opening that calls it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from schemas.domain.ids import report_id_of
from schemas.domain.report import Manifest, Report
from schemas.domain.vocabulary import AckStatus
from schemas.envelope.chunks import chunk_tags
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import DerivedKeys
from schemas.envelope.opening import OpenedEnvelope
from server.desk.audit.store import Act, append_all
from server.desk.context import now
from server.desk.intake import columns
from server.desk.intake.acknowledging import acknowledge
from server.desk.intake.attachments import AttachmentState
from server.desk.intake.claims import claim_waiting
from server.desk.intake.contact import place_stop
from server.desk.intake.keys_of_report import ReportKeys
from server.desk.intake.models import AttachmentRow, ExpectedChunkRow, PulledBlobRow, ReportRow
from server.desk.intake.quarantine import release
from server.desk.keys.keyring import Keyring

ATTACHMENT_ID_BYTES = 16


@dataclass(frozen=True, slots=True, repr=False)
class Filed:
    """One blob with what came out of it."""

    blob_id: int
    opened: OpenedEnvelope
    report: Report

    def __repr__(self) -> str:
        """Hide the content."""
        return f"<Filed {self.blob_id}>"


def file_reports(session: Session, ring: Keyring, filed: Sequence[Filed]) -> None:
    """Write reports, what they are waiting for, and the words to their senders.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        filed: What was opened.
    """
    if not filed:
        return
    received = _received(session, [one.blob_id for one in filed])
    rows = [_report(ring, one, received[one.blob_id]) for one in filed]
    session.execute(insert(ReportRow), rows)
    for one in filed:
        place_stop(session, ring, report_id_of(one.opened.id), one.report, one.opened.author)
    tags = [tag for one in filed for tag in _expect(session, one)]
    claim_waiting(session, tags)
    release(session, list(received))
    acknowledge(session, [_first_word(one) for one in filed])
    append_all(session, [_act(one) for one in filed])


def _received(session: Session, blob_ids: Sequence[int]) -> dict[int, object]:
    wanted = select(PulledBlobRow.id, PulledBlobRow.pulled_at)
    rows = session.execute(wanted.where(PulledBlobRow.id.in_(blob_ids)))
    return {row.id: row.pulled_at for row in rows}


def _report(ring: Keyring, one: Filed, received_at: object) -> dict[str, object]:
    report, report_id = one.report, report_id_of(one.opened.id)
    keys = ReportKeys(one.opened.keys, one.opened.author)
    return {
        "report_id": report_id,
        "blob_id": one.blob_id,
        "category": report.category.value,
        "observed_at": report.observed.at,
        "observed_precision": report.observed.precision.value,
        "received_at": received_at,
        "opened_at": now(),
        "sealed_report": columns.REPORT.seal(ring, report_id, one.opened.plain_json),
        "sealed_keys": columns.KEYS.seal(ring, report_id, keys.stored()),
    }


def _expect(session: Session, one: Filed) -> list[bytes]:
    """Write the attachments of a report; give the tags of the chunks they need."""
    tags: list[bytes] = []
    for position, manifest in enumerate(one.report.attachments):
        tags += _expect_file(session, one, position, manifest)
    return tags


def _expect_file(session: Session, one: Filed, position: int, manifest: Manifest) -> list[bytes]:
    attachment_id = random_bytes(ATTACHMENT_ID_BYTES).hex()
    session.execute(
        insert(AttachmentRow).values(
            id=attachment_id,
            report_id=report_id_of(one.opened.id),
            position=position,
            chunk_count=manifest.chunk_count,
            class_bytes=manifest.class_bytes,
            size_bytes=manifest.size_bytes,
            state=AttachmentState.WAITING.value,
        )
    )
    tags = chunk_tags(manifest.key, manifest.chunk_count)
    held = _held_already(session, tags[0])
    rows = [
        {
            "chunk_tag": tag,
            "attachment_id": attachment_id,
            "position": index,
            "blob_id": held.get(tag),
        }
        for index, tag in enumerate(tags)
    ]
    session.execute(insert(ExpectedChunkRow), rows)
    return tags


def _held_already(session: Session, first_tag: bytes) -> dict[bytes, int | None]:
    """Find the chunks that are here because another report speaks of the same file."""
    other = session.execute(
        select(ExpectedChunkRow.attachment_id)
        .where(ExpectedChunkRow.chunk_tag == first_tag)
        .limit(1)
    ).scalar_one_or_none()
    if other is None:
        return {}
    wanted = select(ExpectedChunkRow.chunk_tag, ExpectedChunkRow.blob_id)
    rows = session.execute(wanted.where(ExpectedChunkRow.attachment_id == other))
    return dict(rows.all())


def _first_word(one: Filed) -> tuple[str, DerivedKeys, AckStatus]:
    status = AckStatus.RECEIVED if one.report.attachments else AckStatus.ACCEPTED
    return report_id_of(one.opened.id), one.opened.keys, status


def _act(one: Filed) -> Act:
    detail = {"blob": one.blob_id, "attachments": len(one.report.attachments)}
    return Act("desk", "report.open", report_id_of(one.opened.id), detail)
