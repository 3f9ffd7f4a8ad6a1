"""When a report is deleted: its blobs lose their bytes, and its id is remembered."""

from collections.abc import Collection

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from server.desk.context import now
from server.desk.intake.models import DeletedReportRow, ExpectedChunkRow, PulledBlobRow, ReportRow
from server.desk.intake.stages import Move, Stage, after


def close_blobs(session: Session, report_id: str, files: Collection[str]) -> None:
    """Empty the blobs that a report and its files came in.

    Args:
        session: A writing session; the caller commits.
        report_id: Which report.
        files: Ids of its attachments; a chunk that another report's file needs stays.
    """
    of_report = select(ReportRow.blob_id).where(ReportRow.report_id == report_id)
    others = select(ExpectedChunkRow.chunk_tag).where(ExpectedChunkRow.attachment_id.not_in(files))
    of_files = select(ExpectedChunkRow.blob_id).where(
        ExpectedChunkRow.attachment_id.in_(files),
        ExpectedChunkRow.blob_id.is_not(None),
        ExpectedChunkRow.chunk_tag.not_in(others),
    )
    ids = {*session.execute(of_report).scalars(), *session.execute(of_files).scalars()}
    for stage in (Stage.OPENED, Stage.CHUNK, Stage.JOINED):
        session.execute(
            update(PulledBlobRow)
            .where(PulledBlobRow.id.in_(ids), PulledBlobRow.stage == stage.value)
            .values(blob=None, stage=after(stage.value, Move.DELETE).value),
            execution_options={"synchronize_session": False},
        )


def remember_deleted(session: Session, report_id: str) -> None:
    """Write down that a report of this id was here and is not any more."""
    session.execute(insert(DeletedReportRow).values(gone_id=report_id, deleted_at=now()))


def newest_deletion(session: Session) -> int:
    """Tell the number of the newest deletion; whoever holds words of reports drops them then."""
    return session.execute(select(func.max(DeletedReportRow.number))).scalar_one() or 0
