"""The desk at its relay: authenticated whole, applied once."""

from datetime import timedelta

import pytest

from schemas.constants import MAX_DESK_REQUEST_BYTES, REPLY_BYTES
from schemas.domain.ids import DeskId
from schemas.domain.sync import RequestHeader
from schemas.envelope.keys import SigningKey
from schemas.envelope.sealing import envelope_id
from schemas.wire.desk_exchange import encode_pull
from schemas.wire.exchange import encode_request_header
from schemas.wire.frames import FrameType, encode_frame
from server.relay.home import DESK_FILE
from server.relay.services import LARGE_BODIES
from tests.support.relay_answers import put
from tests.support.relays import DESK_ID, RelayUnderTest, blob_of, directory_of, page_of
from tests.unit.relay.conftest import MakeRelay

PAGE = encode_frame(FrameType.PUT_BOARD, page_of(1))


def decoy(relay: RelayUnderTest) -> bytes:
    """What the site gives for an unknown page."""
    return relay.http("POST", "/no-such-page").body


def test_pull_gives_blobs_in_the_order_they_came(relay: RelayUnderTest) -> None:
    blobs = [blob_of(number, 1024 << number % 3) for number in range(9)]
    relay.put(*blobs)
    answer = relay.pull()
    assert [item.blob for item in answer.envelopes] == blobs
    assert all(item.day == relay.day for item in answer.envelopes)
    assert answer.pulled is not None
    assert (answer.pulled.next_cursor, answer.pulled.more) == (answer.envelopes[-1].seq, False)


def test_pull_goes_on_behind_its_cursor(relay: RelayUnderTest) -> None:
    relay.put(*[blob_of(number) for number in range(5)])
    taken, cursor, more = [], 0, True
    while more:
        answer = relay.pull(cursor, max_bytes=2048)
        assert answer.pulled is not None
        assert len(answer.envelopes) <= 2
        taken += [item.blob for item in answer.envelopes]
        cursor, more = answer.pulled.next_cursor, answer.pulled.more
    assert taken == [blob_of(number) for number in range(5)]
    assert relay.pull(cursor).envelopes == []


def test_blob_larger_than_the_bytes_asked_for_is_given_alone(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1, 4096), blob_of(2, 4096))
    assert [item.blob for item in relay.pull(max_bytes=1).envelopes] == [blob_of(1, 4096)]


def test_cursor_beyond_all_rows_gives_nothing(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    answer = relay.pull(2**64 - 1)
    assert answer.envelopes == []


def test_six_hundred_blobs_are_pulled_over_purged_ones(relay: RelayUnderTest) -> None:
    for start in range(0, 600, 200):
        relay.put(*[blob_of(number) for number in range(start, start + 200)])
    relay.purge(*[blob_of(number) for number in range(10, 260)])
    assert len(relay.pull(max_bytes=1 << 22).envelopes) == 350


def test_purged_blob_is_gone_but_not_forgotten(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1), blob_of(2))
    assert relay.purge(blob_of(1)).done == 1
    assert [item.blob for item in relay.pull().envelopes] == [blob_of(2)]
    assert relay.held(blob_of(1)) == [True]
    assert relay.put(blob_of(1)) == [1]
    assert [item.blob for item in relay.pull().envelopes] == [blob_of(2)]


