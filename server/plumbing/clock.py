"""The one clock of the server programs.

Theory of operation: nobody else in `server` asks the operating system for the time. A program is
built with a `Clock`; `SystemClock` is the real one and `FixedClock` stands still until a test
moves it, so that expiry, leases and deadlines are tested without waiting.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

SECONDS_PER_DAY = 86_400
"""A day of the protocol: days are counted from 1970-01-01 00:00 UTC, without leap seconds."""


class Clock(Protocol):
    """What a program may ask about time."""

    def now(self) -> datetime:
        """Tell the time of day, UTC and aware."""
        ...

    def monotonic_seconds(self) -> float:
        """Tell a time that never goes back, for deadlines; its zero means nothing."""
        ...

    def pause(self, seconds: float) -> None:
        """Let a thread rest for a while, where what is wanted is the time itself."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Tell the time of day, UTC and aware."""
        return datetime.now(UTC)

    def monotonic_seconds(self) -> float:
        """Tell a time that never goes back."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Let this thread rest."""
        time.sleep(seconds)


class FixedClock:
    """A clock that stands still until it is moved by hand."""

    def __init__(self, start: datetime) -> None:
        """Set the clock.

        Args:
            start: An aware time.

        Raises:
            ValueError: `start` has no time zone.
        """
        if start.tzinfo is None:
            raise ValueError("give an aware time, for example datetime(2026, 1, 1, tzinfo=UTC)")
        self._now = start.astimezone(UTC)
        self._monotonic_seconds = 0.0
        self.pauses: list[float] = []

    def now(self) -> datetime:
        """Tell the time the clock was set to."""
        return self._now

    def monotonic_seconds(self) -> float:
        """Tell how far the clock was moved since it was made."""
        return self._monotonic_seconds

    def pause(self, seconds: float) -> None:
        """Note what was asked for, and go on at once."""
        self.pauses.append(seconds)

    def advance(self, step: timedelta) -> None:
        """Move the clock on.

        Args:
            step: How far; never negative.
        """
        if step < timedelta(0):
            raise ValueError("a clock is only moved forward")
        self._now += step
        self._monotonic_seconds += step.total_seconds()


def day_number(moment: datetime) -> int:
    """Count the UTC days since 1970-01-01.

    Args:
        moment: An aware time.

    Returns:
        The protocol's day number.

    Spec: envelope.md, Notation.
    """
    return int(moment.timestamp()) // SECONDS_PER_DAY
