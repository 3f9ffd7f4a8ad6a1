"""Several exchanges at once, told one after the other.

Theory of operation: what decides and what writes to the disk is one thread. It starts an exchange
and goes on; a thread of the exchange's own does the network and nothing else, and leaves word in
a queue. Whoever waits takes one word at a time. An exchange that was stopped may still leave
word: what was signed counts, however late.

Spec: docs/spec/engine.md sections 3 and 5
"""

import queue
import threading
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeAlias

from client_sync.clock import Clock
from client_sync.errors import TransportError
from client_sync.transports.base import Answer, Attempt, Tally, Transport
from schemas.domain.directory import BridgeLine

_LAST_WORD_SECONDS: Final = 5.0  # for a thread that was told to end; the kernel needs none of it


@dataclass(frozen=True, slots=True)
class Stood:
    """The connection for a request stands."""

    request: int
    at_seconds: float


@dataclass(frozen=True, slots=True)
class Came:
    """Something came back."""

    request: int
    at_seconds: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Broke:
    """Nothing came back that could be an answer."""

    request: int
    at_seconds: float
    error: TransportError


Word: TypeAlias = Stood | Came | Broke


class Lanes(Protocol):
    """Where exchanges are started and heard of."""

    @property
    def tally(self) -> Tally:
        """Count bytes, requests and connections."""
        ...

    def start(self, request: int, bridge: BridgeLine, body: bytes, timeout_seconds: float) -> None:
        """Begin an exchange under a number of its own."""
        ...

    def stop(self, request: int) -> None:
        """End an exchange nobody waits for any more."""
        ...

    def next_word(self, wait_seconds: float) -> Word | None:
        """Wait for the next word of any exchange; None when the time is over."""
        ...

    def close(self) -> None:
        """End everything that is under way."""
        ...


class ThreadLanes:
    """Lanes over a transport, a thread for each busy one."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        """Use a transport that may be called from several threads; it outlives these lanes."""
        self._transport = transport
        self._clock = clock
        self._before = replace(transport.tally)
        self._words: queue.SimpleQueue[Word | BaseException] = queue.SimpleQueue()
        self._attempts: dict[int, Attempt] = {}
        self._threads: dict[int, threading.Thread] = {}

    @property
    def tally(self) -> Tally:
        """Count what the transport has counted since these lanes are there."""
        now, before = self._transport.tally, self._before
        return Tally(
            bytes_up=now.bytes_up - before.bytes_up,
            bytes_down=now.bytes_down - before.bytes_down,
            round_trips=now.round_trips - before.round_trips,
            connections=now.connections - before.connections,
            resumed=now.resumed - before.resumed,
        )

    def start(self, request: int, bridge: BridgeLine, body: bytes, timeout_seconds: float) -> None:
        """Begin an exchange in a thread of its own."""
        attempt = Attempt(lambda: self._words.put(Stood(request, self._now())))
        thread = threading.Thread(
            target=self._exchange,
            args=(request, bridge, body, timeout_seconds, attempt),
            name=f"lane-{request}",
            daemon=True,
        )
        self._attempts[request], self._threads[request] = attempt, thread
        thread.start()

    def stop(self, request: int) -> None:
        """End an exchange; its thread leaves its last word soon."""
        attempt = self._attempts.get(request)
        if attempt is not None:
            attempt.give_up()

    def next_word(self, wait_seconds: float) -> Word | None:
        """Wait for the next word."""
        try:
            word = self._words.get(timeout=max(wait_seconds, 0.0))
        except queue.Empty:
            return None
        if isinstance(word, BaseException):
            raise word
        if not isinstance(word, Stood):
            self._attempts.pop(word.request, None)
            self._threads.pop(word.request, None)
        return word

    def close(self) -> None:
        """End what is under way and wait for its threads; idle connections stay for later lanes."""
        for attempt in self._attempts.values():
            attempt.give_up()
        for thread in self._threads.values():
            thread.join(_LAST_WORD_SECONDS)

    def _now(self) -> float:
        return self._clock.elapsed_seconds()

    def _exchange(
        self,
        request: int,
        bridge: BridgeLine,
        body: bytes,
        timeout_seconds: float,
        attempt: Attempt,
    ) -> None:
        """Do the network for one exchange; runs in its own thread."""
        try:
            answer = self._transport.exchange(bridge, body, timeout_seconds, attempt)
        except TransportError as error:
            self._words.put(Broke(request, self._now(), error))
        except BaseException as error:  # noqa: BLE001  # raised again where somebody listens
            self._words.put(error)
        else:
            self._words.put(Came(request, self._now(), answer))
