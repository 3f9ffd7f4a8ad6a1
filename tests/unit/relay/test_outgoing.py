"""What phones are handed of the desk's: directory, board, mailbox, policy."""

from datetime import timedelta

from schemas.constants import MAX_BOARD_FRAMES, MAX_MAILBOX_ENTRIES, REPLY_BYTES
from schemas.domain.sync import RequestHeader
from schemas.envelope.signing import page_hash
from schemas.wire.frames import FrameType, encode_frame
from server.relay.outgoing import crowd_bits
from tests.support.relays import RelayUnderTest, directory_of, page_of


def put_pages(relay: RelayUnderTest, pages: list[bytes]) -> None:
    """Leave board pages at a relay."""
    relay.desk(b"".join(encode_frame(FrameType.PUT_BOARD, page) for page in pages))


def put_replies(relay: RelayUnderTest, *prefixes: int, mark: int = 0) -> None:
    """Leave one reply under an address of each 16-bit prefix."""
    relay.desk(
        b"".join(
            encode_frame(FrameType.PUT_REPLY, _address(prefix, index) + bytes([mark]) * REPLY_BYTES)
            for index, prefix in enumerate(prefixes)
        )
    )


def _address(prefix: int, index: int) -> bytes:
    return prefix.to_bytes(2, "big") + index.to_bytes(14, "big")


def chain(length: int) -> list[bytes]:
    """Make board pages that follow each other."""
    pages = [page_of(1)]
    for seq in range(2, length + 1):
        pages.append(page_of(seq, page_hash(pages[-1])))
    return pages


def test_empty_relay_answers_with_mailbox_and_policy_only(relay: RelayUnderTest) -> None:
    answer = relay.exchange(b"")
    assert answer.types == [FrameType.MAILBOX, FrameType.POLICY]
    assert (answer.head.board_head, answer.head.day) == (0, relay.day & 0xFFFF)


def test_directory_goes_to_whoever_has_an_older_one(relay: RelayUnderTest) -> None:
    relay.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(3)))
    versions = {held: relay.exchange(b"", RequestHeader(held)).directory for held in (0, 2, 3, 9)}
    assert versions == {0: directory_of(3), 2: directory_of(3), 3: None, 9: None}


def test_older_directory_does_not_replace_a_newer_one(relay: RelayUnderTest) -> None:
    for version in (2, 5, 4):
        relay.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(version)))
    assert relay.exchange(b"").directory == directory_of(5)


def test_board_pages_come_oldest_first_and_eight_at_most(relay: RelayUnderTest) -> None:
    pages = chain(11)
    put_pages(relay, pages)
    answer = relay.exchange(b"", RequestHeader(board_cursor=0))
    assert (answer.pages, answer.head.board_head) == (pages[:MAX_BOARD_FRAMES], 11)
    assert relay.exchange(b"", RequestHeader(board_cursor=8)).pages == pages[8:]
    assert relay.exchange(b"", RequestHeader(board_cursor=11)).pages == []


def test_page_whose_number_is_taken_does_not_replace_it(relay: RelayUnderTest) -> None:
    put_pages(relay, [page_of(1)])
    put_pages(relay, [page_of(1, tags=[b"12345678"])])
    assert relay.exchange(b"").pages == [page_of(1)]


def test_few_replies_are_handed_to_everybody(relay: RelayUnderTest) -> None:
    put_replies(relay, *range(0, 49 * 1000, 1000))
    page = relay.exchange(b"", RequestHeader(mailbox_prefix=0xFFFF)).mailbox
    assert page is not None
    assert (page.bits, page.prefix, len(page.entries)) == (0, 0, 49)


def test_answer_is_as_narrow_as_fifty_addresses_allow(relay: RelayUnderTest) -> None:
    put_replies(relay, *[0xAB00 + number for number in range(50)], 0x0001)
    page = relay.exchange(b"", RequestHeader(mailbox_prefix=0xAB07)).mailbox
    assert page is not None
    assert (page.bits, page.prefix, len(page.entries)) == (10, 0xAB00, 50)
    assert all(entry.address[0] == 0xAB for entry in page.entries)


def test_two_replies_under_one_address_count_as_one(relay: RelayUnderTest) -> None:
    put_replies(relay, *[0xAB00] * 49)
    put_replies(relay, 0xAB00, mark=1)
    page = relay.exchange(b"", RequestHeader(mailbox_prefix=0xAB00)).mailbox
    assert page is not None
    assert (page.bits, len(page.entries)) == (0, 50)


def test_long_mailbox_is_read_page_by_page(relay: RelayUnderTest) -> None:
    put_replies(relay, *range(100))
    first = relay.exchange(b"", RequestHeader(mailbox_prefix=5)).mailbox
    assert first is not None
    assert len(first.entries) == MAX_MAILBOX_ENTRIES
    second = relay.exchange(b"", RequestHeader(mailbox_prefix=5, mailbox_cursor=first.cursor))
    assert second.mailbox is not None
    assert {e.address for e in first.entries}.isdisjoint(e.address for e in second.mailbox.entries)


def test_mailbox_without_news_gives_the_cursor_back(relay: RelayUnderTest) -> None:
    put_replies(relay, 1)
    page = relay.exchange(b"", RequestHeader(mailbox_cursor=77)).mailbox
    assert page is not None
    assert (page.cursor, page.entries) == (77, ())


def test_crowd_is_counted_under_each_width() -> None:
    alone = [0x8000] * 49
    assert crowd_bits([], 0x1234) == 0
    assert crowd_bits([*alone, 0x8000], 0x8000) == 16
    assert crowd_bits([*alone, 0x8001], 0x8000) == 15
    assert crowd_bits([*alone, 0xFFFF], 0x8000) == 1
    assert crowd_bits([0x0000, *alone], 0x8000) == 0


def test_replies_go_after_nine_weeks(relay: RelayUnderTest) -> None:
    put_replies(relay, 1)
    relay.clock.advance(timedelta(days=63))
    relay.relay.inbox.tidy()
    assert _entries(relay) == 1
    relay.clock.advance(timedelta(days=1))
    relay.relay.inbox.tidy()
    assert _entries(relay) == 0


def test_policy_names_work_and_batch(relay: RelayUnderTest) -> None:
    policy = relay.exchange(b"").policy
    assert policy is not None
    assert (policy.work_bits, policy.max_batch_bytes, policy.retry_after_seconds) == (0, 65_536, 0)


def _entries(relay: RelayUnderTest) -> int:
    page = relay.exchange(b"").mailbox
    assert page is not None
    return len(page.entries)
