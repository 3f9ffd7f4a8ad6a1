"""Reading what people did in triage; nothing here writes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.domain.ids import IndicatorId, ReportId
from schemas.domain.vocabulary import (
    Confidence,
    InformationCredibility,
    SourceReliability,
    Verification,
    Workflow,
)
from server.desk.intake.models import ReportRow
from server.desk.intake.store import IN_A_QUERY
from server.desk.keys.keyring import Keyring
from server.desk.triage import columns
from server.desk.triage.models import CodingRow, NoteRow, TriageActRow, TriageRow
from server.desk.triage.verification import Grade
from server.desk.triage.views import ActView, CodingView, NoteView, TriageView
from server.desk.triage.workflow import NOT_COUNTED, Standing


def triage_of(session: Session, ring: Keyring, report_id: str) -> TriageView:
    """Read where a report stands; one nobody touched is new, received and F6."""
    row = session.get(TriageRow, report_id)
    return view_of(ring, row) if row is not None else TriageView()


def triage_named(
    session: Session, ring: Keyring, report_ids: Sequence[str]
) -> dict[str, TriageView]:
    """Read where several reports stand; untouched ones are left out."""
    found: dict[str, TriageView] = {}
    for start in range(0, len(report_ids), IN_A_QUERY):
        part = report_ids[start : start + IN_A_QUERY]
        rows = session.execute(select(TriageRow).where(TriageRow.report_id.in_(part))).scalars()
        found |= {row.report_id: view_of(ring, row) for row in rows}
    return found


def view_of(ring: Keyring, row: TriageRow) -> TriageView:
    """Open one row."""
    grade = (
        _dict(columns.GRADE.open_json(ring, row.report_id, row.sealed_grade))
        if (row.sealed_grade)
        else {}
    )
    return TriageView(
        standing=Standing(Workflow(row.state), row.holder, row.lease_until),
        verification=Verification(row.verification),
        grade=Grade(
            SourceReliability(str(grade.get("reliability", SourceReliability.F))),
            InformationCredibility(str(grade.get("credibility", InformationCredibility.UNJUDGED))),
        ),
        independent_sources=int(str(grade.get("sources", 0))),
        duplicate_of=ReportId(row.duplicate_of) if row.duplicate_of else None,
        assignee=row.assignee,
    )


def codings_of(session: Session, ring: Keyring, report_id: str) -> list[CodingView]:
    """Open the codings of a report that stand, oldest first."""
    wanted = select(CodingRow).where(
        CodingRow.report_id == report_id, CodingRow.withdrawn_at.is_(None)
    )
    rows = session.execute(wanted.order_by(CodingRow.number)).scalars()
    return [coding_view(ring, row) for row in rows]


def codings_named(
    session: Session, ring: Keyring, report_ids: Sequence[str]
) -> dict[str, list[CodingView]]:
    """Open the standing codings of several reports."""
    found: dict[str, list[CodingView]] = {}
    for start in range(0, len(report_ids), IN_A_QUERY):
        part = report_ids[start : start + IN_A_QUERY]
        wanted = select(CodingRow).where(
            CodingRow.report_id.in_(part), CodingRow.withdrawn_at.is_(None)
        )
        for row in session.execute(wanted.order_by(CodingRow.number)).scalars():
            found.setdefault(row.report_id, []).append(coding_view(ring, row))
    return found


def codings_observed_since(
    session: Session, ring: Keyring, since: datetime
) -> Iterable[CodingView]:
    """Open the standing codings of counted reports observed at or after a time.

    Reports that repeat another, are out of scope or are spam are left out.
    """
    hidden = [state.value for state in NOT_COUNTED]
    wanted = (
        select(CodingRow)
        .join(ReportRow, ReportRow.report_id == CodingRow.report_id)
        .outerjoin(TriageRow, TriageRow.report_id == CodingRow.report_id)
        .where(ReportRow.observed_at >= since, CodingRow.withdrawn_at.is_(None))
        .where(TriageRow.state.is_(None) | TriageRow.state.not_in(hidden))
        .order_by(CodingRow.number)
    )
    for row in session.execute(wanted).scalars():
        yield coding_view(ring, row)


def coding_view(ring: Keyring, row: CodingRow) -> CodingView:
    """Open one coding."""
    held = _dict(columns.CODING.open_json(ring, row.id, row.sealed_coding))
    return CodingView(
        number=row.number,
        id=row.id,
        report_id=ReportId(row.report_id),
        taxonomy_version=str(held["taxonomy_version"]),
        indicator_id=IndicatorId(str(held["indicator_id"])),
        confidence=Confidence(str(held["confidence"])),
        reason=str(held["reason"]),
        coder=row.coder,
        coded_at=row.coded_at,
        withdrawn_at=row.withdrawn_at,
    )


def notes_of(session: Session, ring: Keyring, report_id: str) -> list[NoteView]:
    """Open the notes on a report, oldest first."""
    wanted = select(NoteRow).where(NoteRow.report_id == report_id).order_by(NoteRow.number)
    return [
        NoteView(
            columns.NOTE.open_text(ring, row.id, row.sealed_text), row.written_by, row.written_at
        )
        for row in session.execute(wanted).scalars()
    ]


def history_of(session: Session, report_id: str) -> list[ActView]:
    """List the acts on a report, newest first."""
    wanted = select(TriageActRow).where(TriageActRow.report_id == report_id)
    rows = session.execute(wanted.order_by(TriageActRow.number.desc())).scalars()
    return [ActView(row.act, row.actor, row.at, row.undone_at) for row in rows]


def repeats_of(session: Session, report_id: str) -> list[ReportId]:
    """List the reports that people marked as repeating this one."""
    wanted = select(TriageRow.report_id).where(
        TriageRow.duplicate_of == report_id, TriageRow.state == Workflow.DUPLICATE.value
    )
    return [ReportId(found) for found in session.execute(wanted).scalars()]


def _dict(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("a sealed value of triage is an object")
    return value
