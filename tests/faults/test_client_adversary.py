"""Somebody between the phone and its relay: nothing is called delivered that is not.

Each test ends in fair weather, in which every report arrives once.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from client_sync.outbox.states import BlobState
from schemas.constants import RESPONSE_HEADER_BYTES
from schemas.domain.sync import ResponseHeader
from schemas.wire.exchange import encode_response_header
from schemas.wire.frames import FrameType
from tests.support.client_world import NOW, Fate, World, fair
from tests.support.relay_answers import whole_frames
from tests.support.tampered_relay import TamperedRelay, honest, put_between

FAR_AHEAD_SECONDS = 310.0  # past the longest rest of a relay that failed
DELIVERED = {BlobState.HELD, BlobState.ACKNOWLEDGED, BlobState.DONE}
PAGES = (
    b"",
    b"\n",
    b"<!doctype html><title>Sign in to the network</title>" + b"<p>Welcome" * 400,
    encode_response_header(ResponseHeader(20780, 0)),
    encode_response_header(ResponseHeader(20780, 0))[:-1] + b"<html>" * 40,
    b"\x01" * 2000,
    b"\xff" * 2000,
    bytes(4096),
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A joined client behind one relay that can be reached."""
    world = World(tmp_path)
    put_between(world)
    world.join()
    yield world
    world.client.close()


@pytest.fixture
def relay(world: World) -> TamperedRelay:
    """The relay, and whoever stands before it."""
    relay = world.relays[0]
    assert isinstance(relay, TamperedRelay)
    relay.shown.clear()
    return relay


def rest(world: World) -> None:
    """Let relays that failed be asked again."""
    world.clock.elapsed += FAR_AHEAD_SECONDS
    world.clock.advance(seconds=FAR_AHEAD_SECONDS)


def delivered(world: World) -> int:
    """Count the reports the client calls delivered, to a relay or the desk."""
    return sum(status.state in DELIVERED for status in world.client.status())


def settle(world: World, relay: TamperedRelay) -> None:
    """Let everything arrive, and look at what did."""
    relay.tamper, relay.is_apart, world.link.weather = honest, False, fair
    rest(world)
    world.client.sync()
    world.desk.pull()
    world.client.sync()
    assert set(world.states()) == {BlobState.ACKNOWLEDGED}
    assert len(world.desk.reports) == len(world.states())
    assert set(world.desk.opened.values()) == {1}
    assert not relay.stored_twice


def test_an_answer_cut_at_every_length_counts_as_far_as_it_is_signed(
    world: World, relay: TamperedRelay
) -> None:
    world.write("first")
    world.client.sync()
    longest = max(map(len, relay.shown)) + 64  # with a HAVE beside the receipt
    written = 1
    for length in range(longest):
        if delivered(world) == written:
            world.write(f"cut at {length}")
            written += 1
        relay.tamper = lambda answer, end=length: answer[:end]  # type: ignore[misc]
        relay.shown.clear()
        rest(world)
        world.client.sync()
        assert delivered(world) == written - (not relay.has_shown_a_verdict), length
    assert written > 64
    settle(world, relay)


def test_an_old_answer_played_again_at_any_length_delivers_nothing(
    world: World, relay: TamperedRelay
) -> None:
    world.write("first")
    world.client.sync()
    old = max(relay.shown, key=len)
    relay.is_apart = True
    world.write("second")
    for length in range(len(old) + 1):
        relay.tamper = lambda _answer, end=length: old[:end]  # type: ignore[misc]
        rest(world)
        world.client.sync()
        assert delivered(world) == 1, length
    settle(world, relay)


def test_a_receipt_changed_in_any_byte_delivers_nothing(world: World, relay: TamperedRelay) -> None:
    world.write()
    size = _verdict_bytes(relay, world)
    world.write("second")
    for at in range(size):
        relay.tamper = lambda answer, at=at: _spoil(answer, at)  # type: ignore[misc]
        rest(world)
        world.client.sync()
        assert delivered(world) == 1, at
    settle(world, relay)


