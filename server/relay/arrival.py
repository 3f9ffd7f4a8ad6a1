"""One HTTP request while it arrives, before a thread is spent on it.

Theory of operation: bytes are gathered by the worker's main loop until the request is whole; only
then does a thread take it, for the milliseconds an answer needs. So a sender on a bad line, and
one who is slow on purpose, cost some memory and nothing else. What is read here is only where the
header ends and how long the body says it is; gunicorn's parser judges the rest.

A body may be longer than what is gathered, or come in chunks, or stop: then the request is whole
never or not soon, and the crowd (`server.relay.crowd`) says whether a thread can be spared for it.
"""

import re
from enum import Enum, auto
from typing import Final

MOST_HEADER_BYTES: Final = 16_384
"""A header longer than this goes to the parser as it is, which refuses it."""

MOST_GATHERED_BYTES: Final = 131_072 + 256 + 4096
"""The largest batch a client sends, its frames, and the HTTP header in front."""

STALL_SECONDS: Final = 0.2
"""A sender silent for so long may have sent whole blobs that should not wait for the next."""

HEADER_SECONDS: Final = 20.0
"""Seven round trips of three seconds each."""

GRACE_SECONDS: Final = 120.0
"""Nothing is said of a sender's rate before: links that are down for 90 seconds are real."""

LEAST_BYTES_PER_SECOND: Final = 62
"""A quarter of 2 kbit/s, the slowest link that is worth a wait: the rest is lost on the way."""

LINGER_SECONDS: Final = 2.0
"""So long who was answered for the last time may take to hang up; RFC 9112 section 9.6."""

MOST_DRAINED_BYTES: Final = 65_536
"""Read and thrown away of who hangs up late, so that the answer's end is not reset on its way."""

_LENGTH: Final = re.compile(rb"\r\ncontent-length[ \t]*:([^\r\n]*)", re.IGNORECASE)
_MOST_DIGITS: Final = 18
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_HEADER_END: Final = b"\r\n\r\n"


class State(Enum):
    """How far a request has come."""

    IDLE = auto()
    HEADER = auto()
    BODY = auto()
    WHOLE = auto()
    LEAVING = auto()


class Arrival:
    """A connection's next request."""

    def __init__(self, now_seconds: float) -> None:
        """Wait for its first byte.

        Args:
            now_seconds: Monotonic time.
        """
        self.state = State.IDLE
        self.began_seconds = now_seconds
        self.latest_seconds = now_seconds
        self._gathered = bytearray()
        self._whole_bytes: int | None = None
        self._drained_bytes = 0

    def __len__(self) -> int:
        """Tell how many bytes are here."""
        return len(self._gathered)

    def leave(self) -> None:
        """Note that the last answer was given: what still comes is thrown away."""
        self.state = State.LEAVING

    def drain(self, piece: bytes) -> bool:
        """Throw bytes away; tell whether more may come."""
        self._drained_bytes += len(piece)
        return self._drained_bytes < MOST_DRAINED_BYTES

    @property
    def is_full(self) -> bool:
        """Tell whether no more is gathered."""
        return len(self._gathered) >= MOST_GATHERED_BYTES

    def take(self, piece: bytes, now_seconds: float) -> None:
        """Take bytes as they come.

        Args:
            piece: At least one byte.
            now_seconds: Monotonic time.
        """
        if self.state is State.IDLE:
            self.state, self.began_seconds = State.HEADER, now_seconds
        self.latest_seconds = now_seconds
        # The mark may lie across two pieces.
        look_from = max(0, len(self._gathered) - len(_HEADER_END) + 1)
        self._gathered += piece
        if self.state is State.HEADER:
            self._look_for_the_body(look_from)
        if self._whole_bytes is not None and len(self._gathered) >= self._whole_bytes:
            self.state = State.WHOLE

    def gathered(self) -> bytes:
        """Give what is here."""
        return bytes(self._gathered)

    def rate(self, now_seconds: float) -> float:
        """Tell how fast the sender was so far, in bytes per second."""
        return len(self._gathered) / max(now_seconds - self.began_seconds, 1.0)

    def is_stalled(self, now_seconds: float) -> bool:
        """Tell whether nothing came for a while."""
        return now_seconds - self.latest_seconds >= STALL_SECONDS

    def is_too_slow(self, now_seconds: float) -> bool:
        """Tell whether less came than the slowest link would have brought."""
        owed_seconds = now_seconds - self.began_seconds - GRACE_SECONDS
        return len(self._gathered) < owed_seconds * LEAST_BYTES_PER_SECOND

    def _look_for_the_body(self, look_from: int) -> None:
        end = self._gathered.find(_HEADER_END, look_from)
        if end < 0:
            if len(self._gathered) > MOST_HEADER_BYTES:
                self._whole_bytes = 0
            return
        self.state = State.BODY
        head = bytes(self._gathered[: end + 2])
        body_bytes = None if _CHUNKED.search(head) else _body_bytes(head)
        if body_bytes is not None:
            self._whole_bytes = end + len(_HEADER_END) + body_bytes


def _body_bytes(head: bytes) -> int | None:
    """Read how long a body says it is; None for what the parser will refuse or wait for."""
    lengths = [length.strip(b" \t") for length in _LENGTH.findall(head)]
    if not lengths:
        return 0
    if len(lengths) > 1 or not lengths[0].isdigit() or len(lengths[0]) > _MOST_DIGITS:
        return None
    return int(lengths[0])
