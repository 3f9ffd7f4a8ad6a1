"""Who waits, who gets a thread, who has to go: the rules of a worker under attack.

Theory of operation: a worker has few threads, some memory and a number of connections. Each can be
used up by senders who are slow on purpose, so each has a rule that ends with the slowest or the
greediest, never with whoever comes next:

- a whole request gets a thread at once; one that is not whole gets one only while half of them
  are free (a sender that stalls may have sent whole blobs, a long body must be read as it comes).
  When a long body waits and none is free, the slowest of those who hold one is cut;
- when connections run out, the slowest that waits is dropped: of the same neighbourhood first,
  when that has its share. A kept-alive connection with nothing to say is the slowest of all. Who
  was answered for the last time and has not hung up goes before anybody who may still ask. Who
  has just begun cannot be told from the slowest yet, so it goes only when everybody has just
  begun, and then who began first. While all are being answered nobody has to go: whoever comes
  then waits in the kernel's queue;
- when memory runs out, whoever takes most of it is cut;
- when every thread is taken, whoever has had one longest for its answer is dropped.

To cut is to let the sender say no more: what came before is stored and answered. To drop is to
close. Neighbourhoods are address prefixes (`server.relay.sources`), counted here while they are
connected, and written nowhere. Nothing in this module knows a socket: connections are keys.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from server.relay.arrival import HEADER_SECONDS, LINGER_SECONDS, Arrival, State

Key = TypeVar("Key", bound=Hashable)

MOST_GATHERED_IN_ALL_BYTES: Final = 16 * 1024**2
"""One worker's memory for requests that are not whole: a thousand senders of a usual batch."""

PARTIAL_SECONDS: Final = 5.0
"""A request that is not whole has its thread for so long, whoever waits."""

ANSWER_SECONDS: Final = 20.0
"""An answer that takes longer goes to somebody who does not read it."""


NEW_SECONDS: Final = 1.0
"""So long after its beginning nobody is called slow: header and body may come in two packets, and
everything that came at the same moment, a flood or the remains of one, is accepted in between."""


@dataclass(frozen=True)
class Limits:
    """What one worker can hold.

    Attributes:
        threads: Requests in hand.
        connections: Open at once.
        per_source: Of one address prefix.
        body_seconds: Longest time from a request's first byte to its last.
        idle_seconds: Longest time between two requests of a connection.
    """

    threads: int
    connections: int
    per_source: int
    body_seconds: float
    idle_seconds: float


@dataclass(slots=True)
class Held:
    """A connection that holds a thread.

    Attributes:
        since_seconds: Monotonic time at which it was given one.
        is_partial: More of its request is to come.
        deadline_seconds: Monotonic time at which it is cut.
        rate: Bytes per second when it was given one.
    """

    since_seconds: float
    is_partial: bool
    deadline_seconds: float
    rate: float

    def cut(self, now_seconds: float, seconds: float) -> None:
        """Note that nothing more comes: what is left is to answer."""
        self.is_partial = False
        self.since_seconds, self.deadline_seconds = now_seconds, now_seconds + seconds


@dataclass(slots=True)
class Verdicts(Generic[Key]):
    """What a look at the crowd came to.

    Attributes:
        serve: Give them a thread.
        cut: They wait: read no more of them, and give them a thread for what there is.
        drop: They wait: close them.
        cut_held: They hold a thread: read no more of them.
        drop_held: They hold a thread: read and write no more.
    """

    serve: list[Key] = field(default_factory=list)
    cut: list[Key] = field(default_factory=list)
    drop: list[Key] = field(default_factory=list)
    cut_held: list[Key] = field(default_factory=list)
    drop_held: list[Key] = field(default_factory=list)


