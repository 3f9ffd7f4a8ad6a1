"""What a courier relay brings down from its upstream and hands out."""

from pathlib import Path
from typing import Final

import pytest

from schemas.constants import REQUEST_HEADER_BYTES
from schemas.domain.sync import RequestHeader
from schemas.envelope.keys import SigningKey
from schemas.envelope.signing import page_hash, sign_directory, unpack_directory
from schemas.wire.exchange import decode_request_header
from schemas.wire.frames import FrameType, encode_frame
from server.relay.upstream.line import parse_upstream
from tests.support.courier_relay import (
    CourierPair,
    blobs,
    bridge_line,
    chain,
    mailbox_of,
    no_link,
    put_pages,
    put_replies,
)
from tests.support.dice import Dice
from tests.support.relays import RelayUnderTest, blob_of, directory_of, page_of

STRANGER: Final = SigningKey(bytes([77]) * 32)


def test_directory_and_board_come_down_and_are_handed_out(pair: CourierPair) -> None:
    put_pages(pair.upstream, chain(20))
    pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(5)))
    assert pair.run().pages == 20
    answer = pair.courier.exchange(b"", RequestHeader(board_cursor=12))
    assert answer.directory == directory_of(5)
    assert answer.pages == chain(20)[12:]


def test_next_run_asks_for_what_is_new_only(pair: CourierPair) -> None:
    put_pages(pair.upstream, chain(3))
    pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(5)))
    pair.run()
    before = len(pair.link.requests)
    assert pair.run().pages == 0
    assert len(pair.link.requests) == before + 1
    header = decode_request_header(pair.link.requests[-1][:REQUEST_HEADER_BYTES])
    assert (header.directory_version, header.board_cursor) == (5, 3)
    assert not header.wants_mailbox


def test_directory_the_desk_did_not_sign_is_not_handed_out(pair: CourierPair) -> None:
    forged = sign_directory(STRANGER, unpack_directory(directory_of(9))[1])
    pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, forged))
    assert pair.run().problem == "bad-signature"
    assert pair.courier.exchange(b"").directory is None


def test_page_the_desk_did_not_sign_is_not_handed_out(pair: CourierPair) -> None:
    pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(5)))
    forged = page_of(1)[:-1] + bytes([page_of(1)[-1] ^ 1])
    put_pages(pair.upstream, [forged])
    pair.courier.put(blob_of(1))
    tally = pair.run()
    assert (tally.problem, tally.pages, tally.forwarded) == ("bad-signature", 0, 1)
    assert pair.courier.exchange(b"").pages == []


def test_page_that_follows_another_is_not_handed_out(pair: CourierPair) -> None:
    pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(5)))
    put_pages(pair.upstream, [page_of(1), page_of(2, page_hash(page_of(1, tags=[b"8 bytes."])))])
    assert pair.run().problem == "fork"
    assert pair.courier.exchange(b"").pages == [page_of(1)]


def test_line_without_the_desks_key_leaves_the_check_to_phones(tmp_path: Path) -> None:
    pair = CourierPair(tmp_path, with_root=False)
    pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(5)))
    put_pages(pair.upstream, chain(2))
    assert pair.run().pages == 2
    assert pair.courier.exchange(b"").directory == directory_of(5)
    pair.close()


@pytest.mark.parametrize("count", [0, 3, 49, 50, 64, 65, 400])
def test_whole_mailbox_comes_down_whatever_its_size(pair: CourierPair, count: int) -> None:
    dice = Dice(count)
    addresses = [dice.bytes(16) for _ in range(count)]
    put_replies(pair.upstream, *addresses)
    put_pages(pair.upstream, chain(1))
    pair.run()
    assert mailbox_of(pair.courier) == set(addresses)


def test_replies_that_come_later_come_down_with_the_page_that_announces_them(
    pair: CourierPair,
) -> None:
    dice, pages = Dice(1), chain(6)
    addresses: list[bytes] = []
    for turn in range(6):
        fresh = [dice.bytes(16) for _ in range(40)]
        addresses += fresh
        put_replies(pair.upstream, *fresh)
        put_pages(pair.upstream, [pages[turn]])
        pair.run()
        assert mailbox_of(pair.courier) == set(addresses)


def test_walk_asks_each_range_for_what_is_new_only(pair: CourierPair) -> None:
    dice, pages, brought = Dice(2), chain(4), 0
    for turn in range(4):
        put_replies(pair.upstream, *[dice.bytes(16) for _ in range(150)])
        put_pages(pair.upstream, [pages[turn]])
        brought = pair.run().replies
    # What came with this walk and the one before; not the 300 of the walks before those.
    assert brought <= 300


def test_upstream_that_began_anew_is_walked_from_the_start(tmp_path: Path) -> None:
    pair = CourierPair(tmp_path / "one", with_root=False)
    put_replies(
        pair.upstream, *[Dice(3).bytes(16) for _ in range(5)], *[bytes([n] * 16) for n in range(40)]
    )
    put_pages(pair.upstream, chain(3))
    pair.run()
    anew = RelayUnderTest(tmp_path / "two", clock=pair.clock)
    pair.link.relay = anew
    pair.line = parse_upstream(bridge_line(anew, with_root=False), bytes(pair.courier.key))
    put_replies(anew, b"a new reply's adr"[:16])
    put_pages(anew, chain(1))
    pair.run()
    assert b"a new reply's ad" in mailbox_of(pair.courier)
    anew.close()
    pair.close()


def test_upstream_that_answers_another_question_about_the_mailbox_stops_no_blob(
    pair: CourierPair,
) -> None:
    def twist(answer: bytes) -> bytes:
        place = answer.find(bytes([FrameType.MAILBOX, 0, 0, 9]))
        # Sixteen bits of a prefix that was not asked for.
        told = bytes([16]) + b"\x12\x34"
        return answer if place < 0 else answer[: place + 4] + told + answer[place + 7 :]

    put_pages(pair.upstream, chain(2))
    pair.courier.put(*[blob_of(number) for number in range(20)])
    pair.link.weather = twist
    assert [pair.run().replies for _ in range(4)] == [0] * 4
    assert pair.standing().waiting == 0
    assert len(pair.link.requests) < 20
    pair.link.weather = lambda answer: answer
    put_replies(pair.upstream, bytes(range(16)))
    put_pages(pair.upstream, chain(3)[2:])
    pair.run()
    assert mailbox_of(pair.courier) == {bytes(range(16))}


@pytest.mark.postgres
def test_courier_on_postgresql_does_the_same(tmp_path: Path, postgres_url: str) -> None:
    pair = CourierPair(tmp_path, courier_url=postgres_url)
    dice, sent = Dice(4), blobs(20)
    addresses = [dice.bytes(16) for _ in range(120)]
    put_replies(pair.upstream, *addresses)
    pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(2)))
    put_pages(pair.upstream, chain(9))
    pair.courier.put(*sent)
    pair.link.weather = no_link
    pair.run()
    assert pair.standing().in_doubt > 0
    pair.link.weather = lambda answer: answer
    assert pair.run().problem == ""
    assert (pair.standing().waiting, pair.standing().in_doubt) == (0, 0)
    assert pair.upstream.held(*sent) == [True] * 20
    assert mailbox_of(pair.courier) == set(addresses)
    pair.close()
