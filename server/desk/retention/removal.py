"""Taking a report out of every table there is.

Theory of operation: whatever refers to the report goes with it: rows whose column names the report
or one of its files, and rows that could not stand without a row that goes. They are found by the
tables' own declarations, so that a room that comes later and keeps something about reports cannot
be forgotten here. A reference that may be empty is emptied. What stays is one line: that a report
of this id was here, so that the same envelope, sent again, is not opened again.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.orm import Session

from server.desk.db import Row
from server.desk.intake.deleting import close_blobs, remember_deleted
from server.desk.intake.models import AttachmentRow, ReportRow

NAMES_A_REPORT: Final = "report_id"
NAMES_A_FILE: Final = "attachment_id"
STAYS: Final = frozenset({"deleted_report", "audit_entry"})
"""Tables that go on naming a deleted report."""


def remove_report(session: Session, report_id: str) -> set[str]:
    """Take a report and everything about it out of the database.

    Args:
        session: A writing session; the caller commits and audits.
        report_id: Which.

    Returns:
        The ids of all rows that went: those of files lie on the disk under the same name.
    """
    gone: set[str] = set()
    files = set(
        session.execute(
            select(AttachmentRow.id).where(AttachmentRow.report_id == report_id)
        ).scalars()
    )
    close_blobs(session, report_id, files)
    for table in Row.metadata.sorted_tables:
        if table.name in STAYS or table.name == ReportRow.__tablename__:
            continue
        for name, values in ((NAMES_A_REPORT, {report_id}), (NAMES_A_FILE, files)):
            if name in table.columns and values:
                _remove(session, table.columns[name], values, gone)
    _remove(session, Row.metadata.tables["report"].columns[NAMES_A_REPORT], {report_id}, gone)
    remember_deleted(session, report_id)
    session.expire_all()
    return gone


def _remove(
    session: Session, column: Column[Any], values: Collection[object], gone: set[str]
) -> None:
    """Take rows out, and before them whatever could not stand without them."""
    table = column.table
    assert isinstance(table, Table)  # noqa: S101 - columns here come from tables
    rows = session.execute(select(table).where(column.in_(values))).mappings().all()
    if not rows:
        return
    for child, refers, referred in _referring(table):
        held = {row[referred] for row in rows} - {None}
        if child.columns[refers].nullable:
            empty = update(child).where(child.columns[refers].in_(held)).values({refers: None})
            session.execute(empty)
        else:
            _remove(session, child.columns[refers], held, gone)
    gone |= {str(row["id"]) for row in rows if isinstance(row.get("id"), str)}
    session.execute(delete(table).where(column.in_(values)))


def _referring(table: Table) -> list[tuple[Table, str, str]]:
    """List who refers to a table: the other table, its column, and the column it refers to."""
    return [
        (child, key.parent.name, key.column.name)
        for child in Row.metadata.sorted_tables
        for key in child.foreign_keys
        if key.column.table is table and child.name not in STAYS
    ]