class Crowd(Generic[Key]):
    """The connections of one worker."""

    def __init__(self, limits: Limits) -> None:
        """Begin with nobody.

        Args:
            limits: What the worker can hold.
        """
        self._limits = limits
        self._waiting: dict[Key, Arrival] = {}
        self._held: dict[Key, Held] = {}
        self._sources: dict[Key, bytes] = {}
        self._of_source: Counter[bytes] = Counter()

    def __len__(self) -> int:
        """Tell how many connections there are."""
        return len(self._waiting) + len(self._held)

    @property
    def waiting(self) -> list[Key]:
        """Connections without a thread."""
        return list(self._waiting)

    @property
    def idle(self) -> list[Key]:
        """Connections that have begun no request."""
        return [key for key, one in self._waiting.items() if one.state is State.IDLE]

    @property
    def has_partial(self) -> bool:
        """Tell whether somebody is in the middle of a body and has no thread."""
        return any(one.state is State.BODY for one in self._waiting.values())

    # --- coming and going ----------------------------------------------------------
    @property
    def has_room(self) -> bool:
        """Tell whether one more may come, perhaps in place of one who waits."""
        return len(self) < self._limits.connections or bool(self._waiting)

    def victim_for(self, source: bytes | None, now_seconds: float) -> tuple[bool, Key | None]:
        """Tell whether one more may come, and who has to go for it.

        Args:
            source: Address prefix of who comes, or None if it is not counted.
            now_seconds: Monotonic time.

        Returns:
            Whether it may come; the connection to drop, if one has to go.
        """
        if source is not None and self._of_source[source] >= self._limits.per_source:
            neighbours = (key for key, one in self._sources.items() if one == source)
            victim = self._slowest(neighbours, now_seconds)
            return victim is not None, victim
        if len(self) >= self._limits.connections:
            victim = self._slowest(self._waiting, now_seconds)
            return victim is not None, victim
        return True, None

    def come(self, key: Key, source: bytes | None, now_seconds: float) -> Arrival:
        """Let a connection in; it waits for its first request."""
        if source is not None:
            self._sources[key] = source
            self._of_source[source] += 1
        return self.wait(key, now_seconds)

    def wait(self, key: Key, now_seconds: float) -> Arrival:
        """Let a connection wait for its next request."""
        self._held.pop(key, None)
        arrival = self._waiting[key] = Arrival(now_seconds)
        return arrival

    def leave(self, key: Key, now_seconds: float) -> Arrival:
        """Let a connection that was answered for the last time hang up by itself."""
        arrival = self.wait(key, now_seconds)
        arrival.leave()
        return arrival

    def hold(self, key: Key, now_seconds: float, *, is_last: bool = False) -> Arrival:
        """Note that a connection gets a thread.

        Args:
            key: It waits.
            now_seconds: Monotonic time.
            is_last: No more comes of its request, whole or not.

        Returns:
            What came of its request.
        """
        arrival = self._waiting.pop(key)
        is_partial = arrival.state is not State.WHOLE and not is_last
        seconds = self._limits.body_seconds
        begun = arrival.began_seconds if is_partial else now_seconds
        rate = arrival.rate(now_seconds)
        self._held[key] = Held(now_seconds, is_partial, begun + seconds, rate)
        return arrival

    def go(self, key: Key) -> None:
        """Forget a connection that is closed."""
        self._waiting.pop(key, None)
        self._held.pop(key, None)
        source = self._sources.pop(key, None)
        if source is not None:
            self._of_source[source] -= 1
            if not self._of_source[source]:
                del self._of_source[source]

    # --- looking -------------------------------------------------------------------
    def look(self, now_seconds: float) -> Verdicts[Key]:
        """Decide on everybody; each connection is named once at most.

        Args:
            now_seconds: Monotonic time.
        """
        verdicts: Verdicts[Key] = Verdicts()
        partial: list[Key] = []
        for key, arrival in self._waiting.items():
            if self._is_over(arrival, now_seconds):
                is_worth = arrival.state is State.BODY
                (verdicts.cut if is_worth else verdicts.drop).append(key)
            elif arrival.state is State.BODY and self._asks(arrival, now_seconds):
                partial.append(key)
        self._spare_threads(partial, verdicts, now_seconds)
        self._relieve_memory(verdicts)
        self._end_held(verdicts, now_seconds)
        return verdicts

    def _is_over(self, arrival: Arrival, now_seconds: float) -> bool:
        """Tell whether a request has had its time."""
        passed_seconds = now_seconds - arrival.began_seconds
        if arrival.state is State.IDLE:
            return passed_seconds > self._limits.idle_seconds
        if arrival.state is State.HEADER:
            return passed_seconds > HEADER_SECONDS
        if arrival.state is State.LEAVING:
            return passed_seconds > LINGER_SECONDS
        return passed_seconds > self._limits.body_seconds or arrival.is_too_slow(now_seconds)

    @staticmethod
    def _asks(arrival: Arrival, now_seconds: float) -> bool:
        return arrival.is_full or arrival.is_stalled(now_seconds)

    def _spare_threads(
        self, partial: list[Key], verdicts: Verdicts[Key], now_seconds: float
    ) -> None:
        """Give free threads to requests that are not whole, long bodies first."""
        free = max(1, self._limits.threads // 2) - len(self._held)
        partial.sort(key=lambda key: -len(self._waiting[key]))
        verdicts.serve = partial[: max(free, 0)]
        left = partial[max(free, 0) :]
        if left and self._waiting[left[0]].is_full:
            slow = [
                (held.rate, key)
                for key, held in self._held.items()
                if held.is_partial and now_seconds - held.since_seconds > PARTIAL_SECONDS
            ]
            if slow:
                self._cut_held(min(slow, key=lambda one: one[0])[1], verdicts, now_seconds)

    def _cut_held(self, key: Key, verdicts: Verdicts[Key], now_seconds: float) -> None:
        self._held[key].cut(now_seconds, self._limits.body_seconds)
        verdicts.cut_held.append(key)

    def _relieve_memory(self, verdicts: Verdicts[Key]) -> None:
        spared = {*verdicts.serve, *verdicts.cut, *verdicts.drop}
        left = {key: len(one) for key, one in self._waiting.items() if key not in spared}
        excess_bytes = sum(left.values()) - MOST_GATHERED_IN_ALL_BYTES
        for key in sorted(left, key=lambda key: -left[key]):
            if excess_bytes <= 0:
                return
            verdicts.cut.append(key)
            excess_bytes -= left[key]

    def _end_held(self, verdicts: Verdicts[Key], now_seconds: float) -> None:
        is_short = len(self._held) >= self._limits.threads
        late: list[tuple[float, Key]] = []
        for key, held in self._held.items():
            if held.is_partial:
                if now_seconds > held.deadline_seconds:
                    self._cut_held(key, verdicts, now_seconds)
            elif now_seconds > held.deadline_seconds:
                verdicts.drop_held.append(key)
            elif is_short and now_seconds - held.since_seconds > ANSWER_SECONDS:
                late.append((held.since_seconds, key))
        if late:
            verdicts.drop_held.append(min(late, key=lambda one: one[0])[1])

    def _slowest(self, keys: Iterable[Key], now_seconds: float) -> Key | None:
        """Find who leaves, else the slowest who waits; of equals, who has waited longest."""
        waiting = [key for key in keys if key in self._waiting]
        leaving = [key for key in waiting if self._waiting[key].state is State.LEAVING]
        if leaving:
            return leaving[0]
        if not waiting:
            return None
        judged = [key for key in waiting if not self._is_new(key, now_seconds)]
        if judged:
            return min(judged, key=lambda key: self._waiting[key].rate(now_seconds))
        return min(waiting, key=lambda key: self._waiting[key].began_seconds)

    def _is_new(self, key: Key, now_seconds: float) -> bool:
        return now_seconds - self._waiting[key].began_seconds < NEW_SECONDS
