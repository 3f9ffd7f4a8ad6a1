"""Time that passes only when everything that was to happen has happened. Pure."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

Act = Callable[[], None]


@dataclass
class VirtualTime:
    """Events in the order of their time; among equals, in the order they were planned."""

    now_us: int = 0
    _planned: list[tuple[int, int, Act]] = field(default_factory=list)
    _count: int = 0

    def at(self, when_us: int, act: Act) -> None:
        """Plan an event; one in the past happens now."""
        self._count += 1
        heapq.heappush(self._planned, (max(when_us, self.now_us), self._count, act))

    def after(self, delay_us: int, act: Act) -> None:
        """Plan an event from now."""
        self.at(self.now_us + delay_us, act)

    def run(self, until_us: int) -> None:
        """Let time pass up to a moment, or until nothing more is planned."""
        while self._planned and self._planned[0][0] <= until_us:
            self.now_us, _, act = heapq.heappop(self._planned)
            act()
        self.now_us = max(self.now_us, until_us)
