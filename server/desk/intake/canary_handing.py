"""Handing a canary to a relay as a phone hands a report over, and believing only its signature.

Spec: docs/spec/sync.md sections 1 and 2
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.constants import MAX_RESPONSE_PAYLOAD_BYTES, RESPONSE_HEADER_BYTES
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import RequestHeader, Stamp
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.keys import week_of
from schemas.envelope.sealing import envelope_id
from schemas.envelope.signing import verify_receipt
from schemas.envelope.stamps import make_stamp
from schemas.errors import ContractError
from schemas.wire.classes import request_class_bytes, request_padding
from schemas.wire.exchange import (
    decode_policy,
    decode_receipt,
    encode_request_header,
    encode_stamp,
)
from schemas.wire.frames import Frame, FrameDecoder, FrameType, encode_frame
from server.desk.intake.errors import RelayUnreachableError
from server.desk.intake.relay_link import RelayLink

BAD_ANSWER: Final = "bad-answer"
REFUSED: Final = "canary-refused"

MOST_WORK_BITS: Final = 22
"""Some ten seconds of one core: a relay that asks for more is as good as closed to phones too."""


@dataclass(frozen=True, slots=True)
class Way:
    """A line to a relay: its address, and the key its receipts are signed with."""

    url: str
    relay_key: RelayKey


def hand_over(link: RelayLink, way: Way, blob: bytes, at: datetime) -> None:
    """Hand a blob over; work is shown once, if the relay asks for it.

    Args:
        link: The way to relays.
        way: Which relay, by which line.
        blob: A sealed envelope.
        at: Now.

    Raises:
        RelayUnreachableError: The relay has not signed for it.
    """
    one = envelope_id(blob)
    status, work_bits = _ask(link, way, one, _body(blob, None))
    if status is PutStatus.NEED_WORK and work_bits <= MOST_WORK_BITS:
        status, _ = _ask(link, way, one, _body(blob, make_stamp(one, week_of(at), work_bits)))
    if not status.held:
        raise RelayUnreachableError(REFUSED)


def _body(blob: bytes, stamp: Stamp | None) -> bytes:
    shown = b"" if stamp is None else encode_frame(FrameType.STAMP, encode_stamp(stamp))
    head = encode_request_header(RequestHeader(wants_mailbox=False))
    said = head + shown + encode_frame(FrameType.PUT, blob)
    return said + request_padding(len(said), request_class_bytes(len(said)))


def _ask(link: RelayLink, way: Way, one: EnvelopeId, body: bytes) -> tuple[PutStatus, int]:
    """Post a body; give the relay's signed word on the blob, and the work it asks for."""
    answer = link.exchange(way.url, body)
    try:
        decoder = FrameDecoder(MAX_RESPONSE_PAYLOAD_BYTES)
        frames = decoder.feed(answer[RESPONSE_HEADER_BYTES:])
        receipt = decode_receipt(_first(frames, FrameType.RECEIPT))
        days = (receipt.day, receipt.until_day)
        verify_receipt(way.relay_key, days, [one], receipt.statuses, receipt.sig)
        policies = [frame.payload for frame in frames if frame.type == FrameType.POLICY]
        work_bits = decode_policy(policies[0]).work_bits if policies else 0
    except ContractError as error:
        raise RelayUnreachableError(BAD_ANSWER) from error
    return receipt.statuses[0], work_bits


def _first(frames: Sequence[Frame], kind: FrameType) -> bytes:
    found = next((frame.payload for frame in frames if frame.type == kind), None)
    if found is None:
        raise RelayUnreachableError(BAD_ANSWER)
    return found
