"""How long an answer takes: a poll waits as long as a recent commit took.

Theory of operation: an answer to PUTs waits for the disk, an answer to a poll does not, and whoever
watches the line has a clock. So every answer to PUTs notes how long its commit and its signature
took, and an answer without PUTs waits as long as one of the last of them, drawn by chance. The
times are shared by all processes of a relay, so that one which took no blob yet waits like the
others. Before the first commit of all a usual time stands in.

Polls must not keep the threads that PUTs need: a commit that took longer than `MOST_SECONDS` is
noted as that, and when so many threads rest already that few are left, the next poll is answered at
once. A relay whose disk stands still, or that drowns in polls, tells the two apart.

Spec: sync.md section 1
"""

from threading import Semaphore
from typing import Final

from schemas.envelope.entropy import Entropy, random_bytes
from server.plumbing.clock import Clock
from server.relay.shared import SharedNumbers

NOTED: Final = 64
"""Commits remembered: half a second of a busy relay, a day of a quiet one."""

USUAL_SECONDS: Final = 0.005
"""A commit of one blob on a small solid-state disk, measured."""

MOST_SECONDS: Final = 1.0
_PER_SECOND: Final = 1_000_000
_CHANCE_BYTES: Final = 4


class Pace:
    """Remembers how long the last commits took."""

    def __init__(self, entropy: Entropy = random_bytes, most_resting: int = 1) -> None:
        """Begin with nothing noted.

        Args:
            entropy: Draws which of the times a poll waits.
            most_resting: Threads of one process that may wait at the same time.
        """
        self._resting = Semaphore(most_resting)
        self._entropy = entropy
        self._micros = SharedNumbers(NOTED)
        self._place = SharedNumbers(1)

    def note(self, seconds: float) -> None:
        """Note how long an answer with a commit took.

        Args:
            seconds: From the last byte read to the receipt signed.
        """
        place = self._place[0]
        # At least one: zero says that a place is empty.
        self._micros[place % NOTED] = max(1, int(min(seconds, MOST_SECONDS) * _PER_SECOND))
        self._place[0] = place + 1

    def rest(self, clock: Clock) -> None:
        """Wait as long as a commit took lately, if a thread can be spared for it.

        Args:
            clock: Lets the thread rest.
        """
        if self._resting.acquire(blocking=False):
            try:
                clock.pause(self.draw())
            finally:
                self._resting.release()

    def draw(self) -> float:
        """Draw how long an answer without a commit takes, in seconds."""
        noted = min(self._place[0], NOTED)
        if noted == 0:
            return USUAL_SECONDS
        chance = int.from_bytes(self._entropy(_CHANCE_BYTES), "big")
        return self._micros[chance % noted] / _PER_SECOND
