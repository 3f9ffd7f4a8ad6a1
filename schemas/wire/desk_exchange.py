"""Payloads between the desk and its relays.

Spec: docs/spec/sync.md section 6
"""

import struct
from collections.abc import Sequence

from schemas.constants import (
    DESK_ID_BYTES,
    MAX_TOKEN_HASHES,
    NONCE_BYTES,
    SIGNATURE_BYTES,
    TOKEN_BYTES,
)
from schemas.domain.ids import DeskId
from schemas.domain.sync import DeskProof, Pulled, PulledEnvelope
from schemas.errors import FrameError

_PROOF = struct.Struct(f">{DESK_ID_BYTES}sI{NONCE_BYTES}s{SIGNATURE_BYTES}s")
_PULL = struct.Struct(">QI")
_ENVELOPE = struct.Struct(">QI")
_PULLED = struct.Struct(">QB")
_DONE = struct.Struct(">H")


def encode_proof(proof: DeskProof) -> bytes:
    """Write the payload of DESK."""
    return _PROOF.pack(proof.desk_id, proof.day, proof.nonce, proof.sig)


def decode_proof(payload: bytes) -> DeskProof:
    """Read the payload of DESK; it counts only once its signature is verified.

    Raises:
        FrameError: `bad-desk` for another length.
    """
    if len(payload) != _PROOF.size:
        raise FrameError("bad-desk", "a proof is 100 bytes")
    desk_id, day, nonce, sig = _PROOF.unpack(payload)
    return DeskProof(DeskId(desk_id), day, nonce, sig)


def encode_pull(cursor: int, max_bytes: int) -> bytes:
    """Write the payload of PULL."""
    return _PULL.pack(cursor, max_bytes)


def decode_pull(payload: bytes) -> tuple[int, int]:
    """Read the payload of PULL: cursor and the most bytes wanted.

    Raises:
        FrameError: `bad-pull` for another length.
    """
    if len(payload) != _PULL.size:
        raise FrameError("bad-pull", "12 bytes")
    cursor, max_bytes = _PULL.unpack(payload)
    return int(cursor), int(max_bytes)


def encode_envelope(item: PulledEnvelope) -> bytes:
    """Write the payload of ENVELOPE."""
    return _ENVELOPE.pack(item.seq, item.day) + item.blob


def decode_envelope(payload: bytes) -> PulledEnvelope:
    """Read the payload of ENVELOPE; the blob stays untrusted.

    Raises:
        FrameError: `bad-envelope` when there is no blob.
    """
    if len(payload) <= _ENVELOPE.size:
        raise FrameError("bad-envelope", "no blob")
    seq, day = _ENVELOPE.unpack(payload[: _ENVELOPE.size])
    return PulledEnvelope(seq, day, payload[_ENVELOPE.size :])


def encode_pulled(pulled: Pulled) -> bytes:
    """Write the payload of PULLED."""
    return _PULLED.pack(pulled.next_cursor, pulled.more)


def decode_pulled(payload: bytes) -> Pulled:
    """Read the payload of PULLED.

    Raises:
        FrameError: `bad-pulled` for anything else.
    """
    if len(payload) != _PULLED.size or payload[-1] > 1:
        raise FrameError("bad-pulled", "9 bytes")
    next_cursor, more = _PULLED.unpack(payload)
    return Pulled(next_cursor, bool(more))


def encode_done(count: int) -> bytes:
    """Write the payload of DONE."""
    return _DONE.pack(count)


def decode_done(payload: bytes) -> int:
    """Read the payload of DONE: how many frames took effect, in the order given.

    Raises:
        FrameError: `bad-done` for another length.
    """
    if len(payload) != _DONE.size:
        raise FrameError("bad-done", "2 bytes")
    return int(_DONE.unpack(payload)[0])


def encode_token_hashes(hashes: Sequence[bytes]) -> bytes:
    """Write the payload of PUT_TOKENS."""
    return b"".join(hashes)


def decode_token_hashes(payload: bytes) -> tuple[bytes, ...]:
    """Read the payload of PUT_TOKENS.

    Raises:
        FrameError: `bad-token` when it is not 1 to 256 whole hashes.
    """
    count, rest = divmod(len(payload), TOKEN_BYTES)
    if rest or not 1 <= count <= MAX_TOKEN_HASHES:
        raise FrameError("bad-token", "1 to 256 hashes of 16 bytes")
    return tuple(
        payload[start : start + TOKEN_BYTES] for start in range(0, len(payload), TOKEN_BYTES)
    )
