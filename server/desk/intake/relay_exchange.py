"""One request of the desk to a relay and its answer, as bytes; no input or output.

Spec: docs/spec/sync.md section 6
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.constants import MAX_RESPONSE_PAYLOAD_BYTES, NONCE_BYTES, RESPONSE_HEADER_BYTES
from schemas.domain.ids import DeskId, RelayKey
from schemas.domain.sync import DeskProof, Pulled, PulledEnvelope, RequestHeader
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import SigningKey, day_of
from schemas.envelope.signing import sign_desk_request
from schemas.errors import ContractError
from schemas.wire import desk_exchange, exchange
from schemas.wire.frames import Frame, FrameDecoder, FrameType, encode_frame
from server.desk.intake.errors import RelayUnreachableError

BAD_ANSWER: Final = "bad-answer"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who asks, and which relay is asked."""

    desk_id: DeskId
    pull_key: SigningKey
    relay_key: RelayKey


@dataclass(frozen=True, slots=True)
class Answer:
    """What a relay said.

    Attributes:
        envelopes: Untrusted blobs with their row numbers at the relay.
        pulled: Where the relay is, if it was asked to give.
        done: How many of the frames sent took effect, in their order.
        board_head: Highest board page that the relay holds.
        problem: Slug of what it refused, or empty.
    """

    envelopes: tuple[PulledEnvelope, ...]
    pulled: Pulled | None
    done: int
    board_head: int
    problem: str


def compose(speaker: Speaker, frames: Sequence[bytes], at: datetime) -> bytes:
    """Write a signed request.

    Args:
        speaker: Who asks, and which relay.
        frames: Encoded frames, in the order in which they shall take effect.
        at: Now.

    Returns:
        The body to post.
    """
    rest = b"".join(frames)
    day, nonce = day_of(at), random_bytes(NONCE_BYTES)
    sig = sign_desk_request(speaker.pull_key, speaker.relay_key, speaker.desk_id, day, nonce, rest)
    proof = desk_exchange.encode_proof(DeskProof(speaker.desk_id, day, nonce, sig))
    header = exchange.encode_request_header(RequestHeader(is_desk=True))
    return header + encode_frame(FrameType.DESK, proof) + rest


def pull_frame(cursor: int, max_bytes: int) -> bytes:
    """Write the frame that asks for blobs after a row number."""
    return encode_frame(FrameType.PULL, desk_exchange.encode_pull(cursor, max_bytes))


def read_answer(body: bytes) -> Answer:
    """Read a relay's answer.

    Args:
        body: Untrusted bytes.

    Returns:
        What it says.

    Raises:
        RelayUnreachableError: `bad-answer`: these are not the words of a relay.
    """
    try:
        header = exchange.decode_response_header(body[:RESPONSE_HEADER_BYTES])
        decoder = FrameDecoder(MAX_RESPONSE_PAYLOAD_BYTES)
        frames = decoder.feed(body[RESPONSE_HEADER_BYTES:])
        decoder.close()
        return _answer(frames, header.board_head)
    except ContractError as error:
        raise RelayUnreachableError(BAD_ANSWER) from error


def _answer(frames: Sequence[Frame], board_head: int) -> Answer:
    envelopes: list[PulledEnvelope] = []
    pulled, done, problem = None, None, ""
    for frame in frames:
        match frame.type:
            case FrameType.ENVELOPE:
                envelopes.append(desk_exchange.decode_envelope(frame.payload))
            case FrameType.PULLED:
                pulled = desk_exchange.decode_pulled(frame.payload)
            case FrameType.DONE:
                done = desk_exchange.decode_done(frame.payload)
            case FrameType.PROBLEM:
                problem = exchange.decode_problem(frame.payload).slug
            case _:
                continue
    if done is None:
        raise RelayUnreachableError(BAD_ANSWER)
    return Answer(tuple(envelopes), pulled, done, board_head, problem)
