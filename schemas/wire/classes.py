"""The few sizes that requests and answers come in.

Theory of operation: whoever watches a line sees lengths. So every request and every answer is
padded to a class, and a poll draws the class a report would have. The classes of requests are a
power of two and a little more, because blobs are powers of two and shall fill them; those of
answers are powers of two. Padding takes whole frames, so at least four bytes: where fewer are
missing, the next class is taken.

Spec: docs/spec/sync.md section 1
"""

from typing import Final

from schemas.constants import (
    FRAME_HEADER_BYTES,
    LARGEST_REQUEST_CLASS_BITS,
    LARGEST_RESPONSE_CLASS_BYTES,
    MAX_REQUEST_PAYLOAD_BYTES,
    MAX_RESPONSE_PAYLOAD_BYTES,
    REQUEST_CLASS_ROOM_BYTES,
    SMALLEST_REQUEST_CLASS_BITS,
    SMALLEST_RESPONSE_CLASS_BYTES,
)
from schemas.wire.frames import FrameType, encode_frame

REQUEST_CLASSES_BYTES: Final[tuple[int, ...]] = tuple(
    REQUEST_CLASS_ROOM_BYTES + (1 << bits)
    for bits in range(SMALLEST_REQUEST_CLASS_BITS, LARGEST_REQUEST_CLASS_BITS + 1)
)


def request_class_bytes(size_bytes: int) -> int:
    """Give the class a request of a size is padded to.

    Args:
        size_bytes: Header and frames, without padding.

    Returns:
        The class; the size itself when it is above the largest.
    """
    for class_bytes in REQUEST_CLASSES_BYTES:
        if _reaches(size_bytes, class_bytes):
            return class_bytes
    return size_bytes


def response_class_bytes(size_bytes: int) -> int:
    """Give the class an answer of a size is padded to.

    Args:
        size_bytes: Header and frames, without padding.

    Returns:
        A power of two from 256 to 1,048,576 bytes, above that a multiple of the largest.
    """
    class_bytes = SMALLEST_RESPONSE_CLASS_BYTES
    while not _reaches(size_bytes, class_bytes):
        if class_bytes < LARGEST_RESPONSE_CLASS_BYTES:
            class_bytes *= 2
        else:
            class_bytes += LARGEST_RESPONSE_CLASS_BYTES
    return class_bytes


def request_padding(size_bytes: int, class_bytes: int) -> bytes:
    """Write the PAD frames that bring a request to a class."""
    return _padding(class_bytes - size_bytes, FrameType.PAD, MAX_REQUEST_PAYLOAD_BYTES)


def response_padding(size_bytes: int, class_bytes: int) -> bytes:
    """Write the PAD frames that bring an answer to a class."""
    return _padding(class_bytes - size_bytes, FrameType.PAD_BACK, MAX_RESPONSE_PAYLOAD_BYTES)


def _reaches(size_bytes: int, class_bytes: int) -> bool:
    """Tell whether whole frames can bring a size to a class."""
    return size_bytes == class_bytes or size_bytes + FRAME_HEADER_BYTES <= class_bytes


def _padding(missing_bytes: int, frame_type: FrameType, most_payload_bytes: int) -> bytes:
    frames: list[bytes] = []
    while missing_bytes > 0:
        payload_bytes = min(missing_bytes - FRAME_HEADER_BYTES, most_payload_bytes)
        rest_bytes = missing_bytes - FRAME_HEADER_BYTES - payload_bytes
        if 0 < rest_bytes < FRAME_HEADER_BYTES:
            payload_bytes -= FRAME_HEADER_BYTES  # leave room for one more header
        frames.append(encode_frame(frame_type, bytes(payload_bytes)))
        missing_bytes -= FRAME_HEADER_BYTES + payload_bytes
    return b"".join(frames)
