"""Reading the observations that the lines count: codings joined with the place in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from schemas.domain.vocabulary import TimePrecision
from server.desk.intake.models import ReportRow
from server.desk.keys.keyring import Keyring
from server.desk.signals.counting import Lines, Observation, count_lines, subjects_of
from server.desk.signals.weeks import IsoWeek, weeks_until
from server.desk.triage.index.reading import report_index
from server.desk.triage.models import TriageRow
from server.desk.triage.store import codings_observed_since
from server.desk.triage.workflow import NOT_COUNTED

HISTORY_WEEKS = 52
"""A year: the level detector's half year, and a half for the eye."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was heard of one country.

    Attributes:
        without_area: Reports of any country whose area is not known: on no line.
    """

    country: str
    lines: Lines
    without_area: int


def coverage(session: Session, ring: Keyring, country: str, now: datetime) -> Coverage:
    """Count the last year of one country.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        country: Three-letter code.
        now: UTC, aware; its week is the last.
    """
    weeks = weeks_until(IsoWeek.of(now), HISTORY_WEEKS)
    seen = observations(session, ring, weeks[0])
    known = _areas(session, ring, datetime.combine(weeks[0].monday(), time(), tzinfo=UTC))
    here = [item for item in seen if known[item.report_id][1] == country]
    without = sum(1 for item in seen if not item.area)
    return Coverage(country, count_lines(here, weeks), without)


def observations(session: Session, ring: Keyring, first: IsoWeek) -> Sequence[Observation]:
    """Read every counted report observed in or after a week."""
    since = datetime.combine(first.monday(), time(), tzinfo=UTC)
    known = _areas(session, ring, since)
    coded: dict[str, set[str]] = {}
    for coding in codings_observed_since(session, ring, since):
        coded.setdefault(coding.report_id, set()).add(coding.indicator_id)
    return [
        Observation(
            report_id=row.report_id,
            area=known[row.report_id][0],
            week=IsoWeek.of(row.observed_at),
            precision=TimePrecision(row.observed_precision),
            subjects=subjects_of(coded.get(row.report_id, ())),
        )
        for row in _counted_reports(session, since)
        if row.report_id in known
    ]


def _counted_reports(session: Session, since: datetime) -> Sequence[Row[str, datetime, str]]:
    """Read what counting needs of each report: none of the sealed columns."""
    hidden = [state.value for state in NOT_COUNTED]
    wanted = (
        select(ReportRow.report_id, ReportRow.observed_at, ReportRow.observed_precision)
        .outerjoin(TriageRow, TriageRow.report_id == ReportRow.report_id)
        .where(ReportRow.observed_at >= since)
        .where(TriageRow.state.is_(None) | TriageRow.state.not_in(hidden))
        .order_by(ReportRow.id)
    )
    return session.execute(wanted).all()


def _areas(session: Session, ring: Keyring, since: datetime) -> dict[str, tuple[str, str]]:
    """Give area and country of every report observed at or after a time."""
    index = report_index(session, ring)
    sql = "SELECT report_id, area, country FROM report WHERE observed>=?"
    rows = index.ask(sql, (since.timestamp(),))
    return {report_id.hex(): (area, country) for report_id, area, country in rows}


def countries(session: Session, ring: Keyring) -> dict[str, int]:
    """Count the reports of each country, most first."""
    index = report_index(session, ring)
    sql = "SELECT country, count(*) AS reports FROM report WHERE country<>'' GROUP BY country"
    return dict(index.ask(f"{sql} ORDER BY reports DESC, country"))
