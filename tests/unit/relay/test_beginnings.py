"""A blob that was cut goes on where it was cut."""

from typing import Final

import pytest

from schemas.constants import RESUMABLE_BYTES
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import RequestHeader, Rest
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.sealing import envelope_id
from schemas.wire.exchange import encode_request_header
from schemas.wire.frames import FrameType, encode_frame
from schemas.wire.parts import announce_tag, encode_announce, encode_rest
from server.relay import beginnings
from tests.support.relay_answers import put, query
from tests.support.relays import RelayUnderTest, blob_of

HEADER: Final = encode_request_header(RequestHeader())
CUT_AT: Final = 5000


def announced(*blobs: bytes) -> bytes:
    """Announce blobs, then put them."""
    tags = encode_announce([envelope_id(blob) for blob in blobs])
    return encode_frame(FrameType.ANNOUNCE, tags) + put(*blobs)


def rest(blob: bytes, offset_bytes: int, of: EnvelopeId | None = None) -> bytes:
    """Put what follows a beginning."""
    told = Rest(of or envelope_id(blob), offset_bytes, blob[offset_bytes:])
    return encode_frame(FrameType.REST, encode_rest(told))


def cut(relay: RelayUnderTest, frames: bytes, length: int) -> None:
    """Send a request that breaks off behind some bytes of its frames."""
    relay.http("POST", relay.path, HEADER + frames[:length])


@pytest.fixture
def blob() -> bytes:
    """A chunk of a photograph."""
    return blob_of(7, RESUMABLE_BYTES)


def test_blob_that_was_cut_is_held_after_its_rest(relay: RelayUnderTest, blob: bytes) -> None:
    cut(relay, announced(blob), 12 + 4 + CUT_AT)
    asked = relay.exchange(query(envelope_id(blob)))
    assert (asked.have[0].held, asked.begun) == ((False,), {0: CUT_AT})
    answer = relay.exchange(rest(blob, CUT_AT))
    assert (answer.statuses, answer.slugs) == ([PutStatus.STORED], [])
    assert relay.pull().envelopes[0].blob == blob


def test_a_rest_that_is_cut_too_makes_the_beginning_longer(
    relay: RelayUnderTest, blob: bytes
) -> None:
    cut(relay, announced(blob), 12 + 4 + CUT_AT)
    cut(relay, rest(blob, CUT_AT), 4 + 36 + 3000)
    assert relay.exchange(query(envelope_id(blob))).begun == {0: CUT_AT + 3000}
    assert relay.exchange(rest(blob, CUT_AT + 3000)).statuses == [PutStatus.STORED]


def test_only_the_blob_that_was_cut_is_begun(lone_relay: RelayUnderTest) -> None:
    blobs = [blob_of(number, RESUMABLE_BYTES) for number in range(3)]
    cut(lone_relay, announced(*blobs), 4 + 24 + (4 + RESUMABLE_BYTES) + 4 + CUT_AT)
    answer = lone_relay.exchange(query(*map(envelope_id, blobs)))
    assert answer.have[0].held == (True, False, False)
    assert answer.begun == {1: CUT_AT}


def test_a_rest_uses_up_no_announcement(lone_relay: RelayUnderTest) -> None:
    first, second = (blob_of(number, RESUMABLE_BYTES) for number in range(2))
    cut(lone_relay, announced(first), 12 + 4 + CUT_AT)
    tags = encode_frame(FrameType.ANNOUNCE, encode_announce([envelope_id(second)]))
    frames = tags + rest(first, CUT_AT) + put(second)
    cut(lone_relay, frames, len(frames) - 100)
    answer = lone_relay.exchange(query(envelope_id(first), envelope_id(second)))
    assert answer.have[0].held == (True, False)
    assert answer.begun == {1: RESUMABLE_BYTES - 100}


def test_a_shorter_beginning_does_not_take_the_place_of_a_longer_one(
    relay: RelayUnderTest, blob: bytes
) -> None:
    cut(relay, announced(blob), 12 + 4 + CUT_AT)
    cut(relay, announced(blob), 12 + 4 + CUT_AT - 1000)
    assert relay.exchange(query(envelope_id(blob))).begun == {0: CUT_AT}


