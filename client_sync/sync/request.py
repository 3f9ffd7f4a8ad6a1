"""Write one request's bytes. No I/O.

Spec: docs/spec/sync.md sections 1 and 12
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from client_sync.outbox.rows import BlobKind, OutboxRow
from schemas.constants import (
    FRAME_HEADER_BYTES,
    MAX_ANNOUNCED,
    REST_STEP_BYTES,
    RESUMABLE_BYTES,
)
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import RequestHeader, Rest, Stamp, Token
from schemas.wire.classes import (
    REQUEST_CLASSES_BYTES,
    request_class_bytes,
    request_padding,
)
from schemas.wire.exchange import encode_ids, encode_request_header, encode_stamp, encode_token
from schemas.wire.frames import FrameType, encode_frame
from schemas.wire.parts import encode_announce, encode_rest


def encode_request(
    header: RequestHeader,
    puts: Sequence[tuple[OutboxRow, bytes]],
    queries: Sequence[EnvelopeId],
    stamps: Sequence[Stamp] = (),
    tokens: Sequence[Token] = (),
    *,
    begun: Mapping[EnvelopeId, int] = MappingProxyType({}),
    least_class_bytes: int = REQUEST_CLASSES_BYTES[0],
) -> bytes:
    """Write a request.

    Args:
        header: What this sender has already.
        puts: Blobs with their rows; carried ones stand behind own ones.
        queries: Ids in doubt at this relay.
        stamps: Work shown for some of the blobs.
        tokens: In place of work for some others.
        begun: Bytes the relay kept, by blob, of those whose connection was cut.
        least_class_bytes: A request is never padded to less: the class chosen for it, or drawn
            for a poll.

    Returns:
        The body, padded so that an idle poll has the size of a one-report sync.
    """
    head = [encode_request_header(header)]
    head.extend(encode_frame(FrameType.STAMP, encode_stamp(stamp)) for stamp in stamps)
    head.extend(encode_frame(FrameType.TOKEN, encode_token(token)) for token in tokens)
    body = [*_put_frames(puts, begun)]
    if queries:
        body.append(encode_frame(FrameType.QUERY, encode_ids(queries)))
    head.append(_announced(puts, begun))
    size_bytes = sum(map(len, (*head, *body)))
    if begun or any(len(blob) == RESUMABLE_BYTES for _, blob in puts):
        class_bytes = _next_step_bytes(size_bytes)
    else:
        class_bytes = max(least_class_bytes, request_class_bytes(size_bytes))
    return b"".join((*head, *body, request_padding(size_bytes, class_bytes)))


def _announced(puts: Sequence[tuple[OutboxRow, bytes]], begun: Mapping[EnvelopeId, int]) -> bytes:
    """Announce long blobs, so that a cut costs only what is under way."""
    ids = [
        row.blob_id
        for row, blob in puts
        if len(blob) == RESUMABLE_BYTES and row.blob_id not in begun
    ]
    is_room = 0 < len(ids) <= MAX_ANNOUNCED
    return encode_frame(FrameType.ANNOUNCE, encode_announce(ids)) if is_room else b""


def _put_frames(
    puts: Sequence[tuple[OutboxRow, bytes]], begun: Mapping[EnvelopeId, int]
) -> Iterator[bytes]:
    is_courier = False
    for row, blob in puts:
        if row.kind is BlobKind.CARRIED and not is_courier:
            is_courier = True
            yield encode_frame(FrameType.COURIER)
        kept_bytes = begun.get(row.blob_id, 0)
        if kept_bytes:
            rest = Rest(row.blob_id, kept_bytes, blob[kept_bytes:])
            yield encode_frame(FrameType.REST, encode_rest(rest))
        else:
            yield encode_frame(FrameType.PUT, blob)


def _next_step_bytes(size_bytes: int) -> int:
    """Round up; padding takes whole frames."""
    steps = -(-(size_bytes + FRAME_HEADER_BYTES) // REST_STEP_BYTES)
    return steps * REST_STEP_BYTES
