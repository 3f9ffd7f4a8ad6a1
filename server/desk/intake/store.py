"""Reading opened reports: what the rooms behind the intake stand on.

Every function takes the session it works in and the keyring it opens with; none commits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from schemas.domain.ids import ReportId
from schemas.domain.report import Report
from schemas.domain.vocabulary import ReplyKind
from schemas.wire.report import decode_report
from server.desk.intake import columns
from server.desk.intake.errors import AmbiguousReportError, UnknownReportError
from server.desk.intake.keys_of_report import ReportKeys, keys_from
from server.desk.intake.models import AttachmentRow, PulledBlobRow, ReplyRow, ReportRow
from server.desk.intake.views import AttachmentView, ReplyView, ReportView
from server.desk.keys.keyring import Keyring

MIN_PREFIX_CHARACTERS = 6
"""What a person reads out: 24 bits tell a desk's reports apart on most days."""

IN_A_QUERY = 500
"""Ids named in one query: SQLite and PostgreSQL both take more."""


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What stands in clear about a report: for lists and counts that need no key."""

    row_id: int
    report_id: ReportId
    category: str
    observed_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class ToldReport:
    """What one report said, without its files' states: for an index of all reports."""

    row_id: int
    report_id: ReportId
    report: Report
    author: bytes | None
    received_at: datetime

    def __repr__(self) -> str:
        """Hide what was said."""
        return f"<ToldReport {self.row_id}>"


def report_detail(session: Session, ring: Keyring, report_id: str) -> ReportView:
    """Open one report.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        report_id: 64 hex digits.

    Returns:
        The report.

    Raises:
        UnknownReportError: There is none.
        DeskLockedError: The desk is locked.
    """
    found = views(session, ring, select(ReportRow).where(ReportRow.report_id == report_id))
    if not found:
        raise UnknownReportError
    return found[0]


