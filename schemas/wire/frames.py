"""Frames: type, length, payload. Bytes in, frames out, no input or output.

Theory of operation: a ``FrameDecoder`` is fed whatever arrived and gives each frame as
soon as its last byte is there, so that a relay can store a blob before the next one has
come. A length over the limit is refused from its four header bytes alone: nothing is
buffered for it.

Spec: docs/spec/sync.md section 1, docs/spec/bundle.md
"""

from dataclasses import dataclass
from enum import IntEnum

from schemas.constants import FRAME_HEADER_BYTES, MAX_REQUEST_PAYLOAD_BYTES
from schemas.errors import FrameError

_MOST_LENGTH = 2**24 - 1


class FrameType(IntEnum):
    """Every frame type of this version."""

    PAD = 0x00
    PUT = 0x01
    QUERY = 0x02
    STAMP = 0x03
    COURIER = 0x04
    INVITE = 0x05
    TOKEN = 0x06
    ANNOUNCE = 0x07
    REST = 0x08
    DESK = 0x10
    PULL = 0x11
    PURGE = 0x12
    PUT_BOARD = 0x13
    PUT_REPLY = 0x14
    PUT_DIRECTORY = 0x15
    PUT_TOKENS = 0x16
    END = 0x7F
    PAD_BACK = 0x80
    RECEIPT = 0x81
    HAVE = 0x82
    DIRECTORY = 0x83
    BOARD = 0x84
    MAILBOX = 0x85
    POLICY = 0x86
    PROBLEM = 0x87
    BEGUN = 0x88
    ENVELOPE = 0x91
    PULLED = 0x92
    DONE = 0x93


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """One frame; ``type`` may be one this version does not know."""

    type: int
    payload: bytes

    def __repr__(self) -> str:
        """Show type and length only."""
        return f"<Frame {self.type:02x} {len(self.payload)} bytes>"


@dataclass(frozen=True, slots=True, repr=False)
class Unfinished:
    """The beginning of a frame whose end did not come.

    Attributes:
        length_bytes: What its payload would have been.
        payload: What came of it.
    """

    type: int
    length_bytes: int
    payload: bytes

    def __repr__(self) -> str:
        """Show type and lengths only."""
        return f"<Unfinished {self.type:02x} {len(self.payload)} of {self.length_bytes} bytes>"


def encode_frame(frame_type: int, payload: bytes = b"") -> bytes:
    """Write one frame.

    Raises:
        FrameError: When the payload is longer than three bytes can say.
    """
    if len(payload) > _MOST_LENGTH:
        raise FrameError(hint="payload too long")
    return bytes([frame_type]) + len(payload).to_bytes(3, "big") + payload


class FrameDecoder:
    """Turns a stream of bytes into frames."""

    def __init__(self, max_payload_bytes: int = MAX_REQUEST_PAYLOAD_BYTES) -> None:
        """Set the longest payload that is accepted."""
        self._max_payload_bytes = max_payload_bytes
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes as they arrive.

        Returns:
            Every frame that became whole, in order.

        Raises:
            FrameError: `malformed-frame` when a length is over the limit. Frames that were
                whole before it are in the error's ``frames``.
        """
        self._buffer += data
        frames: list[Frame] = []
        start = 0
        while len(self._buffer) - start >= FRAME_HEADER_BYTES:
            length = int.from_bytes(self._buffer[start + 1 : start + 4], "big")
            if length > self._max_payload_bytes:
                raise OversizeFrameError(frames)
            end = start + FRAME_HEADER_BYTES + length
            if len(self._buffer) < end:
                break
            payload = bytes(self._buffer[start + FRAME_HEADER_BYTES : end])
            frames.append(Frame(self._buffer[start], payload))
            start = end
        del self._buffer[:start]
        return frames

    def unfinished(self) -> "Unfinished | None":
        """Give what came of a frame that is not whole, once its length is known."""
        if len(self._buffer) < FRAME_HEADER_BYTES:
            return None
        length = int.from_bytes(self._buffer[1:FRAME_HEADER_BYTES], "big")
        return Unfinished(self._buffer[0], length, bytes(self._buffer[FRAME_HEADER_BYTES:]))

    def close(self) -> None:
        """Say that no more bytes come.

        Raises:
            FrameError: `malformed-frame` when the stream ended inside a frame.
        """
        if self._buffer:
            raise FrameError("malformed-frame", "ends inside a frame")


class OversizeFrameError(FrameError):
    """A frame's length is over the limit; ``frames`` came whole before it."""

    def __init__(self, frames: list[Frame]) -> None:
        """Keep what was whole: it counts."""
        super().__init__("malformed-frame", "a length is over the limit")
        self.frames = frames


def decode_frames(data: bytes, max_payload_bytes: int = MAX_REQUEST_PAYLOAD_BYTES) -> list[Frame]:
    """Read a byte string that holds whole frames only.

    Raises:
        FrameError: `malformed-frame` otherwise.
    """
    decoder = FrameDecoder(max_payload_bytes)
    frames = decoder.feed(data)
    decoder.close()
    return frames
