"""What the runner needs of a way to reach a relay, and nothing more.

A transport moves bytes and counts them. It raises only `TransportError`, and it never judges
what it brought: an answer counts by its signatures, not by the way it came. Several exchanges
may go on at once, each in a thread of its own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from schemas.domain.directory import BridgeLine


@dataclass(slots=True)
class Tally:
    """What a sync cost, in bytes of HTTP (inside of TLS), in requests and in connections.

    Attributes:
        connections: Connections that were opened and stood.
        resumed: Those of them whose TLS session was an earlier one's.
    """

    bytes_up: int = 0
    bytes_down: int = 0
    round_trips: int = 0
    connections: int = 0
    resumed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(
        self,
        *,
        bytes_up: int = 0,
        bytes_down: int = 0,
        round_trips: int = 0,
        connections: int = 0,
        resumed: int = 0,
    ) -> None:
        """Count more; from any thread."""
        with self._lock:
            self.bytes_up += bytes_up
            self.bytes_down += bytes_down
            self.round_trips += round_trips
            self.connections += connections
            self.resumed += resumed


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What came back.

    Attributes:
        body: The bytes that arrived, perhaps cut.
        is_whole: Nothing was cut as far as the transport can tell.
    """

    body: bytes
    is_whole: bool

    def __repr__(self) -> str:
        """Show lengths only."""
        return f"<Answer {len(self.body)} bytes, whole: {self.is_whole}>"


def _nobody_listens() -> None:
    """Ignore that a connection stands."""


class Attempt:
    """One exchange on its way, as others see it: it tells progress and can be given up."""

    def __init__(self, on_connected: Callable[[], None] = _nobody_listens) -> None:
        """Name who is told, from the exchange's own thread, that the connection stands."""
        self._on_connected = on_connected
        self._break_off: Callable[[], None] | None = None
        self._is_given_up = False
        self._lock = threading.Lock()

    @property
    def is_given_up(self) -> bool:
        """Tell whether nobody waits for it any more."""
        return self._is_given_up

    def give_up(self) -> None:
        """End it, from any thread: what it waits for fails at once."""
        with self._lock:
            self._is_given_up = True
            if self._break_off is not None:
                self._break_off()

    def can_be_broken_off_by(self, break_off: Callable[[], None] | None) -> None:
        """Say, for the transport, what would end the wait that comes now."""
        with self._lock:
            self._break_off = break_off
            if self._is_given_up and break_off is not None:
                break_off()

    def connected(self) -> None:
        """Tell, for the transport, that the connection stands."""
        self._on_connected()


class Transport(Protocol):
    """A way to reach relays."""

    @property
    def tally(self) -> Tally:
        """Count bytes, requests and connections since this transport was made."""
        ...

    def exchange(
        self,
        bridge: BridgeLine,
        request: bytes,
        timeout_seconds: float,
        attempt: Attempt | None = None,
    ) -> Answer:
        """Make one request and wait for its answer.

        Args:
            bridge: Which relay, and how to reach it.
            request: The whole body.
            timeout_seconds: For the whole exchange.
            attempt: Is told that the connection stands, and may end the exchange.

        Returns:
            What came back; a cut answer is an answer.

        Raises:
            TransportError: When nothing came back that could be an answer.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
