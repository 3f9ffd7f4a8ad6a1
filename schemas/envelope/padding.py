"""Make lengths say little: deflate, pad to a bucket.

Spec: docs/spec/envelope.md section 1
"""

import zlib

from schemas.constants import PAD_MARK
from schemas.errors import EnvelopeError, PlaintextTooLargeError

_RAW = -15  # no zlib header: two bytes and a checksum that the AEAD makes needless


def pad(inner: bytes, room_bytes: int) -> bytes:
    """Fill up to the room with 0x80 and zeros.

    Args:
        inner: At most ``room_bytes - 1`` bytes.
        room_bytes: Length wanted.

    Returns:
        Exactly ``room_bytes`` bytes.

    Raises:
        PlaintextTooLargeError: When there is no room for the mark.
    """
    if len(inner) >= room_bytes:
        raise PlaintextTooLargeError(hint=f"{len(inner)} bytes, room for {room_bytes - 1}")
    return inner + bytes([PAD_MARK]) + bytes(room_bytes - len(inner) - 1)


def unpad(padded: bytes) -> bytes:
    """Take the padding off again.

    Raises:
        EnvelopeError: `bad-padding` when no mark stands before the zeros.
    """
    stripped = padded.rstrip(b"\x00")
    if not stripped or stripped[-1] != PAD_MARK:
        raise EnvelopeError("bad-padding")
    return stripped[:-1]


def deflate(data: bytes, dictionary: bytes = b"") -> bytes:
    """Compress as a raw deflate stream, with words that both sides know if there are any."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, zdict=dictionary)
    return packer.compress(data) + packer.flush()


def inflate(packed: bytes, limit_bytes: int, dictionary: bytes = b"") -> bytes:
    """Expand a raw deflate stream, never beyond a limit.

    Args:
        packed: One whole stream and nothing after it.
        limit_bytes: Where to stop: an inflate bomb costs no more than this.
        dictionary: The words it was packed with.

    Returns:
        The data.

    Raises:
        EnvelopeError: `bad-deflate` for anything else.
    """
    unpacker = zlib.decompressobj(_RAW, zdict=dictionary)
    try:
        data = unpacker.decompress(packed, limit_bytes + 1)
    except zlib.error as error:
        raise EnvelopeError("bad-deflate") from error
    if len(data) > limit_bytes or not unpacker.eof or unpacker.unused_data:
        raise EnvelopeError("bad-deflate")
    return data
