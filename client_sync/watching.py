"""Poll again and again, at a pace that does not tell when somebody wrote.

Theory of operation: the home is let go between polls, so that reports can be written meanwhile;
a poll that finds it busy comes a moment later. A new network brings the next poll forward: that is
no secret of the person's.

What was written waits for a pause of its own, drawn like the others but shorter. It must not wait
for whichever poll comes next: a long pause is more likely to have a report written in it than a
short one, so that a watcher who sees only the times would be right about two polls in three.
Two independent streams of memoryless events, laid over each other, do not tell which is which.

Spec: docs/spec/engine.md section 5
"""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

from client_sync.clock import Clock
from client_sync.errors import HomeBusyError
from client_sync.outbox.states import BlobState
from client_sync.pace import IDLE_SECONDS, FrontPace, background_seconds, front_seconds
from client_sync.session import OUTBOX_NAME
from client_sync.sync.result import SyncResult
from client_sync.views import ReportStatus
from schemas.envelope.entropy import Entropy

LOOK_SECONDS: Final = 15.0  # how often the network is looked at
BUSY_SECONDS: Final = 3.0
NEW_NETWORK_SECONDS: Final = 20.0  # on average, after a change
SAVED_SECONDS: Final = 60.0  # on average, after something was written
_WAITING: Final = frozenset(
    {BlobState.QUEUED, BlobState.IN_FLIGHT, BlobState.IN_DOUBT, BlobState.DRAFT}
)

Poll = Callable[[], tuple[SyncResult, tuple[ReportStatus, ...]]]
"""Opens the home, syncs once, tells how reports stand, and lets the home go."""

Mark = Callable[[], object]
"""Gives something that is another thing after the home was written to."""


def _never_written() -> None:
    """Be the mark of a home that nobody else writes to."""


def outbox_mark(home: Path) -> tuple[int, ...]:
    """Tell by the times of its files whether an outbox was written to; opens nothing."""
    files = (home / OUTBOX_NAME, home / f"{OUTBOX_NAME}-wal")
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


class Watcher:
    """Polls for one home."""

    def __init__(
        self,
        poll: Poll,
        name_network: Callable[[], bytes],
        clock: Clock,
        entropy: Entropy,
        *,
        mean_seconds: float = IDLE_SECONDS,
        is_front: bool = False,
        mark: Mark = _never_written,
    ) -> None:
        """Say how to poll and at what pace.

        Args:
            poll: One poll.
            name_network: Tells networks apart.
            clock: Waits.
            entropy: Draws pauses.
            mean_seconds: Between polls in the background.
            is_front: A person is looking.
            mark: Tells that something was written between two polls.
        """
        self._poll = poll
        self._name_network = name_network
        self._clock = clock
        self._entropy = entropy
        self._mean_seconds = mean_seconds
        self._is_front = is_front
        self._mark = mark

    def run(self, tell: Callable[[SyncResult], None], polls: int | None = None) -> None:
        """Poll until told to stop.

        Args:
            tell: Is given each result.
            polls: End after so many; never, if None.
        """
        for number in count(1):
            result, statuses = self._poll_when_free()
            tell(result)
            if number == polls:
                return
            self._pause(self._seconds(statuses))

    def _poll_when_free(self) -> tuple[SyncResult, tuple[ReportStatus, ...]]:
        while True:
            try:
                return self._poll()
            except HomeBusyError:
                self._clock.wait(BUSY_SECONDS)

    def _seconds(self, statuses: tuple[ReportStatus, ...]) -> float:
        if self._is_front:
            return front_seconds(_pace(statuses), self._entropy)
        return background_seconds(self._mean_seconds, self._entropy)

    def _pause(self, seconds: float) -> None:
        """Wait, and cut the wait short when the network changes or something was written."""
        network, mark = self._name_network(), self._mark()
        while seconds > 0:
            # Looks come at times drawn by chance: a steady beat would show in what follows them.
            look_seconds = front_seconds(LOOK_SECONDS, self._entropy)
            self._clock.wait(min(seconds, look_seconds))
            seconds -= look_seconds
            if seconds > 0 and self._name_network() != network:
                network = self._name_network()
                seconds = min(seconds, background_seconds(NEW_NETWORK_SECONDS, self._entropy))
            if seconds > 0 and self._mark() != mark:
                mark = self._mark()
                seconds = min(seconds, background_seconds(SAVED_SECONDS, self._entropy))


def _pace(statuses: tuple[ReportStatus, ...]) -> FrontPace:
    """Choose the pace of somebody who looks by what their reports wait for."""
    states = {status.state for status in statuses}
    if states & _WAITING:
        return FrontPace.WAITING
    return FrontPace.UNSPOKEN if BlobState.HELD in states else FrontPace.IDLE
