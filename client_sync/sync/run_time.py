"""The time a run tells the engine: that of the wall when it began, plus what has passed since.

Theory of operation: the engine's times must not jump, and must mean something in the next run.
So the wall clock is read once, and a stop watch after that.

Spec: docs/spec/engine.md section 2
"""

from dataclasses import dataclass
from typing import Final

from client_sync.clock import Clock

_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class RunTime:
    """Milliseconds since 1970 that never go back while a run lasts."""

    clock: Clock
    began_seconds: float
    began_at_ms: int

    @classmethod
    def begin(cls, clock: Clock) -> "RunTime":
        """Read both clocks."""
        return cls(clock, clock.elapsed_seconds(), int(clock.now().timestamp() * _MS))

    def now_ms(self) -> int:
        """Tell the time now."""
        return self.ms_of(self.clock.elapsed_seconds())

    def ms_of(self, at_seconds: float) -> int:
        """Translate a reading of the stop watch."""
        return self.began_at_ms + int((at_seconds - self.began_seconds) * _MS)
