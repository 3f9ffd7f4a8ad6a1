"""What the runner needs of a way to reach a relay, and nothing more.

A transport moves bytes and counts them. It raises only `TransportError`, and it never judges
what it brought: an answer counts by its signatures, not by the way it came.
"""

from dataclasses import dataclass
from typing import Protocol

from schemas.domain.directory import BridgeLine


@dataclass(slots=True)
class Tally:
    """What a sync cost, in bytes of HTTP (inside of TLS) and in requests."""

    bytes_up: int = 0
    bytes_down: int = 0
    round_trips: int = 0


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


class Transport(Protocol):
    """A way to reach relays."""

    @property
    def tally(self) -> Tally:
        """Count bytes and requests since this transport was made."""
        ...

    def exchange(self, bridge: BridgeLine, request: bytes, timeout_seconds: float) -> Answer:
        """Make one request and wait for its answer.

        Args:
            bridge: Which relay, and how to reach it.
            request: The whole body.
            timeout_seconds: For the whole exchange.

        Returns:
            What came back; a cut answer is an answer.

        Raises:
            TransportError: When nothing came back that could be an answer.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
