"""What a relay answers, read as a phone or the desk would: signatures included."""

from dataclasses import dataclass, field

from schemas.constants import ID_BYTES, MAX_RESPONSE_PAYLOAD_BYTES, RESPONSE_HEADER_BYTES
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import (
    ExchangeProblem,
    Have,
    MailboxPage,
    Pulled,
    PulledEnvelope,
    Receipt,
    RelayPolicy,
    ResponseHeader,
)
from schemas.envelope.sealing import envelope_id
from schemas.envelope.signing import verify_have, verify_receipt
from schemas.wire import desk_exchange, exchange
from schemas.wire.frames import Frame, FrameType, decode_frames, encode_frame
from schemas.wire.parts import decode_begun


@dataclass
class Answer:
    """A parsed and verified answer of an exchange."""

    head: ResponseHeader
    types: list[int] = field(default_factory=list)
    receipt: Receipt | None = None
    have: list[Have] = field(default_factory=list)
    directory: bytes | None = None
    pages: list[bytes] = field(default_factory=list)
    mailbox: MailboxPage | None = None
    policy: RelayPolicy | None = None
    problems: list[ExchangeProblem] = field(default_factory=list)
    envelopes: list[PulledEnvelope] = field(default_factory=list)
    pulled: Pulled | None = None
    done: int | None = None
    begun: dict[int, int] = field(default_factory=dict)

    @property
    def statuses(self) -> list[int]:
        """The receipt's statuses; empty without a receipt."""
        return [] if self.receipt is None else [int(one) for one in self.receipt.statuses]

    @property
    def slugs(self) -> list[str]:
        """What was refused."""
        return [problem.slug for problem in self.problems]


def put(*blobs: bytes) -> bytes:
    """Write PUT frames."""
    return b"".join(encode_frame(FrameType.PUT, blob) for blob in blobs)


def query(*ids: bytes) -> bytes:
    """Write a QUERY frame."""
    return encode_frame(FrameType.QUERY, b"".join(ids))


def read_answer(key: RelayKey, body: bytes, frames: bytes) -> Answer:
    """Parse an answer to some frames and verify its receipt and HAVEs.

    Args:
        key: The relay's.
        body: What it answered.
        frames: What was sent behind the header.

    Returns:
        The answer.

    Raises:
        ContractError: It does not parse, or a signature does not verify.
    """
    sent = whole_frames(frames)
    ids = [_id_of(frame) for frame in sent if frame.type in (FrameType.PUT, FrameType.REST)]
    queries = [frame.payload for frame in sent if frame.type == FrameType.QUERY]
    answer = Answer(exchange.decode_response_header(body[:RESPONSE_HEADER_BYTES]))
    for frame in decode_frames(body[RESPONSE_HEADER_BYTES:], MAX_RESPONSE_PAYLOAD_BYTES):
        if frame.type != FrameType.PAD_BACK:
            answer.types.append(frame.type)
        if frame.type == FrameType.BEGUN:
            answer.begun = decode_begun(frame.payload)
        _take(answer, frame)
    if answer.receipt is not None:
        told = answer.receipt
        days = (told.day, told.until_day)
        verify_receipt(key, days, ids[: len(told.statuses)], told.statuses, told.sig)
    for have, wanted in zip(answer.have, queries, strict=False):
        bitmap = exchange.pack_bitmap(have.held)
        asked = exchange.decode_ids(wanted)
        verify_have(key, (have.day, have.until_day), asked, bitmap, have.sig)
    return answer


def whole_frames(data: bytes) -> list[Frame]:
    """Read the whole frames at the beginning of some bytes."""
    frames: list[Frame] = []
    at = 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at + 1 : at + 4], "big")
        if end > len(data):
            break
        frames.append(Frame(data[at], data[at + 4 : end]))
        at = end
    return frames


def _id_of(frame: Frame) -> EnvelopeId:
    if frame.type == FrameType.REST:
        return EnvelopeId(frame.payload[:ID_BYTES])  # of one that is malformed, nothing is told
    return envelope_id(frame.payload)


def _take(answer: Answer, frame: Frame) -> None:
    match frame.type:
        case FrameType.RECEIPT:
            answer.receipt = exchange.decode_receipt(frame.payload)
        case FrameType.HAVE:
            answer.have.append(exchange.decode_have(frame.payload))
        case FrameType.DIRECTORY:
            answer.directory = frame.payload
        case FrameType.BOARD:
            answer.pages.append(frame.payload)
        case FrameType.MAILBOX:
            answer.mailbox = exchange.decode_mailbox(frame.payload)
        case FrameType.POLICY:
            answer.policy = exchange.decode_policy(frame.payload)
        case FrameType.PROBLEM:
            answer.problems.append(exchange.decode_problem(frame.payload))
        case _:
            _take_for_desk(answer, frame)


def _take_for_desk(answer: Answer, frame: Frame) -> None:
    match frame.type:
        case FrameType.ENVELOPE:
            answer.envelopes.append(desk_exchange.decode_envelope(frame.payload))
        case FrameType.PULLED:
            answer.pulled = desk_exchange.decode_pulled(frame.payload)
        case FrameType.DONE:
            answer.done = desk_exchange.decode_done(frame.payload)
