"""Ten thousand requests nobody wrote by hand.

The invariant, stated first: every request gets one of exactly two answers. A body that begins with
a valid header and then a frame of a sender, posted to the path, gets 200 and an answer
that parses, whose receipt verifies, which holds one POLICY, one MAILBOX where one is wanted, and
which has the size of a class; a desk's request gets it only if not one byte of it was changed.
Everything else gets the site's unknown page, byte for byte, header for header. Nothing
raises. At the end every blob that was ever acknowledged is held, once.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from schemas.constants import MAX_REQUEST_PAYLOAD_BYTES, REQUEST_HEADER_BYTES
from schemas.domain.sync import RequestHeader, Stamp
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.sealing import envelope_id
from schemas.errors import FrameError
from schemas.wire.classes import response_class_bytes
from schemas.wire.desk_exchange import encode_pull
from schemas.wire.exchange import (
    decode_request_header,
    encode_request_header,
    encode_stamp,
)
from schemas.wire.frames import FrameType, encode_frame
from tests.support.dice import Dice
from tests.support.relay_answers import put, query, whole_frames
from tests.support.relays import RelayUnderTest, Reply, blob_of, directory_of, page_of

REQUESTS: Final = 10_000
BLOBS: Final = 40
OF_A_SENDER: Final = {0x00, 0x01, 0x02, 0x03, 0x04, 0x06, 0x07, 0x08}
METHODS: Final = ("GET", "PUT", "OPTIONS", "PATCH", "CONNECT", "POST ", "post", "\u00e9")


@pytest.fixture
def fuzzed(tmp_path: Path) -> Iterator[RelayUnderTest]:
    """A relay with something of everything in it."""
    relay = RelayUnderTest(tmp_path, work_bits=0)
    reply = encode_frame(FrameType.PUT_REPLY, bytes(16) + bytes(1024))
    page = encode_frame(FrameType.PUT_BOARD, page_of(1))
    relay.desk(page + reply + encode_frame(FrameType.PUT_DIRECTORY, directory_of(2)))
    yield relay
    relay.close()


def frame(dice: Dice) -> bytes:
    """Draw one valid frame of a phone."""
    blob = blob_of(dice.number(BLOBS), dice.choice((1024, 1024, 1024, 2048)))
    made: list[Callable[[], bytes]] = [
        lambda: put(blob),
        lambda: put(blob),
        lambda: put(dice.bytes(dice.number(60))),
        lambda: query(envelope_id(blob), dice.bytes(32)),
        lambda: encode_frame(FrameType.STAMP, encode_stamp(Stamp(envelope_id(blob), 2900, 7))),
        lambda: encode_frame(FrameType.TOKEN, envelope_id(blob) + dice.bytes(16)),
        lambda: encode_frame(FrameType.COURIER),
        lambda: encode_frame(FrameType.PAD, bytes(dice.number(1300))),
    ]
    return dice.choice(made)()


def phone_request(dice: Dice) -> bytes:
    """Draw a valid request of a phone."""
    header = RequestHeader(
        dice.number(4),
        dice.number(3),
        dice.number(65_536),
        dice.number(3),
        wants_mailbox=dice.number(3) > 0,
    )
    frames = b"".join(frame(dice) for _ in range(dice.number(5)))
    return encode_request_header(header) + frames


def desk_request(relay: RelayUnderTest, dice: Dice) -> bytes:
    """Draw a valid request of the desk that changes nothing."""
    frames = (
        encode_frame(FrameType.PULL, encode_pull(dice.number(50), 4096)),
        encode_frame(FrameType.PURGE, dice.bytes(32)),
        encode_frame(FrameType.PUT_BOARD, page_of(1)),
        encode_frame(FrameType.PUT_TOKENS, dice.bytes(32)),
    )
    return relay.desk_bytes(dice.choice(frames))


def flip(dice: Dice, body: bytes) -> bytes:
    """Change one byte."""
    at = dice.number(len(body))
    return body[:at] + bytes([body[at] ^ (1 + dice.number(255))]) + body[at + 1 :]


def cut(dice: Dice, body: bytes) -> bytes:
    """End early."""
    return body[: dice.number(len(body))]


def insert(dice: Dice, body: bytes) -> bytes:
    """Put bytes in between."""
    at = dice.number(len(body) + 1)
    return body[:at] + dice.bytes(1 + dice.number(40)) + body[at:]


def drop(dice: Dice, body: bytes) -> bytes:
    """Take bytes out."""
    at = dice.number(len(body))
    return body[:at] + body[at + 1 + dice.number(40) :]


def retype(dice: Dice, body: bytes) -> bytes:
    """Give the first frame another type."""
    at = REQUEST_HEADER_BYTES
    return body[:at] + bytes([dice.number(256)]) + body[at + 1 :]


def relength(dice: Dice, body: bytes) -> bytes:
    """Let the first frame claim another length."""
    at = REQUEST_HEADER_BYTES + 1
    length = dice.choice((0, 1, 1023, 1025, 65_536, 65_537, 2**24 - 1))
    return body[:at] + length.to_bytes(3, "big") + body[at + 3 :]


def repeat(dice: Dice, body: bytes) -> bytes:
    """Say the frames several times."""
    return body + body[REQUEST_HEADER_BYTES:] * dice.number(4)


def splice(dice: Dice, body: bytes) -> bytes:
    """Join the head of one request and the tail of another."""
    return cut(dice, body) + phone_request(dice)[dice.number(16) :]


def replace(dice: Dice, _body: bytes) -> bytes:
    """Send something else altogether."""
    return dice.bytes(dice.number(3000))


def keep(_dice: Dice, body: bytes) -> bytes:
    """Change nothing."""
    return body


MUTATIONS: Final = (flip, cut, insert, drop, retype, relength, repeat, splice, replace, keep)


def speaks(frames: bytes) -> bool:
    """Tell whether bytes begin with a whole frame of a sender: a poll has a PAD at least."""
    first = next(iter(whole_frames(frames)), None)
    return (
        first is not None
        and first.type in OF_A_SENDER
        and len(first.payload) <= MAX_REQUEST_PAYLOAD_BYTES
    )


def check(
    relay: RelayUnderTest, body: bytes, reply: Reply, unknown: Reply, *, authentic: bool
) -> set[bytes]:
    """Hold an answer against the invariant; give the blobs it acknowledged."""
    try:
        header = decode_request_header(body[:REQUEST_HEADER_BYTES])
    except FrameError:
        assert reply == unknown
        return set()
    if header.is_desk and not authentic:
        assert reply == unknown
        return set()
    frames = body[REQUEST_HEADER_BYTES:]
    if not header.is_desk and not speaks(frames):
        assert reply == unknown
        return set()
    assert reply.status == "200 OK"
    if header.is_desk:
        assert relay.read(reply.body, b"").done is not None
        return set()
    answer = relay.read(reply.body, frames)
    assert answer.types.count(FrameType.MAILBOX) == int(header.wants_mailbox)
    assert answer.types.count(FrameType.POLICY) == 1
    assert len(reply.body) == response_class_bytes(len(reply.body))
    assert len(answer.problems) <= 1
    puts = [one.payload for one in whole_frames(frames) if one.type == FrameType.PUT]
    told = zip(puts, answer.statuses, strict=False)
    return {blob for blob, status in told if PutStatus(status).held}


def test_ten_thousand_requests_get_one_of_two_answers(fuzzed: RelayUnderTest) -> None:
    unknown = fuzzed.http("GET", "/no-such-page")
    acknowledged: set[bytes] = set()
    for number in range(REQUESTS):
        dice = Dice(number)
        is_desk = dice.number(5) == 0
        body = desk_request(fuzzed, dice) if is_desk else phone_request(dice)
        changed = body
        for _ in range(1 + dice.number(2)):
            if changed:
                changed = dice.choice(MUTATIONS)(dice, changed)
        reply = fuzzed.http("POST", fuzzed.path, changed)
        signed = slice(REQUEST_HEADER_BYTES, None)
        authentic = is_desk and changed[signed] == body[signed]
        acknowledged |= check(fuzzed, changed, reply, unknown, authentic=authentic)
    assert len(acknowledged) >= BLOBS
    blobs = sorted(acknowledged)
    for start in range(0, len(blobs), 256):
        lot = blobs[start : start + 256]
        assert fuzzed.held(*lot) == [True] * len(lot)
    pulled = [item.blob for item in fuzzed.pull(max_bytes=1 << 22).envelopes]
    assert len(pulled) == len(set(pulled)) >= len(blobs)


def test_every_other_way_to_ask_gets_the_unknown_page(fuzzed: RelayUnderTest) -> None:
    unknown = fuzzed.http("GET", "/no-such-page")
    for number in range(2000):
        dice = Dice(1_000_000 + number)
        body = dice.choice((phone_request(dice), dice.bytes(dice.number(600))))
        method, path, further = dice.choice(
            (
                (dice.choice(METHODS), fuzzed.path, {}),
                ("POST", "/" + dice.bytes(9).hex(), {}),
                ("POST", fuzzed.path + dice.choice("/?.%\x00"), {}),
                ("POST", flip_text(dice, fuzzed.path), {}),
                ("GET", "/app/" + dice.bytes(4).hex(), {}),
                ("POST", fuzzed.path, {"QUERY_STRING": "q=1"}),
                ("POST", fuzzed.path, {"CONTENT_LENGTH": "-5"}),
                ("POST", fuzzed.path, {"CONTENT_LENGTH": "many"}),
            )
        )
        assert fuzzed.http(method, path, body, **further) == unknown


def flip_text(dice: Dice, text: str) -> str:
    """Change one character of a path."""
    at = 1 + dice.number(len(text) - 1)
    other = "A" if text[at] != "A" else "B"
    return text[:at] + other + text[at + 1 :]
