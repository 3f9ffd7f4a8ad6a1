"""A simple reliable stream over a modelled link, in virtual time. Pure.

Theory of operation: what of TCP decides how long a transfer takes over a bad link, and no more.
Bytes go in segments; an acknowledgement names everything that is there; one that speaks of a later
transmission sends a segment again at once (the laboratory's link keeps the order unless told
otherwise); two silent round trips send the newest one again as a probe; a time-out (one a stream,
begun anew by every acknowledgement, computed from time stamps, doubled when it strikes) sends the
oldest. The window starts at ten segments, doubles every round trip until the first loss, is halved
at most once a round trip by loss, and falls to one by a time-out that was no mistake. Connecting
costs one round trip of TCP and one of TLS 1.3 in packets of ordinary size, lost ones repeated. It
is no substitute for a kernel's TCP: figures in virtual time say which of two engines is better, not
how fast either is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.lab.link_model import DOWN, MILLION, UP, Direction, Link
from tests.lab.virtual_time import VirtualTime

SEGMENT_BYTES: Final = 1400
HEADER_BYTES: Final = 52
_FIRST_WINDOW: Final = 10
_FIRST_TIMEOUT_US: Final = MILLION
_LEAST_TIMEOUT_US: Final = 200_000
_LONGEST_TIMEOUT_US: Final = 60 * MILLION
_MOST_STRIKES: Final = 6
HELLO_BYTES: Final = 600
SERVER_FLIGHT_BYTES: Final = 1200  # ECDSA chain of one, with tickets
FINISHED_BYTES: Final = 80

Progress = Callable[[int], None]
"""Is told how many bytes have arrived in order."""


@dataclass
class _Segment:
    """A piece of the stream that is not acknowledged."""

    number: int
    size_bytes: int
    tries: int = 0
    order: int = 0


@dataclass(frozen=True)
class _Ack:
    """What an acknowledgement says: which transmission caused it, and all that is there."""

    number: int
    sent_us: int
    is_first: bool
    in_order: int
    beyond: frozenset[int]


@dataclass
class HalfStream:
    """One direction of a connection.

    Attributes:
        time: The clock and agenda.
        there: The link's direction that data takes.
        back: The one that acknowledgements take.
        progress: Is told, at the receiver, how much is there in order.
    """

    time: VirtualTime
    there: Direction
    back: Direction
    progress: Progress
    is_closed: bool = False
    resent_segments: int = 0
    _sizes: list[int] = field(default_factory=list)
    _next: int = 0
    _flight: dict[int, _Segment] = field(default_factory=dict)
    _arrived: set[int] = field(default_factory=set)
    _in_order: int = 0
    _window: float = float(_FIRST_WINDOW)
    _threshold: float = 1e9
    _halved_us: int = -MILLION
    _smooth_us: int = 0
    _spread_us: int = 0
    _order: int = 0
    _alarm: int = 0
    _strikes: int = 0
    _is_probed: bool = False
    _before: tuple[float, float] = (float(_FIRST_WINDOW), 1e9)

    def write(self, count: int) -> None:
        """Add bytes to the stream."""
        whole, rest = divmod(count, SEGMENT_BYTES)
        self._sizes += [SEGMENT_BYTES] * whole + ([rest] if rest else [])
        self._pump()

    def close(self) -> None:
        """Let nothing more happen."""
        self.is_closed = True

    # --- sender ----------------------------------------------------------------------------

    def _pump(self) -> None:
        while self._next < len(self._sizes) and len(self._flight) < int(self._window):
            segment = _Segment(self._next, self._sizes[self._next])
            self._flight[segment.number] = segment
            self._next += 1
            self._transmit(segment)

    def _transmit(self, segment: _Segment) -> None:
        self._order += 1
        segment.order = self._order
        segment.tries += 1
        number, sent_us, is_first = segment.number, self.time.now_us, segment.tries == 1
        for due_us in self.there.push(sent_us, segment.size_bytes + HEADER_BYTES):
            self.time.at(due_us, lambda: self._receive(number, sent_us, is_first=is_first))
        if len(self._flight) == 1 or not is_first:
            self._set_alarm()

    def _set_alarm(self) -> None:
        """Begin the time-out anew."""
        self._alarm += 1
        alarm = self._alarm
        wait_us = max(_LEAST_TIMEOUT_US, self._smooth_us + 4 * self._spread_us)
        wait_us = (wait_us if self._smooth_us else _FIRST_TIMEOUT_US) << self._strikes
        is_probe = not self._is_probed and 0 < 2 * self._smooth_us < wait_us
        wait_us = 2 * self._smooth_us if is_probe else min(wait_us, _LONGEST_TIMEOUT_US)
        self.time.after(wait_us, lambda: self._time_out(alarm, is_probe=is_probe))

    def _time_out(self, alarm: int, *, is_probe: bool) -> None:
        if self.is_closed or alarm != self._alarm or not self._flight:
            return
        if is_probe:
            self._is_probed = True
            self._resend(max(self._flight.values(), key=lambda one: one.order))
            return
        if self._strikes == 0:
            self._before = (self._window, self._threshold)
            self._threshold = max(self._window / 2, 2.0)
        self._window = 1.0
        self._strikes = min(self._strikes + 1, _MOST_STRIKES)
        self._resend(min(self._flight.values(), key=lambda one: one.order))

    def _resend(self, segment: _Segment) -> None:
        self.resent_segments += 1
        self._transmit(segment)

    def _acknowledged(self, ack: _Ack) -> None:
        news = [n for n in self._flight if n < ack.in_order or n in ack.beyond]
        if self.is_closed or not news:
            return
        self._measure(self.time.now_us - ack.sent_us)
        by_it = self._flight.get(ack.number)
        if self._strikes and ack.is_first and by_it is not None and by_it.tries > 1:
            self._window, self._threshold = self._before  # it was late, not lost
        self._strikes, self._is_probed = 0, False
        newest = max(self._flight.pop(number).order for number in news)
        for _ in news:
            self._window += 1.0 if self._window < self._threshold else 1.0 / self._window
        for other in sorted(self._flight.values(), key=lambda one: one.order):
            if other.order < newest:
                self._overtaken(other)
        self._pump()
        self._set_alarm()

    def _measure(self, took_us: int) -> None:
        """Take a round trip into the smoothed one (RFC 6298)."""
        if not self._smooth_us:
            self._smooth_us, self._spread_us = took_us, took_us // 2
            return
        off_us = abs(self._smooth_us - took_us)
        self._spread_us = (3 * self._spread_us + off_us) // 4
        self._smooth_us = (7 * self._smooth_us + took_us) // 8

    def _overtaken(self, segment: _Segment) -> None:
        if self.time.now_us - self._halved_us > self._smooth_us:
            self._halved_us = self.time.now_us
            self._window = self._threshold = max(self._window / 2, 2.0)
        self._resend(segment)

    # --- receiver --------------------------------------------------------------------------

    def _receive(self, number: int, sent_us: int, *, is_first: bool) -> None:
        if self.is_closed:
            return
        self._arrived.add(number)
        before = self._in_order
        while self._in_order in self._arrived:
            self._in_order += 1
        beyond = frozenset(one for one in self._arrived if one > self._in_order)
        ack = _Ack(number, sent_us, is_first, self._in_order, beyond)
        for due_us in self.back.push(self.time.now_us, HEADER_BYTES):
            self.time.at(due_us, lambda: self._acknowledged(ack))
        if self._in_order > before:
            self.progress(sum(self._sizes[: self._in_order]))


class Connection:
    """A TLS connection from the phone, opened as soon as it is made."""

    def __init__(
        self, time: VirtualTime, link: Link, opened: Callable[[], None], at_relay: Progress
    ) -> None:
        """Connect.

        Args:
            time: Clock and agenda.
            link: Both directions.
            opened: Is called when the phone may send.
            at_relay: Is told how many bytes of what the phone wrote have arrived.
        """
        self._time = time
        self._link = link
        self._opened = opened
        self._at_relay = at_relay
        self.answered: Progress = lambda _count: None
        self._is_open = False
        self._is_greeted = False
        self._syn_tries = 0
        self._written_down = 0
        up, down = link.direction(UP), link.direction(DOWN)
        self.up = HalfStream(time, up, down, self._arrives_up)
        self.down = HalfStream(time, down, up, self._arrives_down)
        self._syn()

    @property
    def is_closed(self) -> bool:
        """Tell whether it was closed."""
        return self.up.is_closed

    def close(self) -> None:
        """Close it; what is on its way is lost."""
        self.up.close()
        self.down.close()

    def send(self, count: int) -> None:
        """Write bytes upwards."""
        self.up.write(count)

    def answer(self, count: int) -> None:
        """Write bytes downwards."""
        self.down.write(count)

    def _syn(self) -> None:
        if self.is_closed or self._is_greeted:
            return
        for due_us in self._link.up.push(self._time.now_us, HEADER_BYTES):
            self._time.at(due_us, self._syn_arrives)
        self._time.after(_FIRST_TIMEOUT_US << self._syn_tries, self._syn)
        self._syn_tries = min(self._syn_tries + 1, 6)

    def _syn_arrives(self) -> None:
        for due_us in self._link.down.push(self._time.now_us, HEADER_BYTES):
            self._time.at(due_us, self._greet)

    def _greet(self) -> None:
        if not self._is_greeted and not self.is_closed:
            self._is_greeted = True
            self.up.write(HELLO_BYTES)

    def _arrives_up(self, count: int) -> None:
        if count == HELLO_BYTES:
            self.down.write(SERVER_FLIGHT_BYTES)
        self._at_relay(max(0, count - HELLO_BYTES - FINISHED_BYTES))

    def _arrives_down(self, count: int) -> None:
        if not self._is_open and count >= SERVER_FLIGHT_BYTES:
            self._is_open = True
            self.up.write(FINISHED_BYTES)
            self._opened()
        self.answered(max(0, count - SERVER_FLIGHT_BYTES))