def test_purging_twice_or_the_unknown_has_no_effect(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    relay.purge(blob_of(1))
    assert relay.purge(blob_of(1), blob_of(9)).done == 1


def test_done_counts_frames_but_not_padding(relay: RelayUnderTest) -> None:
    reply = encode_frame(FrameType.PUT_REPLY, bytes(16) + bytes(REPLY_BYTES))
    directory = encode_frame(FrameType.PUT_DIRECTORY, directory_of(1))
    pull = encode_frame(FrameType.PULL, encode_pull(0, 1))
    padding = encode_frame(FrameType.PAD, bytes(99))
    assert relay.desk(PAGE + padding + reply + directory + pull).done == 4


BROKEN = {
    "an unknown type": (encode_frame(0x1F), "unknown-frame"),
    "a blob": (put(blob_of(1)), "unknown-frame"),
    "a page that is none": (encode_frame(FrameType.PUT_BOARD, bytes(40)), "malformed-frame"),
    "a reply too short": (encode_frame(FrameType.PUT_REPLY, bytes(1039)), "malformed-frame"),
    "a directory that is none": (encode_frame(0x15, bytes(200)), "malformed-frame"),
    "another desk's directory": (
        encode_frame(0x15, directory_of(9, DeskId(bytes(16)))),
        "malformed-frame",
    ),
    "a purge of half an id": (encode_frame(FrameType.PURGE, bytes(31)), "bad-query"),
    "a pull too short": (encode_frame(FrameType.PULL, bytes(11)), "malformed-frame"),
    "an end inside a frame": (b"\x11\x00\x00", "malformed-frame"),
    "a length over the limit": (b"\x13\xff\xff\xff", "malformed-frame"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_frame_ends_the_request_and_what_came_before_stands(
    lone_relay: RelayUnderTest, what: str
) -> None:
    broken, slug = BROKEN[what]
    answer = lone_relay.desk(PAGE + broken)
    assert (answer.done, answer.slugs, answer.head.board_head) == (1, [slug], 1)


def test_request_signed_by_another_key_looks_like_an_unknown_page(
    lone_relay: RelayUnderTest,
) -> None:
    body = lone_relay.desk_bytes(PAGE, key=SigningKey(bytes(32)))
    assert lone_relay.http("POST", lone_relay.path, body).body == decoy(lone_relay)
    assert lone_relay.exchange(b"").pages == []


def test_request_of_another_desk_looks_like_an_unknown_page(lone_relay: RelayUnderTest) -> None:
    body = lone_relay.desk_bytes(PAGE, desk_id=DeskId(bytes(16)))
    assert lone_relay.http("POST", lone_relay.path, body).body == decoy(lone_relay)


def test_changed_byte_anywhere_makes_it_an_unknown_page(lone_relay: RelayUnderTest) -> None:
    body = lone_relay.desk_bytes(PAGE)
    for at in range(16, len(body), 7):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        assert lone_relay.http("POST", lone_relay.path, changed).body == decoy(lone_relay)
    assert lone_relay.exchange(b"").pages == []


def test_cut_request_looks_like_an_unknown_page(lone_relay: RelayUnderTest) -> None:
    body = lone_relay.desk_bytes(PAGE)
    for cut in range(16, len(body), 13):
        assert lone_relay.http("POST", lone_relay.path, body[:cut]).body == decoy(lone_relay)


def test_same_bytes_again_look_like_an_unknown_page(relay: RelayUnderTest) -> None:
    body = relay.desk_bytes(PAGE)
    assert relay.http("POST", relay.path, body).status == "200 OK"
    assert relay.http("POST", relay.path, body).body == decoy(relay)


def test_used_nonce_is_remembered_over_a_restart(make_relay: MakeRelay) -> None:
    first = make_relay()
    body = first.desk_bytes(PAGE)
    assert first.http("POST", first.path, body).status == "200 OK"
    again = make_relay()
    assert again.http("POST", again.path, body).body == decoy(again)


@pytest.mark.parametrize(("days", "is_taken"), [(-3, False), (-2, True), (2, True), (3, False)])
def test_day_may_be_off_by_two(lone_relay: RelayUnderTest, days: int, is_taken: bool) -> None:
    body = lone_relay.desk_bytes(PAGE, day=lone_relay.day + days)
    status = lone_relay.http("POST", lone_relay.path, body).status
    assert status.startswith("200") == is_taken


def test_nonce_outlives_every_request_it_could_be_in(relay: RelayUnderTest) -> None:
    body = relay.desk_bytes(PAGE, day=relay.day + 2)
    relay.http("POST", relay.path, body)
    for _ in range(5):
        assert relay.http("POST", relay.path, body).body == decoy(relay)
        relay.clock.advance(timedelta(days=1))
        relay.relay.inbox.tidy()


def test_relay_without_a_desk_shows_an_unknown_page(lone_relay: RelayUnderTest) -> None:
    (lone_relay.config.home / DESK_FILE).unlink()
    body = lone_relay.desk_bytes(PAGE)
    assert lone_relay.http("POST", lone_relay.path, body).body == decoy(lone_relay)


def test_relay_whose_desk_line_is_damaged_shows_an_unknown_page(
    lone_relay: RelayUnderTest,
) -> None:
    (lone_relay.config.home / DESK_FILE).write_text("one word too few", "ascii")
    body = lone_relay.desk_bytes(PAGE)
    assert lone_relay.http("POST", lone_relay.path, body).body == decoy(lone_relay)


def test_request_over_eight_mebibytes_looks_like_an_unknown_page(
    lone_relay: RelayUnderTest,
) -> None:
    room = MAX_DESK_REQUEST_BYTES // 65_540
    frames = encode_frame(FrameType.PAD, bytes(65_536))
    assert lone_relay.desk(frames * (room - 1)).done == 0
    body = lone_relay.desk_bytes(frames * (room + 1))
    assert lone_relay.http("POST", lone_relay.path, body).body == decoy(lone_relay)


def test_large_request_needs_a_slot_and_a_small_one_does_not(lone_relay: RelayUnderTest) -> None:
    large = encode_frame(FrameType.PAD, bytes(65_536)) * 20
    slots = lone_relay.relay.large_bodies
    with slots, slots:
        body = lone_relay.desk_bytes(PAGE + large)
        assert lone_relay.http("POST", lone_relay.path, body).body == decoy(lone_relay)
        assert lone_relay.desk(PAGE).done == 1
    for _ in range(LARGE_BODIES + 1):
        assert lone_relay.desk(PAGE + large).done == 1


def test_desk_flag_without_a_proof_looks_like_an_unknown_page(lone_relay: RelayUnderTest) -> None:
    header = encode_request_header(RequestHeader(is_desk=True))
    for rest in (b"", PAGE, put(blob_of(1)), encode_frame(FrameType.DESK, bytes(99))):
        assert lone_relay.http("POST", lone_relay.path, header + rest).body == decoy(lone_relay)
    assert lone_relay.held(blob_of(1)) == [False]


def test_ids_of_a_purge_may_be_pulled_in_the_same_request(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    purge = encode_frame(FrameType.PURGE, envelope_id(blob_of(1)))
    answer = relay.desk(purge + encode_frame(FrameType.PULL, encode_pull(0, 4096)))
    assert (answer.envelopes, answer.done) == ([], 2)


def test_desk_id_of_the_tests_is_the_one_admitted(lone_relay: RelayUnderTest) -> None:
    desk = lone_relay.relay.home.desk()
    assert desk is not None
    assert desk.desk_id == DESK_ID
