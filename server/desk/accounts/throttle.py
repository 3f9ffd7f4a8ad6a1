"""How long a name must wait after failed logins. Decides, and does nothing else.

Theory of operation: five failures are free, because people mistype. From then on each doubles
the wait, up to an hour. The count belongs to the name as typed, whether or not anybody has it,
so that waiting tells nobody which names exist; it is forgotten after a day without failures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FREE_FAILURES: Final = 5
LOCKED_FROM: Final = 10
"""Failures from which the audit log names the person: nobody mistypes ten times, and by then each
further try waits for a quarter of an hour and more."""

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)
FORGOTTEN_AFTER: Final = timedelta(days=1)
_MOST_DOUBLINGS: Final = 16


@dataclass(frozen=True, slots=True)
class Failures:
    """What is remembered about one name."""

    count: int
    last_at: datetime
    blocked_until: datetime


def may_try(known: Failures | None, at: datetime) -> bool:
    """Tell whether a login under this name is looked at now."""
    return known is None or at >= known.blocked_until


def after_failure(known: Failures | None, at: datetime) -> Failures:
    """Count one more failure.

    Args:
        known: What was remembered, or None.
        at: Now.

    Returns:
        What to remember.
    """
    fresh = known is None or at - known.last_at >= FORGOTTEN_AFTER
    count = 1 if known is None or fresh else known.count + 1
    return Failures(count, at, at + _wait(count))


def _wait(count: int) -> timedelta:
    if count < FREE_FAILURES:
        return timedelta(0)
    doublings = min(count - FREE_FAILURES, _MOST_DOUBLINGS)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
