"""When a canary report is due, and when its absence is an alarm. Decides, and does nothing else.

Theory of operation: every hour a report of the desk's own goes out by each way that phones use,
and must come back with a pull. A way is judged by its last canary that came back and by the first
one after it that did not: once that one is late, the way is not believed any more until a newer
canary is back. A way by which nothing has been sent yet is waited for, not praised.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

EVERY: Final = timedelta(hours=1)
"""An hour without reports looks like a quiet hour; a night without them must not."""

ARRIVES_WITHIN: Final = timedelta(minutes=20)
"""A relay that is started again, a route that changes and a few failed pulls fit into it."""

PULLS_WAITED: Final = 3
"""Where the desk pulls seldom, a canary may miss two pulls before it is late."""

NOT_BACK: Final = "not-back"
NONE_SENT: Final = "none-sent"
NOT_OPENED: Final = "not-opened"


class CanaryState(StrEnum):
    """How a way stands."""

    WAITING = "waiting"
    ARRIVES = "arrives"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Canary:
    """One canary report.

    Attributes:
        handed_at: When the relay signed for it, or None.
        fetched_at: When it came back with a pull, or None.
        faulty: Whether it came back and did not open as what it was.
        problem: Why handing it over failed the last time; empty for nothing.
    """

    made_at: datetime
    handed_at: datetime | None = None
    fetched_at: datetime | None = None
    faulty: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about a way.

    Attributes:
        state: How it stands.
        problem: Kind of trouble, for `CanaryState.ALARM`.
        since: When the canary that is missed was made; for `ARRIVES`, when the last one came back.
        took: How long the last canary that came back was under way.
    """

    state: CanaryState
    problem: str = ""
    since: datetime | None = None
    took: timedelta | None = None


def arrives_within(pull_seconds: int) -> timedelta:
    """Tell how long a canary may take, where the desk pulls every so many seconds."""
    return max(ARRIVES_WITHIN, PULLS_WAITED * timedelta(seconds=pull_seconds))


def is_due(last_made_at: datetime | None, watching_since: datetime, at: datetime) -> bool:
    """Tell whether the next canary goes out: an hour after the last, or after the watch began."""
    return at - max(last_made_at or watching_since, watching_since) >= EVERY


def judge(
    back: Canary | None,
    missed: Canary | None,
    newest: Canary | None,
    *,
    watching_since: datetime,
    at: datetime,
    within: timedelta,
) -> Verdict:
    """Judge one way.

    Args:
        back: The newest canary that came back.
        missed: The oldest one made after it that has not.
        newest: The newest one made.
        watching_since: When the watch was switched on.
        at: Now.
        within: From `arrives_within`.

    Returns:
        How the way stands.
    """
    took = None if back is None or back.fetched_at is None else back.fetched_at - back.made_at
    if back is not None and back.faulty:
        return Verdict(CanaryState.ALARM, NOT_OPENED, back.made_at, took)
    if missed is not None and at - missed.made_at >= within:
        return Verdict(CanaryState.ALARM, missed.problem or NOT_BACK, missed.made_at, took)
    last = watching_since if newest is None else max(newest.made_at, watching_since)
    if at - last >= EVERY + within:
        return Verdict(CanaryState.ALARM, NONE_SENT, last, took)
    if back is None:
        return Verdict(CanaryState.WAITING)
    return Verdict(CanaryState.ARRIVES, since=back.fetched_at, took=took)
