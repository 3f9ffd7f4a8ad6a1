"""What a bad link does to packets: pure arithmetic and seeded chance, no clock, no I/O.

Theory of operation: a link has two directions that share nothing but their on/off windows. Whoever
uses it says "at this microsecond a packet of this size is offered" and is told when it comes out:
never (lost, dropped from a full queue, offered or sent while the link was off), once, or twice
(duplicated). A packet is judged in this order, which is the order of the kernel's own emulator:

1. the link is off: lost;
2. bursts (Gilbert-Elliott), then independent loss: lost *before* the queue, so that a lost packet
   takes no room on the link. `loss_takes_airtime` moves the loss behind the queue, as on a radio
   whose sender transmits what nobody hears; it is the harder one of the two;
3. the queue is limited in bytes; what does not fit is dropped;
4. the rate serialises: a packet leaves when everything before it has left and its own bytes too;
   what would leave while the link is off is lost;
5. delay and jitter; packets stay in order unless they are chosen to be reordered (those skip the
   delay) or `jitter_reorders` is set; then duplication.

All is whole numbers: microseconds, bytes, bits per second, parts per million. Chance is drawn in
the same order for the same offers, so a seed repeats a run exactly.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Final

from tests.support.dice import Dice

MILLION: Final = 1_000_000
UP: Final = "up"
DOWN: Final = "down"


@dataclass(frozen=True, slots=True)
class Shape:
    """What one direction does to its packets.

    Attributes:
        rate_bits_per_second: 0 for no limit.
        delay_us: One way.
        jitter_us: Largest deviation from the delay, drawn evenly to both sides.
        jitter_reorders: A packet may overtake another one by jitter.
        loss_ppm: Independent loss per packet.
        loss_takes_airtime: Independent and burst losses happen behind the queue.
        burst_enter_ppm: Chance per packet to go from good to bad; 0 for no bursts.
        burst_leave_ppm: Chance per packet to go from bad to good.
        burst_loss_ppm: Loss while bad.
        reorder_ppm: Chance that a packet skips the delay.
        duplicate_ppm: Chance that a packet comes out twice.
        queue_bytes: Most bytes waiting for the rate; of no meaning without one.
    """

    rate_bits_per_second: int = 0
    delay_us: int = 0
    jitter_us: int = 0
    jitter_reorders: bool = False
    loss_ppm: int = 0
    loss_takes_airtime: bool = False
    burst_enter_ppm: int = 0
    burst_leave_ppm: int = MILLION
    burst_loss_ppm: int = MILLION
    reorder_ppm: int = 0
    duplicate_ppm: int = 0
    queue_bytes: int = 30_000

    def changed(self, changes: Mapping[str, int | bool]) -> "Shape":
        """Give this shape with some fields changed.

        Raises:
            ValueError: A field does not exist.
        """
        unknown = set(changes) - {one.name for one in fields(self)}
        if unknown:
            raise ValueError(f"a link has no {sorted(unknown)}")
        return replace(self, **changes)  # type: ignore[arg-type]  # names were checked above


@dataclass(frozen=True, slots=True)
class Windows:
    """When the link is there at all: on for a while, off for a while, for ever.

    Attributes:
        on_us: Length of an on window; 0 with `off_us` 0 means always on.
        off_us: Length of an off window.
        phase_us: How far into the cycle (on first, then off) time 0 is.
    """

    on_us: int = 0
    off_us: int = 0
    phase_us: int = 0

    def is_on(self, now_us: int) -> bool:
        """Tell whether the link is there at a time."""
        if self.off_us == 0:
            return True
        return (now_us + self.phase_us) % (self.on_us + self.off_us) < self.on_us


@dataclass(slots=True)
class Counters:
    """What happened in one direction. `offered` is the sum of all other packets but `duplicated`.

    Attributes:
        offered_packets: Offered to the link; what the sender paid for.
        delivered_packets: Came out, second copies not counted.
        lost_packets: By chance.
        off_packets: Because the link was off.
        queue_dropped_packets: Because the queue was full.
    """

    offered_packets: int = 0
    offered_bytes: int = 0
    delivered_packets: int = 0
    delivered_bytes: int = 0
    lost_packets: int = 0
    lost_bytes: int = 0
    off_packets: int = 0
    off_bytes: int = 0
    queue_dropped_packets: int = 0
    queue_dropped_bytes: int = 0
    duplicated_packets: int = 0
    reordered_packets: int = 0

    def add(self, name: str, size_bytes: int) -> None:
        """Count one packet under a name."""
        setattr(self, f"{name}_packets", getattr(self, f"{name}_packets") + 1)
        setattr(self, f"{name}_bytes", getattr(self, f"{name}_bytes") + size_bytes)

    def as_json(self) -> dict[str, int]:
        """Give the counters by name."""
        return asdict(self)


class Direction:
    """One direction of a link."""

    def __init__(self, shape: Shape, seed: int, windows: Windows | None = None) -> None:
        """Begin with an empty queue.

        Args:
            shape: What it does.
            seed: Names the stream of chance.
            windows: When it is on; always, unless given.
        """
        self.shape = shape
        self.windows = windows or Windows()
        self.is_cut = False
        self.counters = Counters()
        self._chance = Dice(seed)
        self._is_bad = False
        self._free_us = 0
        self._last_due_us = 0

    def push(self, now_us: int, size_bytes: int) -> tuple[int, ...]:
        """Offer a packet.

        Args:
            now_us: Time of the offer; never before that of the last one.
            size_bytes: Of the whole IP packet.

        Returns:
            When it comes out: no time, one, or two equal ones.
        """
        self.counters.add("offered", size_bytes)
        if self.is_cut or not self.windows.is_on(now_us):
            self.counters.add("off", size_bytes)
            return ()
        is_lost = self._is_lost()
        if is_lost and not self.shape.loss_takes_airtime:
            self.counters.add("lost", size_bytes)
            return ()
        sent_us = self._serialise(now_us, size_bytes)
        if sent_us is None:
            return ()
        if is_lost:
            self.counters.add("lost", size_bytes)
            return ()
        due_us = self._delay(sent_us)
        self.counters.add("delivered", size_bytes)
        if self._happens(self.shape.duplicate_ppm):
            self.counters.duplicated_packets += 1
            return (due_us, due_us)
        return (due_us,)

    def backlog_bytes(self, now_us: int) -> int:
        """Tell how many bytes wait for the rate."""
        wait_us = max(0, self._free_us - now_us)
        return wait_us * self.shape.rate_bits_per_second // (8 * MILLION)

    def _happens(self, ppm: int) -> bool:
        return ppm > 0 and self._chance.number(MILLION) < ppm

    def _is_lost(self) -> bool:
        shape = self.shape
        if shape.burst_enter_ppm:
            turn = shape.burst_leave_ppm if self._is_bad else shape.burst_enter_ppm
            self._is_bad ^= self._happens(turn)
            if self._is_bad and self._happens(shape.burst_loss_ppm):
                return True
        return self._happens(shape.loss_ppm)

    def _serialise(self, now_us: int, size_bytes: int) -> int | None:
        """Give when the last bit has left, or None if it never does."""
        rate = self.shape.rate_bits_per_second
        if not rate:
            return now_us
        if self.backlog_bytes(now_us) + size_bytes > self.shape.queue_bytes:
            self.counters.add("queue_dropped", size_bytes)
            return None
        self._free_us = max(now_us, self._free_us) + size_bytes * 8 * MILLION // rate
        if not self.windows.is_on(self._free_us):
            self.counters.add("off", size_bytes)
            return None
        return self._free_us

    def _delay(self, sent_us: int) -> int:
        shape = self.shape
        if self._happens(shape.reorder_ppm):
            self.counters.reordered_packets += 1
            return sent_us
        delay_us = shape.delay_us
        if shape.jitter_us:
            delay_us += self._chance.number(2 * shape.jitter_us + 1) - shape.jitter_us
        due_us = sent_us + max(0, delay_us)
        if not shape.jitter_reorders:
            due_us = max(due_us, self._last_due_us)
            self._last_due_us = due_us
        return due_us


@dataclass
class Link:
    """Both directions: `up` from the phone, `down` to it."""

    up: Direction
    down: Direction

    @classmethod
    def make(cls, up: Shape, down: Shape, seed: int, windows: Windows | None = None) -> "Link":
        """Make a link; each direction gets a stream of chance of its own."""
        return cls(Direction(up, seed * 2, windows), Direction(down, seed * 2 + 1, windows))

    def direction(self, name: str) -> Direction:
        """Give a direction by name."""
        return self.up if name == UP else self.down

    def set_windows(self, windows: Windows) -> None:
        """Change when the link is on."""
        self.up.windows = self.down.windows = windows

    def set_cut(self, *, is_cut: bool) -> None:
        """Take the link away, or bring it back."""
        self.up.is_cut = self.down.is_cut = is_cut

    def counters(self) -> dict[str, dict[str, int]]:
        """Give the counters of both directions."""
        return {UP: self.up.counters.as_json(), DOWN: self.down.counters.as_json()}
