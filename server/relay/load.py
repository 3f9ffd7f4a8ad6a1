"""Work that follows the load: how many bits a stamp must show now.

Theory of operation: a relay that keeps up asks for nothing. While the last minute's new blobs pass
a limit, or little room is left, it asks for more, a step a minute: the first at once, the next
when a whole minute under it was still too much. After five quiet minutes it goes one step back,
and again after five more. Work makes a flood dear for who sends thousands and is hardly felt by
who sends one: twelve bits are four thousand hashes, 22 are four million.

All processes of a relay share the counts and the bits. Two that decide at the same moment read the
same numbers and so write the same ones; a count lost in a race is worth less than a lock on every
request. Nothing here says who sent anything.

Spec: sync.md section 9
"""

from dataclasses import dataclass
from typing import Final

from server.plumbing.clock import Clock
from server.relay.shared import SharedNumbers

STEPS_BITS: Final = (12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40)
"""What is asked, step by step, as far as the ceiling allows."""

MINUTE_SECONDS: Final = 60
QUIET_SECONDS: Final = 5 * MINUTE_SECONDS

_BITS, _CHANGED_AT, _BUSY_AT, _HELD_BYTES, _LOOKED_AT, _CELLS = range(6)
_COUNT_BITS: Final = 32
_COUNT_MASK: Final = (1 << _COUNT_BITS) - 1


@dataclass(frozen=True)
class Limits:
    """When work is asked, and how much.

    Attributes:
        floor_bits: Asked at all times.
        ceiling_bits: Asked at most.
        blobs_per_minute: New blobs above which it is too much.
        least_room_bytes: Room below which it is too little.
        total_bytes: All the room there is.
    """

    floor_bits: int
    ceiling_bits: int
    blobs_per_minute: int
    least_room_bytes: int
    total_bytes: int

    def higher(self, bits: int) -> int:
        """Give the next step up; the same at the ceiling."""
        return next((step for step in STEPS_BITS if bits < step <= self.ceiling_bits), bits)

    def lower(self, bits: int) -> int:
        """Give the next step down; the floor at the end."""
        below = [step for step in STEPS_BITS if self.floor_bits < step < bits]
        return below[-1] if below else self.floor_bits


class Load:
    """Counts what comes in, and decides on the bits."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        """Begin at the floor.

        Args:
            limits: When work is asked.
            clock: Its monotonic seconds are the same in every process of a machine.
        """
        self._limits = limits
        self._clock = clock
        self._shared = SharedNumbers(_CELLS + MINUTE_SECONDS)
        self._shared[_BITS] = limits.floor_bits

    def stored(self, blobs: int, held_bytes: int) -> None:
        """Note a commit.

        Args:
            blobs: How many of them were new.
            held_bytes: Bytes of blobs held after it.
        """
        self._shared[_HELD_BYTES] = held_bytes
        if blobs:
            second = self._second()
            cell = _CELLS + second % MINUTE_SECONDS
            counted_at, count = divmod(self._shared[cell], 1 << _COUNT_BITS)
            count = blobs + (count if counted_at == second else 0)
            self._shared[cell] = second << _COUNT_BITS | min(count, _COUNT_MASK)

    def bits(self) -> int:
        """Tell how many bits a stamp must show now."""
        second = self._second()
        if self._shared[_LOOKED_AT] != second:
            self._shared[_LOOKED_AT] = second
            self._look(second)
        return self._shared[_BITS]

    def _look(self, second: int) -> None:
        """Move by a step if it is time for one."""
        bits, changed_at = self._shared[_BITS], self._shared[_CHANGED_AT]
        wanted = bits
        if self._is_busy(second):
            self._shared[_BUSY_AT] = second
            if not changed_at or second - changed_at >= MINUTE_SECONDS:
                wanted = self._limits.higher(bits)
        elif second - max(changed_at, self._shared[_BUSY_AT]) >= QUIET_SECONDS:
            wanted = self._limits.lower(bits)
        if wanted != bits:
            self._shared[_BITS], self._shared[_CHANGED_AT] = wanted, second

    def _is_busy(self, second: int) -> bool:
        room_bytes = self._limits.total_bytes - self._shared[_HELD_BYTES]
        if room_bytes < self._limits.least_room_bytes:
            return True
        return self._last_minute(second) > self._limits.blobs_per_minute

    def _last_minute(self, second: int) -> int:
        total = 0
        for cell in range(_CELLS, _CELLS + MINUTE_SECONDS):
            counted_at, count = divmod(self._shared[cell], 1 << _COUNT_BITS)
            total += count if second - counted_at < MINUTE_SECONDS else 0
        return total

    def _second(self) -> int:
        # One more, so that no time is the zero of a cell never written.
        return int(self._clock.monotonic_seconds()) + 1
