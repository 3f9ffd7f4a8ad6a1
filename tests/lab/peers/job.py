"""What a peer is asked to do, and what it tells afterwards: one JSON file in, one JSON line out."""

import json
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, Self

from tests.lab import clock
from tests.support.dice import Dice

T50: Final = 50
T90: Final = 90
T100: Final = 100
WHOLE: Final = 100


@dataclass(frozen=True)
class Job:
    """One measurement.

    Attributes:
        url: Where reports go.
        ca_file: Whom to believe; "" for plain HTTP on loopback.
        count: How many reports.
        size_bytes: Of each report.
        seed: Names the reports' content.
        deadline_seconds: When to stop, finished or not.
        lanes: Connections at once.
    """

    url: str
    ca_file: str
    count: int
    size_bytes: int
    seed: int
    deadline_seconds: float
    lanes: int = 1

    @classmethod
    def read(cls, path: str) -> Self:
        """Read a job file; fields of others are passed over."""
        fields = json.loads(Path(path).read_text("utf-8"))
        return cls(**{name: fields[name] for name in cls.__dataclass_fields__ if name in fields})

    def report(self, number: int) -> bytes:
        """Make the bytes of one report: they do not compress, as nothing sealed does."""
        return Dice(self.seed * 100_000 + number).bytes(self.size_bytes)


class StopWatch(Protocol):
    """What a peer needs of a clock."""

    def elapsed_seconds(self) -> float:
        """Tell seconds since some fixed moment."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        ...


class LabWatch:
    """The laboratory's clock."""

    def elapsed_seconds(self) -> float:
        """Tell the monotonic clock."""
        return clock.now_seconds()

    def wait(self, seconds: float) -> None:
        """Block this thread."""
        clock.wait_seconds(seconds)


@dataclass
class Score:
    """What happened, counted from the moment the job begins. Threads share it."""

    job: Job
    watch: StopWatch = field(default_factory=LabWatch)
    requests: int = 0
    connections: int = 0
    failures: int = 0
    _at: dict[int, float] = field(default_factory=dict)
    _began: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Start the stop watch."""
        self._began = self.watch.elapsed_seconds()

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return self.watch.elapsed_seconds() - self._began

    @property
    def is_over(self) -> bool:
        """Tell whether the deadline has passed."""
        return self.elapsed >= self.job.deadline_seconds

    def note(self, *, requests: int = 0, connections: int = 0, failures: int = 0) -> None:
        """Add to the counters."""
        with self._lock:
            self.requests += requests
            self.connections += connections
            self.failures += failures

    def acknowledge(self, number: int) -> None:
        """Note that the server said it has a report."""
        with self._lock:
            self._at.setdefault(number, round(self.elapsed, 3))

    def pause(self, seconds: float) -> None:
        """Wait, but not past the deadline."""
        self.watch.wait(max(0.0, min(seconds, self.job.deadline_seconds - self.elapsed)))

    def result(self) -> dict[str, object]:
        """Tell times in seconds; one that was not reached is None."""
        times = sorted(self._at.values())
        return {
            "first_receipt": times[0] if times else None,
            "t50": self._when(times, T50),
            "t90": self._when(times, T90),
            "done": self._when(times, T100),
            "acknowledged": len(times),
            "requests": self.requests,
            "connections": self.connections,
            "failures": self.failures,
            "times": times,
        }

    def tell(self) -> None:
        """Print the result as one line."""
        sys.stdout.write(json.dumps(self.result()) + "\n")
        sys.stdout.flush()

    def _when(self, times: list[float], percent: int) -> float | None:
        """Give when so many of a hundred reports were acknowledged, rounded up."""
        needed = -(-self.job.count * percent // WHOLE)
        return times[needed - 1] if len(times) >= needed else None
