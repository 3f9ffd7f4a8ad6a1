"""Attachments as independent chunks: any order, any path.

Theory of operation: each chunk is sealed on its own under the attachment's key with a
nonce derived from its index, and begins with a tag only the desk and the sender can
compute. A lost chunk costs one chunk; a chunk says nothing of what it belongs to.

Spec: docs/spec/envelope.md section 4
"""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.constants import (
    AEAD_NONCE_BYTES,
    CHUNK_CLASSES_BYTES,
    CHUNK_OVERHEAD_BYTES,
    CHUNK_TAG_BYTES,
    KEY_BYTES,
    PERSON_CHUNK_NONCE,
    PERSON_CHUNK_TAG,
)
from schemas.domain import lengths
from schemas.envelope import primitives
from schemas.errors import ChunkError


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """How a file of some size is cut."""

    size_bytes: int
    class_bytes: int
    chunk_count: int

    @property
    def room_bytes(self) -> int:
        """File bytes per chunk."""
        return self.class_bytes - CHUNK_OVERHEAD_BYTES


def plan(size_bytes: int, class_bytes: int = CHUNK_CLASSES_BYTES[0]) -> ChunkPlan:
    """Plan the chunks of a file.

    Args:
        size_bytes: At least 1.
        class_bytes: 16384, or 4096 for links below 16 kbit/s.

    Raises:
        ChunkError: For another class or an empty file.
    """
    if class_bytes not in CHUNK_CLASSES_BYTES:
        raise ChunkError(hint="a chunk is 16384 or 4096 bytes")
    if size_bytes < 1:
        raise ChunkError(hint="the file is empty")
    return ChunkPlan(size_bytes, class_bytes, lengths.chunk_count(size_bytes, class_bytes))


def chunk_tag(key: bytes, index: int, chunk_count: int) -> bytes:
    """Compute the 16-byte handle of one chunk."""
    position = _position(index, chunk_count)
    return primitives.blake2b(position, size=CHUNK_TAG_BYTES, person=PERSON_CHUNK_TAG, key=key)


def chunk_tags(key: bytes, chunk_count: int) -> list[bytes]:
    """Compute the handles of all chunks of an attachment, in order."""
    if len(key) != KEY_BYTES:
        raise ChunkError(hint="an attachment key is 32 bytes")
    return [chunk_tag(key, index, chunk_count) for index in range(chunk_count)]


def seal_chunk(key: bytes, index: int, cut: ChunkPlan, data: bytes) -> bytes:
    """Seal the file bytes of one chunk.

    Args:
        key: 32-byte attachment key, used for this file only.
        index: 0 to ``cut.chunk_count - 1``.
        cut: The plan of the file.
        data: At most ``cut.room_bytes`` bytes; filled up with zeros.

    Returns:
        A blob of exactly ``cut.class_bytes`` bytes.
    """
    if len(data) > cut.room_bytes:
        raise ChunkError(hint="more bytes than a chunk has room for")
    tag = chunk_tag(key, index, cut.chunk_count)
    filled = data + bytes(cut.room_bytes - len(data))
    return tag + primitives.aead_seal(key, _nonce(key, index, cut.chunk_count), tag, filled)


def seal_chunks(key: bytes, cut: ChunkPlan, parts: Iterator[bytes]) -> Iterator[bytes]:
    """Seal a file given as parts of ``cut.room_bytes``; the last may be shorter.

    Padding chunks follow the file.
    """
    for index in range(cut.chunk_count):
        yield seal_chunk(key, index, cut, next(parts, b""))


def open_chunk(key: bytes, index: int, chunk_count: int, blob: bytes) -> bytes:
    """Open one chunk.

    Returns:
        ``len(blob) - 32`` bytes, with zeros behind the end of the file.

    Raises:
        ChunkError: When length, tag or ciphertext do not fit.
    """
    if len(blob) not in CHUNK_CLASSES_BYTES:
        raise ChunkError(hint="the length is no chunk class")
    tag = chunk_tag(key, index, chunk_count)
    if not primitives.equal(blob[:CHUNK_TAG_BYTES], tag):
        raise ChunkError(hint="the tag belongs to another chunk")
    nonce = _nonce(key, index, chunk_count)
    data = primitives.aead_open(key, nonce, tag, blob[CHUNK_TAG_BYTES:])
    if data is None:
        raise ChunkError(hint="the chunk does not verify")
    return data


def _position(index: int, chunk_count: int) -> bytes:
    if not 0 <= index < chunk_count:
        raise ChunkError(hint="no such chunk")
    return index.to_bytes(4, "big") + bytes([index == chunk_count - 1])


def _nonce(key: bytes, index: int, chunk_count: int) -> bytes:
    position = _position(index, chunk_count)
    return primitives.blake2b(position, size=AEAD_NONCE_BYTES, person=PERSON_CHUNK_NONCE, key=key)
