"""Reading every line with every detector, and saying which stand out and how sure that is.

Theory of operation: a line is raised when the level detector alarms, or when EARS C1 or C2 does
and at least three reports stand behind it. C3 alone never raises a line: on made lines without
any outbreak it alarms in more than one week of six. Many lines read at once make chance alarms
likely, so the scan also says how many of its lines would have alarmed by chance alone. What is
raised is a signal in the sense of event-based surveillance: unverified until a person assessed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.desk.signals.counting import EVERYTHING, WHOLE_COUNTRY, Line, LineName, Lines, factor_of
from server.desk.signals.detectors import DETECTORS, LEVEL_LEAST_COUNT, Reading
from server.desk.signals.rates import measured_rates
from server.desk.signals.weeks import IsoWeek

LEVEL: Final = "level"
RAISING: Final = (LEVEL, "ears_c1", "ears_c2")
"""Detectors that raise a line by themselves."""
DETECTORS_IN_ORDER: Final = (LEVEL, *(name for name in DETECTORS if name != LEVEL))
"""The order in which alarms are named."""
RECENT_WEEKS: Final = 4
"""How far back the list of signals looks: older ones were seen by earlier shifts."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A line that stands out in one week.

    Attributes:
        alarms: Detectors that alarmed, the level detector first.
        level: What the level detector expected.
    """

    name: LineName
    week: IsoWeek
    count: int
    alarms: tuple[str, ...]
    level: Reading

    @property
    def strong(self) -> bool:
        """Tell whether the level detector, the one that errs least, alarmed."""
        return LEVEL in self.alarms


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands out, and what chance alone would do.

    Attributes:
        raised: Strongest and newest first.
        lines_read: Lines with at least one report.
        by_chance: Level alarms a week to be expected on so many quiet lines.
    """

    raised: tuple[Raised, ...]
    lines_read: int
    by_chance: float


def scan(lines: Lines, recent_weeks: int = RECENT_WEEKS) -> Scan:
    """Read the last weeks of every line of an area.

    Args:
        lines: What was counted.
        recent_weeks: How many of the last weeks to look at.
    """
    read = [line for name, line in lines.by_name.items() if _is_scanned(name)]
    raised = [found for line in read for found in _raised(line, recent_weeks)]
    raised = _plainest(raised)
    newest_first = sorted(raised, key=lambda found: (found.strong, found.week, found.count))[::-1]
    rate = measured_rates()[LEVEL].false_alarms
    return Scan(tuple(newest_first), len(read), rate * len(read))


def _plainest(raised: Sequence[Raised]) -> list[Raised]:
    """Keep the newest week of each line, and no risk factor beside an indicator of its own."""
    newest: dict[LineName, Raised] = {}
    for found in raised:
        held = newest.get(found.name)
        if held is None or (found.strong, found.week) > (held.strong, held.week):
            newest[found.name] = found
    explained = {
        LineName(name.area, factor_of(name.subject)) for name in newest if "." in name.subject
    }
    return [found for name, found in newest.items() if name not in explained]


def _is_scanned(name: LineName) -> bool:
    return name.area != WHOLE_COUNTRY and name.subject != EVERYTHING


def _raised(line: Line, recent_weeks: int) -> list[Raised]:
    """Give the weeks of a line that stand out."""
    found = []
    for end in range(max(1, len(line.weeks) - recent_weeks + 1), len(line.weeks) + 1):
        count = line.counts[end - 1]
        if count is None or count < LEVEL_LEAST_COUNT:
            continue
        readings = readings_at(line, end)
        alarms = tuple(name for name in DETECTORS_IN_ORDER if readings[name].alarm)
        if any(name in RAISING for name in alarms):
            found.append(Raised(line.name, line.weeks[end - 1], count, alarms, readings[LEVEL]))
    return found


def readings_at(line: Line, end: int) -> Mapping[str, Reading]:
    """Read one week of a line with every detector.

    Args:
        line: The line.
        end: Number of weeks up to and with the one to read.
    """
    return {name: detector(line.counts[:end]) for name, detector in DETECTORS.items()}
