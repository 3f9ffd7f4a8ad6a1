"""One request to the upstream and its answer, as bytes. No I/O.

Theory of operation: an answer may be cut anywhere. Each frame before the cut is judged by itself:
a receipt by its signature over the ids that were put, a HAVE by its signature over the ids asked.
What no signature speaks for stays in doubt.

Spec: sync.md sections 1 and 2
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from schemas.constants import (
    MAX_RESPONSE_PAYLOAD_BYTES,
    POLL_CLASS_WEIGHTS,
    POLL_CLASSES_BYTES,
    RESPONSE_HEADER_BYTES,
)
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import (
    BoardPage,
    MailboxPage,
    RelayPolicy,
    RequestHeader,
    ResponseHeader,
    Stamp,
)
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.signing import verify_have, verify_receipt
from schemas.envelope.stamps import make_stamp
from schemas.errors import ContractError, FrameError
from schemas.wire import exchange
from schemas.wire.board import decode_page
from schemas.wire.classes import request_class_bytes, request_padding
from schemas.wire.frames import FrameDecoder, FrameType, OversizeFrameError, encode_frame
from server.relay.upstream.errors import UnreachableError


@dataclass(frozen=True, slots=True)
class Question:
    """What one request says.

    Attributes:
        header: What this relay has already.
        blobs: Put, in this order.
        ids: Of the blobs.
        asked: Ids in doubt.
        stamps: Work for some of the blobs.
    """

    header: RequestHeader
    blobs: tuple[bytes, ...] = ()
    ids: tuple[EnvelopeId, ...] = ()
    asked: tuple[EnvelopeId, ...] = ()
    stamps: tuple[Stamp, ...] = ()

    def body(self, chance: int) -> bytes:
        """Write the request, padded to its class.

        Args:
            chance: 0 to 65535, drawn: the class of a poll falls as those of reports do.
        """
        parts = [exchange.encode_request_header(self.header)]
        if self.asked:
            parts.append(encode_frame(FrameType.QUERY, exchange.encode_ids(self.asked)))
        if self.blobs:
            parts.append(encode_frame(FrameType.COURIER))
        stamps = {stamp.envelope_id: stamp for stamp in self.stamps}
        for one, blob in zip(self.ids, self.blobs, strict=True):
            if one in stamps:
                parts.append(encode_frame(FrameType.STAMP, exchange.encode_stamp(stamps[one])))
            parts.append(encode_frame(FrameType.PUT, blob))
        size_bytes = sum(map(len, parts))
        class_bytes = request_class_bytes(size_bytes)
        if not self.blobs:
            class_bytes = max(class_bytes, _poll_class_bytes(chance))
        parts.append(request_padding(size_bytes, class_bytes))
        return b"".join(parts)


@dataclass(slots=True)
class Answer:
    """What the upstream said, as far as it can be believed without the desk's keys.

    Attributes:
        header: The first bytes.
        verdicts: What a signature says of blobs put.
        held: What a signature says of ids asked.
        directory: Signed by the desk, not verified yet; or None.
        pages: Board pages, not verified yet.
        mailbox: Sealed replies, or None.
        policy: What it asks of senders, or None.
        problem: Slug of what it refused, or empty.
    """

    header: ResponseHeader
    verdicts: dict[EnvelopeId, PutStatus] = field(default_factory=dict)
    held: dict[EnvelopeId, bool] = field(default_factory=dict)
    directory: bytes | None = None
    pages: list[BoardPage] = field(default_factory=list)
    mailbox: MailboxPage | None = None
    policy: RelayPolicy | None = None
    problem: str = ""


def read_answer(body: bytes, question: Question, key: RelayKey) -> Answer:
    """Read an answer.

    Args:
        body: Untrusted bytes, perhaps cut.
        question: What was asked.
        key: The upstream's.

    Returns:
        What of it counts.

    Raises:
        UnreachableError: `not-a-relay`: it does not begin as a relay's answer does.
    """
    try:
        answer = Answer(exchange.decode_response_header(body[:RESPONSE_HEADER_BYTES]))
    except FrameError:
        raise UnreachableError("not-a-relay") from None
    try:
        frames = FrameDecoder(MAX_RESPONSE_PAYLOAD_BYTES).feed(body[RESPONSE_HEADER_BYTES:])
    except OversizeFrameError as error:
        frames = error.frames
    for frame in frames:
        try:
            _take(answer, frame.type, frame.payload, question, key)
        except ContractError as error:
            # A frame that is damaged or not signed says nothing; the others still count.
            answer.problem = answer.problem or error.slug
    return answer


def make_stamps(ids: Sequence[EnvelopeId], week: int, bits: int) -> tuple[Stamp, ...]:
    """Show work for some blobs.

    Args:
        ids: Of the blobs.
        week: The upstream's week.
        bits: Leading zero bits; 0 gives none.

    Returns:
        A stamp for each, or none.
    """
    if not bits:
        return ()
    return tuple(make_stamp(wanted, week, bits) for wanted in ids)


def _poll_class_bytes(chance: int) -> int:
    """Draw the size of a request without a blob."""
    at = chance * sum(POLL_CLASS_WEIGHTS) >> 16
    bounds = accumulate(POLL_CLASS_WEIGHTS)
    return next(size for size, bound in zip(POLL_CLASSES_BYTES, bounds, strict=True) if at < bound)


def _take(answer: Answer, kind: int, payload: bytes, question: Question, key: RelayKey) -> None:
    match kind:
        case FrameType.RECEIPT:
            answer.verdicts = _verdicts(payload, question, key)
        case FrameType.HAVE:
            answer.held = _held(payload, question, key)
        case FrameType.DIRECTORY:
            answer.directory = payload
        case FrameType.BOARD:
            answer.pages.append(decode_page(payload))
        case FrameType.MAILBOX:
            answer.mailbox = exchange.decode_mailbox(payload)
        case FrameType.POLICY:
            answer.policy = exchange.decode_policy(payload)
        case FrameType.PROBLEM:
            answer.problem = exchange.decode_problem(payload).slug


def _verdicts(payload: bytes, question: Question, key: RelayKey) -> dict[EnvelopeId, PutStatus]:
    receipt = exchange.decode_receipt(payload)
    # A request that was cut on its way has a receipt for what had arrived.
    ids = question.ids[: len(receipt.statuses)]
    verify_receipt(key, (receipt.day, receipt.until_day), ids, receipt.statuses, receipt.sig)
    return dict(zip(ids, receipt.statuses, strict=True))


def _held(payload: bytes, question: Question, key: RelayKey) -> dict[EnvelopeId, bool]:
    have = exchange.decode_have(payload)
    bitmap = exchange.pack_bitmap(have.held)
    verify_have(key, (have.day, have.until_day), question.asked, bitmap, have.sig)
    return dict(zip(question.asked, have.held, strict=True))
