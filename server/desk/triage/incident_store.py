"""Reading incidents; nothing here writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, func, or_, select
from sqlalchemy.orm import Session

from server.desk.intake.views import ReportView
from server.desk.keys.keyring import Keyring
from server.desk.triage import columns
from server.desk.triage.corroboration import Corroboration, Told, corroboration
from server.desk.triage.errors import UnknownIncidentError
from server.desk.triage.incident_states import IncidentState
from server.desk.triage.likeness import runs_of
from server.desk.triage.models import IncidentReportRow, IncidentRow, ToldApartRow
from server.desk.triage.views import TriageView
from server.desk.triage.workflow import NOT_COUNTED

PAGE_INCIDENTS = 20
"""A page opens the reports of all its incidents: some hundred, 50 ms on two cores."""


@dataclass(frozen=True, slots=True, repr=False)
class IncidentView:
    """One incident, its reports left to be opened.

    Attributes:
        number: Grows with each incident of the desk.
        title: What people call it; may be empty.
        edition: Grows each time its words are changed.
        report_ids: That stand in it, in the order in which they were put there.
    """

    number: int
    id: str
    state: IncidentState
    title: str
    note: str
    edition: int
    made_by: str
    made_at: datetime
    report_ids: tuple[str, ...]

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<IncidentView {self.number}>"


@dataclass(frozen=True, slots=True)
class Membership:
    """Which incident a report is in, and how many reports that holds."""

    incident_id: str
    reports: int


def incident_detail(session: Session, ring: Keyring, incident_id: str) -> IncidentView:
    """Open one incident.

    Raises:
        UnknownIncidentError: There is none.
    """
    wanted = select(IncidentRow).where(IncidentRow.id == incident_id)
    row = session.execute(wanted).scalar_one_or_none()
    if row is None:
        raise UnknownIncidentError("no incident has this address: look for it in the list")
    return _view(ring, row, _members(session, [row.id]).get(row.id, []))


def incidents_page(
    session: Session, ring: Keyring, state: IncidentState, *, before: int = 0
) -> list[IncidentView]:
    """Open the newest incidents that stand in a state and hold a report, newest first.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        state: Which.
        before: Only incidents with a smaller number, to go on where a page ended; 0 for all.

    Returns:
        One more than a page where there are more.
    """
    wanted = select(IncidentRow).where(IncidentRow.state == state.value, _held())
    if before:
        wanted = wanted.where(IncidentRow.number < before)
    wanted = wanted.order_by(IncidentRow.number.desc()).limit(PAGE_INCIDENTS + 1)
    rows = list(session.execute(wanted).scalars())
    members = _members(session, [row.id for row in rows])
    return [_view(ring, row, members.get(row.id, [])) for row in rows]


def incident_counts(session: Session) -> dict[IncidentState, int]:
    """Count the incidents in each state that hold a report."""
    counted = select(IncidentRow.state, func.count()).where(_held()).group_by(IncidentRow.state)
    found = {IncidentState(state): number for state, number in session.execute(counted)}
    return {state: found.get(state, 0) for state in IncidentState}


def memberships(session: Session, report_ids: Sequence[str]) -> dict[str, Membership]:
    """Tell which incidents some reports are in; those in none are left out.

    Args:
        session: Any session.
        report_ids: Of one page; at most some hundred.
    """
    wanted = select(IncidentReportRow.report_id, IncidentReportRow.incident_id).where(
        IncidentReportRow.report_id.in_(report_ids), IncidentReportRow.taken_at.is_(None)
    )
    where = {row.report_id: row.incident_id for row in session.execute(wanted)}
    members = _members(session, sorted(set(where.values())))
    return {
        report_id: Membership(incident_id, len(members[incident_id]))
        for report_id, incident_id in where.items()
    }


def told_apart_from(session: Session, report_id: str) -> frozenset[str]:
    """Name the reports that people told apart from one."""
    wanted = select(ToldApartRow.report_id, ToldApartRow.other_id).where(
        or_(ToldApartRow.report_id == report_id, ToldApartRow.other_id == report_id),
        ToldApartRow.withdrawn_at.is_(None),
    )
    return frozenset(each for pair in session.execute(wanted) for each in pair if each != report_id)


def weighed(reports: Iterable[ReportView], stands: Mapping[str, TriageView]) -> Corroboration:
    """Weigh the reports of an incident; repeats, spam and what is out of scope do not count."""
    return corroboration(
        [
            Told(view.report_id, runs_of(view.report.text), view.author, view.report.about)
            for view in reports
            if stands.get(view.report_id, TriageView()).standing.state not in NOT_COUNTED
        ]
    )


def _held() -> Exists:
    """Make the condition that an incident holds a report."""
    return (
        select(IncidentReportRow.id)
        .where(
            IncidentReportRow.incident_id == IncidentRow.id, IncidentReportRow.taken_at.is_(None)
        )
        .exists()
    )


def _members(session: Session, incident_ids: Sequence[str]) -> dict[str, list[str]]:
    wanted = (
        select(IncidentReportRow.incident_id, IncidentReportRow.report_id)
        .where(
            IncidentReportRow.incident_id.in_(incident_ids), IncidentReportRow.taken_at.is_(None)
        )
        .order_by(IncidentReportRow.number)
    )
    found: dict[str, list[str]] = {}
    for incident_id, report_id in session.execute(wanted):
        found.setdefault(incident_id, []).append(report_id)
    return found


def _view(ring: Keyring, row: IncidentRow, report_ids: Sequence[str]) -> IncidentView:
    words: object = {}
    if row.sealed_words:
        words = columns.INCIDENT.open_json(ring, row.id, row.sealed_words)
    if not isinstance(words, dict):
        raise TypeError("an incident's words are an object")
    return IncidentView(
        number=row.number,
        id=row.id,
        state=IncidentState(row.state),
        title=str(words.get("title", "")),
        note=str(words.get("note", "")),
        edition=row.edition,
        made_by=row.made_by,
        made_at=row.made_at,
        report_ids=tuple(report_ids),
    )