def reports_page(
    session: Session, ring: Keyring, *, limit: int, before: int | None = None
) -> list[ReportView]:
    """Open the newest reports, newest first.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        limit: At most so many.
        before: Only rows with a smaller `row_id`, to go on where a page ended.

    Returns:
        The reports.
    """
    wanted = select(ReportRow).order_by(ReportRow.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(ReportRow.id < before)
    return views(session, ring, wanted)


def reports_after(session: Session, ring: Keyring, *, row_id: int, limit: int) -> list[ReportView]:
    """Open the reports that came after a row, oldest first: how a later room finds new work.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        row_id: The last row seen; 0 for all.
        limit: At most so many.

    Returns:
        The reports.
    """
    wanted = select(ReportRow).where(ReportRow.id > row_id).order_by(ReportRow.id).limit(limit)
    return views(session, ring, wanted)


def reports_told_after(
    session: Session, ring: Keyring, *, row_id: int, limit: int
) -> list[ToldReport]:
    """Open only what reports said, oldest first: what an index of all of them reads.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        row_id: The last row seen; 0 for all.
        limit: At most so many.

    Returns:
        The reports.
    """
    wanted = select(
        ReportRow.id,
        ReportRow.report_id,
        ReportRow.received_at,
        ReportRow.sealed_report,
        ReportRow.sealed_keys,
    )
    rows = session.execute(wanted.where(ReportRow.id > row_id).order_by(ReportRow.id).limit(limit))
    return [
        ToldReport(
            row_id=row.id,
            report_id=ReportId(row.report_id),
            report=decode_report(columns.REPORT.open(ring, row.report_id, row.sealed_report)),
            author=keys_from(columns.KEYS.open(ring, row.report_id, row.sealed_keys)).author,
            received_at=row.received_at,
        )
        for row in rows
    ]


def newest_row(session: Session) -> int:
    """Tell the number of the newest report's row; 0 when there is none."""
    return session.execute(select(func.max(ReportRow.id))).scalar_one() or 0


def reports_named(
    session: Session, ring: Keyring, report_ids: Iterable[str]
) -> dict[str, ReportView]:
    """Open the reports of a list of ids; ids that no report has are left out."""
    wanted = list(report_ids)
    found: dict[str, ReportView] = {}
    for start in range(0, len(wanted), IN_A_QUERY):
        part = wanted[start : start + IN_A_QUERY]
        rows = views(session, ring, select(ReportRow).where(ReportRow.report_id.in_(part)))
        found |= {view.report_id: view for view in rows}
    return found


def report_heads(session: Session, *, limit: int, after: int = 0) -> list[ReportHead]:
    """Read what stands in clear, oldest first; works while the desk is locked."""
    wanted = select(ReportRow).where(ReportRow.id > after).order_by(ReportRow.id).limit(limit)
    return [
        ReportHead(row.id, ReportId(row.report_id), row.category, row.observed_at, row.received_at)
        for row in session.execute(wanted).scalars()
    ]


def count_reports(session: Session) -> int:
    """Count the opened reports."""
    return session.execute(select(func.count()).select_from(ReportRow)).scalar_one()


def full_id(session: Session, prefix: str) -> ReportId:
    """Find the one report whose id begins with some digits.

    Args:
        session: Any session.
        prefix: 6 to 64 lower-case hex digits.

    Returns:
        The whole id.

    Raises:
        UnknownReportError: There is none, or the prefix is too short to be meant.
        AmbiguousReportError: There are several.
    """
    if len(prefix) < MIN_PREFIX_CHARACTERS or set(prefix) - set("0123456789abcdef"):
        raise UnknownReportError
    found = session.execute(
        select(ReportRow.report_id).where(ReportRow.report_id.startswith(prefix)).limit(2)
    )
    ids = list(found.scalars())
    if not ids:
        raise UnknownReportError
    if len(ids) > 1:
        raise AmbiguousReportError
    return ReportId(ids[0])


def report_keys(session: Session, ring: Keyring, report_id: str) -> ReportKeys:
    """Open the keys that answer one report's sender.

    Raises:
        UnknownReportError: There is no such report.
    """
    row = session.execute(
        select(ReportRow.sealed_keys).where(ReportRow.report_id == report_id)
    ).scalar_one_or_none()
    if row is None:
        raise UnknownReportError
    return keys_from(columns.KEYS.open(ring, report_id, row))


def replies_to(session: Session, ring: Keyring, report_id: str) -> list[ReplyView]:
    """Open what was answered to a report, oldest first."""
    wanted = select(ReplyRow).where(ReplyRow.report_id == report_id).order_by(ReplyRow.number)
    return [_reply_view(ring, row) for row in session.execute(wanted).scalars()]


def _reply_view(ring: Keyring, row: ReplyRow) -> ReplyView:
    words = columns.REPLY.open_json(ring, row.id, row.sealed_text)
    if not isinstance(words, dict):
        raise TypeError("a stored reply is an object")
    return ReplyView(
        number=row.number,
        kind=ReplyKind(row.kind),
        text=str(words["text"]),
        lang=str(words["lang"]),
        written_by=row.written_by,
        written_at=row.written_at,
        sent_at=row.sent_at,
    )


def views(session: Session, ring: Keyring, wanted: Select[ReportRow]) -> list[ReportView]:
    """Open the rows of any query on reports, in its order, attachments included."""
    rows = list(session.execute(wanted).scalars())
    attachments = _attachments(session, [row.report_id for row in rows])
    days = _relay_days(session, [row.blob_id for row in rows])
    return [
        _view(ring, row, attachments.get(row.report_id, []), days.get(row.blob_id)) for row in rows
    ]


def _view(
    ring: Keyring, row: ReportRow, files: Sequence[AttachmentRow], relay_day: int | None
) -> ReportView:
    report = decode_report(columns.REPORT.open(ring, row.report_id, row.sealed_report))
    keys = keys_from(columns.KEYS.open(ring, row.report_id, row.sealed_keys))
    return ReportView(
        row_id=row.id,
        report_id=ReportId(row.report_id),
        report=report,
        author=keys.author.hex() if keys.author else None,
        received_at=row.received_at,
        opened_at=row.opened_at,
        relay_day=relay_day,
        attachments=_files(report, files),
    )


def _files(report: Report, rows: Sequence[AttachmentRow]) -> tuple[AttachmentView, ...]:
    """Put each thumbnail with its picture."""
    thumbnails: dict[int, AttachmentView] = {}
    files: list[AttachmentView] = []
    # Thumbnails follow the files (report.md), so from the end each is met before its picture.
    for row in sorted(rows, key=lambda each: each.position, reverse=True):
        manifest = report.attachments[row.position]
        view = AttachmentView(
            id=row.id,
            name=manifest.name,
            mime=manifest.mime,
            sha256=manifest.sha256.hex(),
            size_bytes=row.size_bytes,
            state=row.state,
            thumbnail=thumbnails.get(row.position),
        )
        if manifest.thumbnail_of is None:
            files.append(view)
        else:
            thumbnails[manifest.thumbnail_of] = view
    return tuple(reversed(files))


def _attachments(session: Session, report_ids: Sequence[str]) -> dict[str, list[AttachmentRow]]:
    found: dict[str, list[AttachmentRow]] = {}
    for start in range(0, len(report_ids), IN_A_QUERY):
        part = report_ids[start : start + IN_A_QUERY]
        wanted = select(AttachmentRow).where(AttachmentRow.report_id.in_(part))
        for file in session.execute(wanted.order_by(AttachmentRow.position)).scalars():
            found.setdefault(file.report_id, []).append(file)
    return found


def _relay_days(session: Session, blob_ids: Sequence[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for start in range(0, len(blob_ids), IN_A_QUERY):
        part = blob_ids[start : start + IN_A_QUERY]
        wanted = select(PulledBlobRow.id, PulledBlobRow.relay_day).where(PulledBlobRow.id.in_(part))
        found |= {row.id: row.relay_day for row in session.execute(wanted)}
    return found
