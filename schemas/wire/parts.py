"""Payloads by which a blob goes on where its connection was cut.

Spec: docs/spec/sync.md section 12
"""

import struct
from collections.abc import Mapping, Sequence

from schemas.constants import ANNOUNCE_TAG_BYTES, ID_BYTES, MAX_ANNOUNCED, MAX_QUERY_IDS
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import Rest
from schemas.errors import FrameError

_REST = struct.Struct(f">{ID_BYTES}sI")
_COUNT = struct.Struct(">H")
_BEGUN = struct.Struct(">HI")


def announce_tag(envelope_id: EnvelopeId) -> bytes:
    """Give the bytes by which a blob is announced."""
    return envelope_id[:ANNOUNCE_TAG_BYTES]


def encode_announce(ids: Sequence[EnvelopeId]) -> bytes:
    """Write the payload of ANNOUNCE."""
    return b"".join(announce_tag(envelope_id) for envelope_id in ids)


def decode_announce(payload: bytes) -> tuple[bytes, ...]:
    """Read the payload of ANNOUNCE: tags of the PUTs that follow, in their order.

    Raises:
        FrameError: `bad-announce` when it is not 1 to 16 whole tags.
    """
    count, rest = divmod(len(payload), ANNOUNCE_TAG_BYTES)
    if rest or not 1 <= count <= MAX_ANNOUNCED:
        raise FrameError("bad-announce", "1 to 16 tags of 8 bytes")
    starts = range(0, len(payload), ANNOUNCE_TAG_BYTES)
    return tuple(payload[start : start + ANNOUNCE_TAG_BYTES] for start in starts)


def encode_rest(rest: Rest) -> bytes:
    """Write the payload of REST."""
    return _REST.pack(rest.envelope_id, rest.offset_bytes) + rest.content


def decode_rest(payload: bytes) -> Rest:
    """Read the payload of REST.

    Raises:
        FrameError: `bad-rest` when nothing follows id and offset, or the offset is 0.
    """
    if len(payload) <= _REST.size:
        raise FrameError("bad-rest", "id, offset, and at least one byte")
    envelope_id, offset_bytes = _REST.unpack(payload[: _REST.size])
    if not offset_bytes:
        raise FrameError("bad-rest", "a rest has something before it")
    return Rest(EnvelopeId(envelope_id), offset_bytes, payload[_REST.size :])


def encode_begun(begun: Mapping[int, int]) -> bytes:
    """Write the payload of BEGUN: kept bytes by place in all ids asked, ascending."""
    entries = [_BEGUN.pack(place, kept_bytes) for place, kept_bytes in sorted(begun.items())]
    return _COUNT.pack(len(entries)) + b"".join(entries)


def decode_begun(payload: bytes) -> dict[int, int]:
    """Read the payload of BEGUN.

    Raises:
        FrameError: `bad-begun` when the length is not what the count says, or a place is over 255.
    """
    if len(payload) < _COUNT.size:
        raise FrameError("bad-begun", "no count")
    (count,) = _COUNT.unpack(payload[: _COUNT.size])
    if len(payload) != _COUNT.size + count * _BEGUN.size:
        raise FrameError("bad-begun", "another length")
    begun = dict(_BEGUN.iter_unpack(payload[_COUNT.size :]))
    if any(place >= MAX_QUERY_IDS for place in begun):
        raise FrameError("bad-begun", "a place nobody asked about")
    return begun
