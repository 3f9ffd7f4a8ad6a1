"""A moment until which something may last."""

from dataclasses import dataclass

from client_sync.clock import Clock


@dataclass(frozen=True, slots=True)
class Deadline:
    """Says how long is left; one deadline is handed through all the steps of an exchange.

    Attributes:
        clock: Measures.
        at_seconds: The moment, by the clock's stop watch.
    """

    clock: Clock
    at_seconds: float

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> "Deadline":
        """Set one."""
        return cls(clock, clock.elapsed_seconds() + seconds)

    def within(self, seconds: float) -> "Deadline":
        """Give the earlier of this one and one so many seconds ahead."""
        ahead = self.clock.elapsed_seconds() + seconds
        return Deadline(self.clock, min(self.at_seconds, ahead))

    def left_seconds(self) -> float:
        """Tell how long is left.

        Raises:
            TimeoutError: When nothing is.
        """
        left = self.at_seconds - self.clock.elapsed_seconds()
        if left <= 0:
            raise TimeoutError("the time for this step is over")
        return left
