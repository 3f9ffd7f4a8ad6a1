"""What ends a request, and that what came before it stands."""

import pytest

from schemas.constants import MAX_FRAMES, MAX_PUTS
from schemas.wire.frames import FrameType, encode_frame
from server.plumbing.problems import TABLE
from tests.support.relay_answers import put, query
from tests.support.relays import RelayUnderTest, blob_of

BROKEN = {
    "ends inside a frame": (put(blob_of(9))[:-1], "malformed-frame"),
    "ends inside a frame's header": (b"\x01\x00", "malformed-frame"),
    "a length over the limit": (b"\x01\x01\x00\x01" + bytes(65_537), "malformed-frame"),
    "a type of a later version": (encode_frame(0x0F, b"new"), "unknown-frame"),
    "a frame of the desk": (encode_frame(FrameType.PULL, bytes(12)), "unknown-frame"),
    "a frame of an answer": (encode_frame(FrameType.RECEIPT, bytes(80)), "unknown-frame"),
    "a courier frame that is not empty": (encode_frame(4, b"x"), "malformed-frame"),
    "a query of nothing": (query(), "bad-query"),
    "a query of half an id": (query(bytes(48)), "bad-query"),
    "a query of 257 ids": (query(bytes(32 * 257)), "bad-query"),
    "a stamp too short": (encode_frame(FrameType.STAMP, bytes(43)), "bad-stamp"),
    "513 frames": (encode_frame(FrameType.PAD) * MAX_FRAMES, "too-many-frames"),
    "257 blobs": (put(*[b"x"] * MAX_PUTS), "too-many-frames"),
    "more bytes than allowed": (
        encode_frame(FrameType.PAD, bytes(65_536)) * 17,
        "too-many-frames",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_end_leaves_what_came_before_it(lone_relay: RelayUnderTest, what: str) -> None:
    broken, slug = BROKEN[what]
    answer = lone_relay.exchange(put(blob_of(1)) + broken)
    assert answer.slugs == [slug]
    assert answer.statuses[0] == 0
    assert lone_relay.held(blob_of(1)) == [True]


@pytest.mark.parametrize("what", BROKEN)
def test_nothing_behind_a_broken_frame_counts(lone_relay: RelayUnderTest, what: str) -> None:
    broken, _ = BROKEN[what]
    lone_relay.exchange(put(blob_of(1)) + broken + put(blob_of(2)))
    assert lone_relay.held(blob_of(2)) == [False]


def test_problem_says_what_the_table_says(lone_relay: RelayUnderTest) -> None:
    (problem,) = lone_relay.exchange(query()).problems
    kind = TABLE["bad-query"]
    assert (problem.slug, problem.status, problem.retry) == (kind.slug, kind.status, kind.retry)


def test_mailbox_and_policy_come_with_a_problem_too(lone_relay: RelayUnderTest) -> None:
    answer = lone_relay.exchange(query())
    assert answer.types.count(FrameType.MAILBOX) == answer.types.count(FrameType.POLICY) == 1


def test_padding_is_ignored(lone_relay: RelayUnderTest) -> None:
    answer = lone_relay.exchange(encode_frame(FrameType.PAD, b"anything") + put(blob_of(1)))
    assert (answer.statuses, answer.slugs) == ([0], [])
