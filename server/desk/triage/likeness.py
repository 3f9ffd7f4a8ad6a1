"""How alike two reports are: by words, by distance and by time together.

Theory of operation: texts are cut into overlapping runs of characters, so that no language needs
its own word list and a typing slip costs little; likeness of words is the share of runs in common
(Jaccard). Words alone never make a duplicate: real events of one kind in one place are often
reported in nearly the same words. So a pair is proposed only when time and place allow one event,
and a missing place counts as unknown, not as near. A proposal is for a person to judge.

Source: docs/adr/0030-duplicates-are-proposed.md (4 % of same-place same-type pairs of real event
records are near-identical texts about different events).
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

RUN_CHARACTERS = 4
"""Characters a run: short enough for Arabic and for slips, long enough to tell topics apart."""
NEAR_KILOMETRES = 25.0
"""Two settlements' names for one event seldom lie farther apart."""
NEAR_TIME = timedelta(days=3)
"""Day-precise memories of one event differ by a day or two."""
LEAST_LIKENESS = 0.2
"""On the 378 invented reports this finds 5 of 7 marked repeats (two are told in other words) and
61 pairs of one copied campaign, and proposes no pair of unrelated reports (docs/adr/0030)."""
EARTH_RADIUS_KILOMETRES = 6371.0
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Trace:
    """What of a report can be compared."""

    report_id: str
    runs: frozenset[str]
    observed_at: datetime
    latitude: float | None = None
    longitude: float | None = None
    area: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair that a person should look at.

    Attributes:
        report_id: The other report.
        likeness: Share of character runs in common, 0 to 1.
        kilometres: Between the two places, or None where one is unknown.
        apart: Time between the two.
    """

    report_id: str
    likeness: float
    kilometres: float | None
    apart: timedelta


def runs_of(text: str) -> frozenset[str]:
    """Cut a text into overlapping runs of characters, case and marks folded."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    line = f" {_NOT_WORD.sub(' ', plain).strip()} "
    return frozenset(line[i : i + RUN_CHARACTERS] for i in range(len(line) - RUN_CHARACTERS + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of runs in common, 0 to 1."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def kilometres_between(one: Trace, other: Trace) -> float | None:
    """Great-circle distance, or None where a place is unknown."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    lat1, lon1 = math.radians(one.latitude or 0.0), math.radians(one.longitude or 0.0)
    lat2, lon2 = math.radians(other.latitude or 0.0), math.radians(other.longitude or 0.0)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KILOMETRES * math.asin(math.sqrt(half))


def proposal(report: Trace, other: Trace) -> Proposal | None:
    """Compare two reports.

    Returns:
        A proposal when words, time and place all allow one event, else None.
    """
    if report.report_id == other.report_id:
        return None
    apart = abs(report.observed_at - other.observed_at)
    if apart > NEAR_TIME or not _places_allow(report, other):
        return None
    alike = likeness(report.runs, other.runs)
    if alike < LEAST_LIKENESS:
        return None
    return Proposal(other.report_id, round(alike, 2), kilometres_between(report, other), apart)


def _places_allow(one: Trace, other: Trace) -> bool:
    kilometres = kilometres_between(one, other)
    if kilometres is not None:
        return kilometres <= NEAR_KILOMETRES
    return not (one.area and other.area and one.area != other.area)
