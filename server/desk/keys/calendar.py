"""The key calendar: which week's key is in use, which is kept for late reports, what is due.

Theory of operation: what stands in the database is compared with what the rules say should be
there. A key that should be deleted and is not, and a week to come that has none, are said as they
are; nothing here changes anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from schemas.constants import SECONDS_PER_WEEK
from schemas.envelope.keys import week_of

WEEKS_AHEAD: Final = 4
"""A month: what a shift plan covers."""

ENDED_SHOWN: Final = 4
"""Weeks whose key is deleted already; older ones tell nothing new."""


class KeyState(StrEnum):
    """How a week's key stands."""

    AHEAD = "ahead"
    IN_USE = "in-use"
    LATE = "late"
    DELETED = "deleted"
    OVERDUE = "overdue"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class KeptWeek:
    """One week as the database has it.

    Attributes:
        week: Number of the week.
        has_secret: Whether its private half is still there.
        deleted_at: When it was deleted, if it was.
    """

    week: int
    has_secret: bool
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """One line of the calendar.

    Attributes:
        deletes_at: When its key is to be deleted: by the grace that holds now.
        deleted_at: When it was.
    """

    week: int
    begins_at: datetime
    ends_at: datetime
    deletes_at: datetime
    deleted_at: datetime | None
    state: KeyState


def calendar(kept: Iterable[KeptWeek], grace_days: int, at: datetime) -> list[CalendarWeek]:
    """Lay out the weeks that matter now.

    Args:
        kept: Every week that the database knows, in any order.
        grace_days: Days after its week during which a key is kept.
        at: Now.

    Returns:
        The last weeks whose key is deleted, every past week whose key is there, this week and four
        to come; oldest first.
    """
    known = {one.week: one for one in kept}
    this_week = week_of(at)
    ended = sorted(week for week, one in known.items() if not one.has_secret and week < this_week)
    alive = [week for week, one in known.items() if one.has_secret and week < this_week]
    coming = range(this_week, this_week + WEEKS_AHEAD + 1)
    weeks = sorted({*ended[-ENDED_SHOWN:], *alive, *coming})
    return [_line(week, known.get(week), grace_days, at) for week in weeks]


def overdue(lines: Iterable[CalendarWeek]) -> list[CalendarWeek]:
    """List what is not as it should be."""
    return [one for one in lines if one.state in {KeyState.OVERDUE, KeyState.MISSING}]


def next_deletion(lines: Iterable[CalendarWeek]) -> CalendarWeek | None:
    """Find the key that is deleted next."""
    return next((one for one in lines if one.state in {KeyState.LATE, KeyState.IN_USE}), None)


def _line(week: int, kept: KeptWeek | None, grace_days: int, at: datetime) -> CalendarWeek:
    begins_at = datetime.fromtimestamp(week * SECONDS_PER_WEEK, tz=UTC)
    ends_at = begins_at + timedelta(seconds=SECONDS_PER_WEEK)
    deletes_at = ends_at + timedelta(days=grace_days)
    state = _state(week - week_of(at), kept, overdue=at >= deletes_at)
    deleted_at = None if kept is None else kept.deleted_at
    return CalendarWeek(week, begins_at, ends_at, deletes_at, deleted_at, state)


def _state(weeks_ahead: int, kept: KeptWeek | None, *, overdue: bool) -> KeyState:
    if kept is None or not kept.has_secret:
        return KeyState.MISSING if weeks_ahead >= 0 else KeyState.DELETED
    if overdue:
        return KeyState.OVERDUE
    if weeks_ahead > 0:
        return KeyState.AHEAD
    return KeyState.IN_USE if weeks_ahead == 0 else KeyState.LATE
