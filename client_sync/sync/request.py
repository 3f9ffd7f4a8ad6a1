"""Write one request's bytes. No I/O.

Spec: docs/spec/sync.md section 1
"""

from collections.abc import Sequence

from client_sync.outbox.rows import BlobKind, OutboxRow
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import RequestHeader, Stamp, Token
from schemas.wire.classes import (
    REQUEST_CLASSES_BYTES,
    request_class_bytes,
    request_padding,
)
from schemas.wire.exchange import encode_ids, encode_request_header, encode_stamp, encode_token
from schemas.wire.frames import FrameType, encode_frame


def encode_request(
    header: RequestHeader,
    puts: Sequence[tuple[OutboxRow, bytes]],
    queries: Sequence[EnvelopeId],
    stamps: Sequence[Stamp] = (),
    tokens: Sequence[Token] = (),
    *,
    least_class_bytes: int = REQUEST_CLASSES_BYTES[0],
) -> bytes:
    """Write a request.

    Args:
        header: What this sender has already.
        puts: Blobs with their rows; carried ones stand behind own ones.
        queries: Ids in doubt at this relay.
        stamps: Work shown for some of the blobs.
        tokens: In place of work for some others.
        least_class_bytes: A request is never padded to less: the class chosen for it, or drawn
            for a poll.

    Returns:
        The body, padded so that an idle poll has the size of a one-report sync.
    """
    parts = [encode_request_header(header)]
    parts.extend(encode_frame(FrameType.STAMP, encode_stamp(stamp)) for stamp in stamps)
    parts.extend(encode_frame(FrameType.TOKEN, encode_token(token)) for token in tokens)
    is_courier = False
    for row, blob in puts:
        if row.kind is BlobKind.CARRIED and not is_courier:
            is_courier = True
            parts.append(encode_frame(FrameType.COURIER))
        parts.append(encode_frame(FrameType.PUT, blob))
    if queries:
        parts.append(encode_frame(FrameType.QUERY, encode_ids(queries)))
    size_bytes = sum(len(part) for part in parts)
    class_bytes = max(least_class_bytes, request_class_bytes(size_bytes))
    parts.append(request_padding(size_bytes, class_bytes))
    return b"".join(parts)
