"""Whether a report is kept, and until when. Decides, and does nothing else.

Theory of operation: a lead says for each level of sensitivity how many days a report is kept after
it was opened; a level without a number is kept for ever, and that is so until somebody says
otherwise. Nothing is deleted by surprise: a report whose time is over is announced first and
deleted two weeks later at the earliest, and until then a hold, a longer time or an act on it takes
the announcement back. What people still work on is not deleted, whatever its age. A hold beats
everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from schemas.domain.vocabulary import Sensitivity, Workflow

UNSET: Final = "unset"
LEVELS: Final = (UNSET, *(level.value for level in Sensitivity))
"""Every level a report may have; `unset` is one on which nobody has said anything."""

NOTICE: Final = timedelta(days=14)
"""Between announcing and deleting: whoever is on leave for a week still sees it."""

LEAST_DAYS: Final = 1
MOST_DAYS: Final = 36_500
"""A hundred years: more is "for ever", which an empty field says."""

FINISHED: Final = frozenset(
    {Workflow.CLOSED, Workflow.DUPLICATE, Workflow.OUT_OF_SCOPE, Workflow.SPAM}
)
"""States in which nobody works on a report any more."""


class Fate(StrEnum):
    """What becomes of a report as things stand."""

    FOR_EVER = "for_ever"
    HELD = "held"
    UNFINISHED = "unfinished"
    LATER = "later"
    TO_ANNOUNCE = "to_announce"
    ANNOUNCED = "announced"
    TO_DELETE = "to_delete"


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about one report.

    Attributes:
        level: One of `LEVELS`.
        announced_for: When it will be deleted, if that was announced.
    """

    report_id: str
    level: str
    state: Workflow
    opened_at: datetime
    held: bool
    announced_for: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a report, and when if that is known."""

    report_id: str
    fate: Fate
    on: datetime | None = None


def verdict(facts: Facts, days: Mapping[str, int | None], at: datetime) -> Verdict:
    """Decide about one report.

    Args:
        facts: What is known about it.
        days: Level to days, or None for ever.
        at: Now.
    """
    kept = days.get(facts.level)
    if facts.held:
        return Verdict(facts.report_id, Fate.HELD)
    if kept is None:
        return Verdict(facts.report_id, Fate.FOR_EVER)
    over = facts.opened_at + timedelta(days=kept)
    if facts.state not in FINISHED:
        return Verdict(facts.report_id, Fate.UNFINISHED)
    if over > at:
        return Verdict(facts.report_id, Fate.LATER, over + NOTICE)
    if facts.announced_for is None:
        return Verdict(facts.report_id, Fate.TO_ANNOUNCE, at + NOTICE)
    fate = Fate.TO_DELETE if facts.announced_for <= at else Fate.ANNOUNCED
    return Verdict(facts.report_id, fate, facts.announced_for)


def takes_back(found: Verdict) -> bool:
    """Tell whether an announcement made earlier does not hold any more."""
    return found.fate in {Fate.HELD, Fate.FOR_EVER, Fate.UNFINISHED, Fate.LATER}
