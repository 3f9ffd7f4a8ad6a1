"""From codings to weekly lines per area and subject.

Theory of operation: a report counts once for each indicator and once for each risk factor that
somebody coded it to, whoever and however often, in the ISO week it tells of. Reports known only
to the month are counted apart: putting them into one week would invent a peak. A week in which an
area that usually reports sent nothing at all is missing, not zero, because a cut line and a calm
week look the same from here; the page says so in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from schemas.domain.vocabulary import TimePrecision
from server.desk.signals.detectors import silence
from server.desk.signals.weeks import IsoWeek

WHOLE_COUNTRY: Final = "*"
"""Area of the line that adds up a country."""
EVERYTHING: Final = "all"
"""Subject of the line that counts every report, coded or not."""


@dataclass(frozen=True, slots=True, order=True)
class LineName:
    """What a line counts.

    Attributes:
        area: First-level area code, or `WHOLE_COUNTRY`.
        subject: An indicator id such as `7.12`, a risk factor id such as `7`, or `EVERYTHING`.
    """

    area: str
    subject: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One report as the lines see it.

    Attributes:
        area: First-level area code; reports without one are on the country's line only.
        subjects: Indicators and risk factors it was coded to.
    """

    report_id: str
    area: str
    week: IsoWeek
    precision: TimePrecision
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """Weekly counts, oldest first; None where nothing was heard from an area that usually speaks.

    Attributes:
        report_ids: Reports of each week.
    """

    name: LineName
    weeks: tuple[IsoWeek, ...]
    counts: tuple[int | None, ...]
    report_ids: tuple[tuple[str, ...], ...] = field(repr=False)

    def total(self, last_weeks: int) -> int:
        """Add up the last weeks, missing ones as nothing heard."""
        return sum(count or 0 for count in self.counts[-last_weeks:])


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines over the same weeks.

    Attributes:
        month_only: Reports known only to the month: on no line.
        silent: Area -> weeks in which it unexpectedly sent nothing.
    """

    weeks: tuple[IsoWeek, ...]
    by_name: Mapping[LineName, Line]
    month_only: int
    silent: Mapping[str, frozenset[IsoWeek]]

    def line(self, area: str, subject: str) -> Line:
        """Give a line; one nobody reported on is a line of zeros."""
        name = LineName(area, subject)
        quiet = Line(name, self.weeks, (0,) * len(self.weeks), ((),) * len(self.weeks))
        return self.by_name.get(name, quiet)

    def areas(self) -> tuple[str, ...]:
        """List the areas anything was heard from."""
        return tuple(sorted({name.area for name in self.by_name} - {WHOLE_COUNTRY}))

    def subjects(self) -> tuple[str, ...]:
        """List the subjects anything was coded to, in the order of the taxonomy."""
        return tuple(sorted({name.subject for name in self.by_name} - {EVERYTHING}, key=by_number))


def by_number(subject: str) -> tuple[int, ...]:
    """Sort `7` before `7.2` before `7.12` before `8`."""
    return tuple(int(part) for part in subject.split(".") if part.isdigit())


def factor_of(indicator_id: str) -> str:
    """Give the risk factor an indicator belongs to."""
    return indicator_id.split(".", maxsplit=1)[0]


def subjects_of(indicator_ids: Iterable[str]) -> frozenset[str]:
    """Give what a report with these codings counts for: indicators and their risk factors."""
    ids = frozenset(indicator_ids)
    return ids | {factor_of(indicator_id) for indicator_id in ids}


def count_lines(observations: Sequence[Observation], weeks: Sequence[IsoWeek]) -> Lines:
    """Count.

    Args:
        observations: One per report; a report that repeats another is left out by the caller.
        weeks: The weeks of every line, oldest first, without gaps.
    """
    dated = [seen for seen in observations if seen.precision is not TimePrecision.MONTH]
    found: dict[LineName, dict[IsoWeek, set[str]]] = {}
    for seen in dated:
        for area in {seen.area, WHOLE_COUNTRY} - {""}:
            for subject in {EVERYTHING, *seen.subjects}:
                by_week = found.setdefault(LineName(area, subject), {})
                by_week.setdefault(seen.week, set()).add(seen.report_id)
    silent = _silent_weeks(found, weeks)
    by_name = {
        name: _line(name, by_week, weeks, silent.get(name.area, frozenset()))
        for name, by_week in found.items()
    }
    return Lines(tuple(weeks), by_name, len(observations) - len(dated), silent)


def _silent_weeks(
    found: Mapping[LineName, Mapping[IsoWeek, set[str]]], weeks: Sequence[IsoWeek]
) -> dict[str, frozenset[IsoWeek]]:
    """Find the weeks without any report from an area of which that was not to be expected.

    The last week is still running and is never called silent.
    """
    silent: dict[str, frozenset[IsoWeek]] = {}
    for name, by_week in found.items():
        if name.subject != EVERYTHING:
            continue
        heard = [len(by_week.get(week, ())) for week in weeks]
        empty = (
            week
            for end, week in enumerate(weeks[:-1], start=1)
            if heard[end - 1] == 0 and silence(heard[:end]).alarm
        )
        silent[name.area] = frozenset(empty)
    return {area: gaps for area, gaps in silent.items() if gaps}


def _line(
    name: LineName,
    by_week: Mapping[IsoWeek, set[str]],
    weeks: Sequence[IsoWeek],
    silent: frozenset[IsoWeek],
) -> Line:
    return Line(
        name=name,
        weeks=tuple(weeks),
        counts=tuple(None if week in silent else len(by_week.get(week, ())) for week in weeks),
        report_ids=tuple(tuple(sorted(by_week.get(week, ()))) for week in weeks),
    )
