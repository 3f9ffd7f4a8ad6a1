"""A long blob whose connection was cut goes on from what the relay kept."""

from client_sync.outbox.rows import BlobKind, OutboxRow
from client_sync.outbox.states import BlobState
from client_sync.sync.request import encode_request
from schemas.constants import REQUEST_HEADER_BYTES, REST_STEP_BYTES, RESUMABLE_BYTES
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import RequestHeader
from schemas.wire.frames import Frame, FrameType, decode_frames
from schemas.wire.parts import decode_announce, decode_rest

CHUNK = bytes(range(256)) * (RESUMABLE_BYTES // 256)


def put_of(number: int, blob: bytes = CHUNK) -> tuple[OutboxRow, bytes]:
    """A row and its bytes."""
    blob_id = EnvelopeId(bytes([number]) * 32)
    return OutboxRow(blob_id, BlobKind.CHUNK, len(blob), BlobState.QUEUED), blob


def frames_of(request: bytes) -> list[Frame]:
    """Read a request's frames without its padding."""
    frames = decode_frames(request[REQUEST_HEADER_BYTES:])
    return [frame for frame in frames if frame.type != FrameType.PAD]


def test_chunks_are_announced_and_take_the_next_step_of_256_bytes() -> None:
    for count in (1, 2, 3, 8):
        request = encode_request(RequestHeader(), [put_of(n) for n in range(count)], ())
        first, *others = frames_of(request)
        assert first.type == FrameType.ANNOUNCE
        assert decode_announce(first.payload) == tuple(bytes([n]) * 8 for n in range(count))
        assert [frame.type for frame in others] == [FrameType.PUT] * count
        assert len(request) == count * RESUMABLE_BYTES + 256


def test_texts_are_not_announced() -> None:
    request = encode_request(RequestHeader(), [put_of(1, bytes(2048)), put_of(2, bytes(4096))], ())
    assert {frame.type for frame in frames_of(request)} == {FrameType.PUT}


def test_what_the_relay_kept_is_not_sent_again() -> None:
    row, blob = put_of(1)
    request = encode_request(RequestHeader(), [(row, blob)], (), begun={row.blob_id: 9000})
    (frame,) = frames_of(request)
    rest = decode_rest(frame.payload)
    assert (rest.envelope_id, rest.offset_bytes, rest.content) == (row.blob_id, 9000, blob[9000:])
    assert len(request) % REST_STEP_BYTES == 0
    assert len(request) - (RESUMABLE_BYTES - 9000) < 2 * REST_STEP_BYTES