def _verdict_bytes(relay: TamperedRelay, world: World) -> int:
    world.client.sync()
    frames = whole_frames(relay.shown[-1][RESPONSE_HEADER_BYTES:])
    return max(len(frame.payload) for frame in frames if frame.type == FrameType.RECEIPT)


def _spoil(answer: bytes, at: int) -> bytes:
    """Flip a bit in every receipt and HAVE of an answer."""
    spoilt = bytearray(answer)
    start = RESPONSE_HEADER_BYTES
    for frame in whole_frames(answer[RESPONSE_HEADER_BYTES:]):
        if frame.type in (FrameType.RECEIPT, FrameType.HAVE):
            spoilt[start + 4 + at % len(frame.payload)] ^= 1
        start += 4 + len(frame.payload)
    return bytes(spoilt)


@pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))
def test_a_portals_page_delivers_nothing_and_the_open_network_everything(
    world: World, relay: TamperedRelay, page: bytes
) -> None:
    for number in range(3):
        world.write(f"behind a portal {number}")
    relay.is_apart, relay.tamper = True, lambda _answer: page
    for _ in range(3):
        rest(world)
        result = world.client.sync()
        assert (result.receipts, delivered(world)) == (0, 0)
    settle(world, relay)


def test_a_request_cut_on_its_way_is_stored_once_or_not_yet(
    world: World, relay: TamperedRelay
) -> None:
    world.write("first")
    world.client.sync()
    size = relay.sizes[-1]
    for at in range(0, size + 1, 7):
        world.write(f"cut at {at}")
        before = delivered(world)
        fates = iter([(Fate.CUT_UP, at)])
        world.link.weather = lambda _up, _down, fates=fates: next(fates, (Fate.UNREACHABLE, 0))  # type: ignore[misc]
        rest(world)
        world.client.sync()
        assert delivered(world) == before, at
        world.link.weather = fair
        rest(world)
        world.client.sync()
        assert delivered(world) == before + 1, at
    settle(world, relay)


@pytest.mark.parametrize("days_at_work", [-365, -56, -1, 1, 56, 365])
@pytest.mark.parametrize("days_at_joining", [0, -365, -56, 56, 365])
def test_a_wrong_clock_delivers_once_and_claims_nothing(
    tmp_path: Path, days_at_joining: int, days_at_work: int
) -> None:
    world = World(tmp_path)
    relay = put_between(world)
    world.clock.advance(days=days_at_joining)
    world.join()
    world.clock.advance(days=days_at_work - days_at_joining)
    for number in range(2):
        world.write(f"by a wrong clock {number}")
    relay.is_apart = True
    world.client.sync()
    assert delivered(world) == 0
    relay.is_apart = False
    rest(world)
    world.client.sync()
    assert world.states() == [BlobState.HELD] * 2
    settle(world, relay)
    world.clock.moment = NOW
    world.write("the clock is right again")
    settle(world, relay)
    world.client.close()


def test_a_relay_that_drops_three_in_ten_is_passed_by_and_every_report_arrives_once(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.join()
    relay_a, relay_b = world.relays
    for number in range(20):
        world.write(f"report {number}")
    world.client.sync()
    assert world.states() == [BlobState.HELD] * 20
    dropped = list(relay_a.blobs)[::3][:6]
    relay_a.purge(set(dropped))  # and it goes on to say that it holds them
    world.desk.pull()
    world.client.sync()
    assert world.states().count(BlobState.ACKNOWLEDGED) == 14
    for _ in range(3):
        world.advance(hours=20)
        world.client.sync()
    assert set(relay_b.seen) == set(dropped)
    world.desk.pull()
    world.client.sync()
    assert world.states() == [BlobState.ACKNOWLEDGED] * 20
    assert set(world.desk.opened.values()) == {1}
    assert not relay_a.stored_twice | relay_b.stored_twice
    _expect_kept_receipts(world, dropped)
    world.client.close()


def _expect_kept_receipts(world: World, dropped: Collection[bytes]) -> None:
    """What relay A signed for and dropped is still there to be shown."""
    for status in world.client.status():
        is_passed_by = bytes.fromhex(status.report_id or "") in dropped
        assert len(status.relays) == (2 if is_passed_by else 1)
