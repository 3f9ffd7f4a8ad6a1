"""A load generator that costs little: one process, one thread, many kept-alive connections.

Theory of operation: every connection has one request under way. When its answer is whole, the next
prepared request goes out at once. Answers are told whole by their Content-Length; a receipt is
good when its status bytes say "stored" for every blob. Nothing is parsed beyond that while the
clock runs; one answer is kept so that its signature can be verified afterwards.
"""

import selectors
import socket
import time
from dataclasses import dataclass
from typing import Final

_STATUSES_AT: Final = 8 + 4 + 4 + 4 + 2
"""Where a receipt's status bytes begin in an answer: header, frame header, days, count."""


@dataclass(frozen=True)
class Measured:
    """What a run gave.

    Attributes:
        answers: Good answers.
        refused: Answers that were whole but not what was wanted.
        seconds: How long it took.
    """

    answers: int
    refused: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Good answers per second."""
        return self.answers / self.seconds


class _Connection:
    """One kept-alive connection."""

    def __init__(self, address: tuple[str, int], blobs_each: int) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._blobs_each = blobs_each
        self._received = b""

    def receive(self) -> bool | None:
        """Take bytes; None while the answer is not whole, else whether it is good."""
        self._received += self.socket.recv(65_536)
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return None
        body = self._received[head_end + 4 :]
        if len(body) < _content_length(self._received[:head_end]):
            return None
        good = self._received.startswith(b"HTTP/1.1 200 ") and self._is_stored(body)
        self._received = b""
        return good

    def _is_stored(self, body: bytes) -> bool:
        statuses = body[_STATUSES_AT : _STATUSES_AT + self._blobs_each]
        return self._blobs_each == 0 or statuses == bytes(self._blobs_each)


def run_load(
    address: tuple[str, int],
    requests: list[bytes],
    *,
    connections: int,
    seconds: float,
    blobs_each: int = 0,
) -> Measured:
    """Send requests as fast as they are answered.

    Args:
        address: Host and port.
        requests: Each is sent once; the run ends early when none is left.
        connections: Requests under way at the same time.
        seconds: Longest duration.
        blobs_each: Status bytes to look at in an answer; 0 takes any 200.

    Returns:
        Counts and the time they took.
    """
    waiting = iter(requests)
    answers = refused = 0
    with selectors.DefaultSelector() as selector:
        begun = time.perf_counter()
        for _ in range(connections):
            connection = _Connection(address, blobs_each)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.socket.sendall(next(waiting))
        end = begun + seconds
        alive = True
        while alive and time.perf_counter() < end:
            for key, _ in selector.select(timeout=1.0):
                good = key.data.receive()
                if good is None:
                    continue
                answers, refused = answers + good, refused + (not good)
                request = next(waiting, None)
                alive = request is not None
                if request is None:
                    break
                key.data.socket.sendall(request)
        taken = time.perf_counter() - begun
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return Measured(answers, refused, taken)


def _content_length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