def test_what_was_not_announced_leaves_nothing(lone_relay: RelayUnderTest, blob: bytes) -> None:
    cut(lone_relay, put(blob), 4 + CUT_AT)
    assert lone_relay.exchange(query(envelope_id(blob))).begun == {}
    small = blob_of(3, 4096)
    cut(lone_relay, announced(small), 12 + 4 + 4000)
    assert lone_relay.exchange(query(envelope_id(small))).begun == {}


def test_a_few_bytes_are_not_worth_keeping(lone_relay: RelayUnderTest, blob: bytes) -> None:
    cut(lone_relay, announced(blob), 12 + 4 + beginnings.LEAST_BYTES - 1)
    assert lone_relay.exchange(query(envelope_id(blob))).begun == {}


def test_rest_without_its_beginning_is_a_problem_and_stores_nothing(
    lone_relay: RelayUnderTest, blob: bytes
) -> None:
    answer = lone_relay.exchange(rest(blob, CUT_AT))
    assert (answer.statuses, answer.slugs) == ([], ["bad-rest"])
    assert lone_relay.held(blob) == [False]


def test_another_ones_beginning_under_a_tag_is_found_out_and_forgotten(
    lone_relay: RelayUnderTest, blob: bytes
) -> None:
    other = blob_of(8, RESUMABLE_BYTES)
    tags = encode_announce([envelope_id(blob)])
    cut(lone_relay, encode_frame(FrameType.ANNOUNCE, tags) + put(other), 12 + 4 + CUT_AT)
    answer = lone_relay.exchange(rest(blob, CUT_AT))
    assert (answer.statuses, answer.slugs) == ([], ["bad-rest"])
    assert lone_relay.exchange(query(envelope_id(blob))).begun == {}
    assert lone_relay.put(blob) == [PutStatus.STORED]


def test_rest_of_the_wrong_length_is_refused_like_any_blob_without_a_bucket(
    lone_relay: RelayUnderTest, blob: bytes
) -> None:
    cut(lone_relay, announced(blob), 12 + 4 + CUT_AT)
    answer = lone_relay.exchange(rest(blob[:-1], CUT_AT, envelope_id(blob)))
    assert answer.slugs == ["bad-rest"]


def test_what_is_held_is_not_begun(lone_relay: RelayUnderTest, blob: bytes) -> None:
    cut(lone_relay, announced(blob), 12 + 4 + CUT_AT)
    assert lone_relay.put(blob) == [PutStatus.STORED]
    assert lone_relay.exchange(query(envelope_id(blob))).begun == {}


def test_the_newest_beginnings_push_the_oldest_out(
    relay: RelayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginnings, "MOST_BEGINNINGS", 2)
    blobs = [blob_of(number, RESUMABLE_BYTES) for number in range(3)]
    for one in blobs:
        cut(relay, announced(one), 12 + 4 + CUT_AT)
    assert relay.exchange(query(*map(envelope_id, blobs))).begun == {1: CUT_AT, 2: CUT_AT}


def test_a_beginning_is_forgotten_after_a_day(relay: RelayUnderTest, blob: bytes) -> None:
    cut(relay, announced(blob), 12 + 4 + CUT_AT)
    with relay.relay.storage.writing() as connection:
        beginnings.expire_beginnings(connection, relay.day + 1)
    assert relay.exchange(query(envelope_id(blob))).begun == {}


@pytest.mark.parametrize(
    ("frame_type", "payload", "slug"),
    [
        (FrameType.ANNOUNCE, b"", "bad-announce"),
        (FrameType.ANNOUNCE, bytes(7), "bad-announce"),
        (FrameType.ANNOUNCE, bytes(8 * 17), "bad-announce"),
        (FrameType.REST, bytes(36), "bad-rest"),
        (FrameType.REST, bytes(37), "bad-rest"),
    ],
)
def test_malformed_parts_are_problems(
    lone_relay: RelayUnderTest, frame_type: int, payload: bytes, slug: str
) -> None:
    head = encode_frame(FrameType.PAD)
    body = HEADER + head + encode_frame(frame_type, payload)
    reply = lone_relay.http("POST", lone_relay.path, body)
    assert lone_relay.read(reply.body, b"").slugs == [slug]


def test_a_tag_is_the_front_of_an_id(blob: bytes) -> None:
    assert announce_tag(envelope_id(blob)) == envelope_id(blob)[:8]
