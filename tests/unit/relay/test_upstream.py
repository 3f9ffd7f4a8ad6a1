"""A courier relay hands on what it took, and hands out what the desk says."""

from datetime import timedelta
from pathlib import Path

import pytest

from schemas.constants import REQUEST_HEADER_BYTES
from schemas.domain.vocabulary import PutStatus
from schemas.wire.classes import request_class_bytes
from schemas.wire.frames import FrameType, decode_frames, encode_frame
from server.relay.upstream.errors import UnreachableError, UpstreamError
from server.relay.upstream.line import parse_upstream
from tests.support.courier_relay import (
    CourierPair,
    blobs,
    bridge_line,
    chain,
    no_link,
    put_pages,
)
from tests.support.dice import Dice
from tests.support.relay_answers import put
from tests.support.relays import RelayUnderTest, blob_of, directory_of


def frames_of(request: bytes) -> list[int]:
    """List the types of a request's frames."""
    return [frame.type for frame in decode_frames(request[REQUEST_HEADER_BYTES:])]


# --- the way up -----------------------------------------------------------------------
def test_everything_that_waits_reaches_the_upstream_once(pair: CourierPair) -> None:
    sent = blobs(60)
    pair.courier.put(*sent)
    assert pair.standing().waiting == 60
    assert pair.run().forwarded == 60
    assert pair.upstream.held(*sent) == [True] * 60
    assert pair.standing().waiting == 0
    puts = [kind for request in pair.link.requests for kind in frames_of(request)]
    assert puts.count(FrameType.PUT) == 60


def test_courier_gives_its_own_receipts_and_keeps_what_it_promised(pair: CourierPair) -> None:
    assert pair.courier.put(blob_of(1)) == [PutStatus.STORED]
    pair.run()
    assert pair.courier.put(blob_of(1)) == [PutStatus.DUPLICATE]
    assert [one.blob for one in pair.courier.pull().envelopes] == [blob_of(1)]


def test_requests_say_that_the_blobs_are_carried_and_have_the_size_of_a_class(
    pair: CourierPair,
) -> None:
    pair.courier.put(*blobs(30))
    pair.run()
    for request in pair.link.requests:
        kinds = frames_of(request)
        if FrameType.PUT in kinds:
            assert kinds.index(FrameType.COURIER) < kinds.index(FrameType.PUT)
        assert len(request) == request_class_bytes(len(request))


def test_batches_grow_while_the_link_is_quick_and_shrink_when_it_fails(pair: CourierPair) -> None:
    pair.courier.put(*[blob_of(number, 4096) for number in range(60)])
    pair.run()
    counts = [frames_of(request).count(FrameType.PUT) for request in pair.link.requests]
    assert counts[:5] == [1, 2, 4, 8, 16]
    pair.link.weather = no_link
    pair.courier.put(*[blob_of(1000 + number, 4096) for number in range(60)])
    for _ in range(6):
        pair.run()
    pair.link.weather, before = (lambda answer: answer), len(pair.link.requests)
    pair.run()
    grown = [frames_of(request).count(FrameType.PUT) for request in pair.link.requests[before:]]
    assert grown[:3] == [0, 1, 2]


def test_lost_answer_leaves_a_doubt_that_is_asked_about_and_not_sent_again(
    pair: CourierPair,
) -> None:
    pair.courier.put(blob_of(1))
    pair.link.weather = no_link
    assert pair.run().problem == "no-answer"
    assert (pair.standing().in_doubt, pair.standing().failures) == (1, 1)
    pair.link.weather = lambda answer: answer
    assert pair.run().forwarded == 1
    assert pair.standing().waiting == 0
    kinds = [frames_of(request) for request in pair.link.requests]
    assert [FrameType.PUT in one for one in kinds][:2] == [True, False]
    assert FrameType.QUERY in kinds[1]


def test_answer_cut_anywhere_loses_and_doubles_nothing(tmp_path: Path) -> None:
    for number in range(15):
        pair = CourierPair(tmp_path / str(number))
        dice, sent = Dice(number), blobs(12)
        pair.courier.put(*sent)
        pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(5)))
        put_pages(pair.upstream, chain(3))
        pair.link.weather = lambda answer, dice=dice: answer[: dice.number(len(answer) + 1)]  # type: ignore[misc]
        for _ in range(4):
            pair.run()
        pair.link.weather = lambda answer: answer
        pair.run()
        assert pair.standing().waiting == 0
        pulled = [one.blob for one in pair.upstream.pull(max_bytes=1 << 22).envelopes]
        assert sorted(pulled) == sorted(sent)
        assert pair.courier.exchange(b"").pages == chain(3)
        pair.close()


def test_portal_between_the_two_moves_nothing(pair: CourierPair) -> None:
    pair.courier.put(blob_of(1))
    pair.link.weather = lambda _: b"<!doctype html><title>Sign in</title>"
    assert pair.run().problem == "not-a-relay"
    assert pair.standing().waiting == 1


