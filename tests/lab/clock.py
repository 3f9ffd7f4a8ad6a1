"""The laboratory's one clock: the machine's monotonic one, which all processes share."""

import threading
import time
from typing import Final

_STANDS: Final = threading.Event()


def now_us() -> int:
    """Tell microseconds since some fixed moment."""
    return time.monotonic_ns() // 1000


def now_seconds() -> float:
    """Tell seconds since some fixed moment."""
    return time.monotonic()


def wait_seconds(seconds: float) -> None:
    """Let time pass."""
    _STANDS.wait(max(0.0, seconds))
