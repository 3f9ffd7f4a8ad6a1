"""The one clock of the client: time of day, stop watch, and waiting."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tell the time and wait; tests hand in one that they move themselves."""

    def now(self) -> datetime:
        """Tell the time of day, aware and in UTC; it may be wrong or jump."""
        ...

    def elapsed_seconds(self) -> float:
        """Tell seconds since some fixed moment; never goes back."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Tell the machine's time in UTC."""
        return datetime.now(UTC)

    def elapsed_seconds(self) -> float:
        """Tell the monotonic clock."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Block this thread."""
        threading.Event().wait(seconds)