def test_receipt_of_another_relay_moves_nothing(tmp_path: Path, pair: CourierPair) -> None:
    stranger = RelayUnderTest(tmp_path / "stranger", clock=pair.clock)
    pair.courier.put(blob_of(1))
    pair.link.relay = stranger
    assert pair.run().forwarded == 0
    assert pair.standing().in_doubt == 1
    stranger.close()


def test_full_upstream_keeps_blobs_waiting_and_is_asked_again(tmp_path: Path) -> None:
    pair = CourierPair(
        tmp_path, max_total_bytes=4096, bucket_share_percent=100, work_bits_ceiling=0
    )
    sent = [blob_of(number) for number in range(7)]
    pair.courier.put(*sent)
    assert pair.run().problem == "full"
    assert pair.standing().waiting == 3
    pair.upstream.purge(*sent[:4])
    assert pair.run().problem == ""
    assert pair.upstream.held(*sent) == [True] * 7
    pair.close()


def test_upstream_under_load_is_shown_work(tmp_path: Path) -> None:
    pair = CourierPair(tmp_path, work_bits=8)
    pair.courier.put(*[blob_of(number) for number in range(9)])
    assert pair.run().forwarded == 9
    assert pair.standing().waiting == 0
    pair.close()


def test_upstream_that_asks_for_absurd_work_is_left_alone(tmp_path: Path) -> None:
    pair = CourierPair(tmp_path, work_bits=40)
    pair.courier.put(blob_of(1))
    assert pair.run().problem == "too-much-work"
    assert len(pair.link.requests) < 5
    assert pair.standing().waiting == 1
    pair.close()


def test_what_the_desk_purged_here_is_not_waited_for(pair: CourierPair) -> None:
    pair.courier.put(*[blob_of(number) for number in range(4)])
    pair.courier.purge(blob_of(1), blob_of(3))
    assert pair.run().forwarded == 2
    assert pair.standing().waiting == 0


def test_what_expired_here_is_not_waited_for(pair: CourierPair) -> None:
    pair.courier.put(blob_of(1))
    pair.link.is_down = True
    pair.run()
    pair.clock.advance(timedelta(days=31))
    pair.courier.relay.inbox.tidy()
    assert pair.standing().waiting == 0


def test_standing_tells_days_and_no_hours(pair: CourierPair) -> None:
    pair.courier.put(blob_of(1))
    pair.clock.advance(timedelta(days=2))
    pair.courier.put(blob_of(2))
    standing = pair.standing()
    assert (standing.waiting, standing.since_day) == (2, pair.courier.day - 2)
    pair.run()
    standing = pair.standing()
    assert (standing.waiting, standing.since_day) == (0, None)
    assert standing.answered_day == pair.courier.day


def test_marks_are_as_few_as_what_is_on_its_way(pair: CourierPair) -> None:
    pair.courier.put(*[blob_of(number) for number in range(200)])
    pair.run()
    with pair.courier.relay.storage.reading() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM upstream_marks").scalar_one()
    assert rows == 0


# --- the line -------------------------------------------------------------------------
def test_relay_that_is_its_own_upstream_is_refused(pair: CourierPair) -> None:
    with pytest.raises(UpstreamError, match="this relay itself"):
        parse_upstream(bridge_line(pair.courier, with_root=False), bytes(pair.courier.key))


@pytest.mark.parametrize("field", ["split=records", "pin=" + "A" * 43, "via=socks4://a:1"])
def test_line_that_cannot_be_honoured_in_full_is_refused(pair: CourierPair, field: str) -> None:
    line = f"{bridge_line(pair.upstream, with_root=False)} {field}"
    with pytest.raises(UpstreamError):
        parse_upstream(line, b"")


@pytest.mark.parametrize("text", ["", "tocsin1", "https://a/b", "tocsin1 http://example.org/a k=a"])
def test_line_that_is_none_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(UpstreamError, match="cannot be used"):
        parse_upstream(text, b"")


def test_upstream_prints_nothing_of_itself(pair: CourierPair) -> None:
    assert repr(pair.line) == "<Upstream>"


def test_blob_that_rotted_here_does_not_hold_the_others_up(
    pair: CourierPair,
) -> None:
    pair.courier.put(*[blob_of(number) for number in range(3)])
    with pair.courier.relay.storage.writing() as connection:
        connection.exec_driver_sql("UPDATE blobs SET blob = x'00' WHERE seq = 2")
    assert pair.run().forwarded == 2
    assert (pair.standing().waiting, pair.standing().refused) == (0, 1)


def test_link_that_is_down_is_told_by_its_slug() -> None:
    assert UnreachableError("no-answer").slug == "no-answer"
    assert "upstream" in str(UnreachableError("no-answer"))


def test_phone_is_answered_while_nothing_reaches_the_upstream(pair: CourierPair) -> None:
    pair.link.is_down = True
    for number in range(3):
        pair.run()
        assert pair.courier.exchange(put(blob_of(number))).statuses == [PutStatus.STORED]
    assert (pair.standing().waiting, pair.standing().failures) == (3, 3)
