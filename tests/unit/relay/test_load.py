"""Work that follows the load: steps up and down, by a clock that is moved by hand."""

from datetime import timedelta

import pytest

from server.plumbing.clock import FixedClock
from server.relay.load import Limits, Load
from tests.support.relay_answers import put
from tests.support.relays import NOON, RelayUnderTest, blob_of
from tests.unit.relay.conftest import MakeRelay

LIMIT = 100
ROOM_BYTES = 1 << 20


def limits(floor: int = 0, ceiling: int = 22) -> Limits:
    """A hundred blobs a minute, a mebibyte, a fifth of it kept free."""
    return Limits(floor, ceiling, LIMIT, ROOM_BYTES // 5, ROOM_BYTES)


class Watched:
    """A load and its clock."""

    def __init__(self, given: Limits) -> None:
        self.clock = FixedClock(NOON)
        self.load = Load(given, self.clock)

    def minutes(self, minutes: int, blobs: int, held_bytes: int = 0) -> list[int]:
        """Let so many blobs come each minute; list the bits asked after each."""
        told: list[int] = []
        for _ in range(minutes):
            for _ in range(4):
                self.load.stored(blobs // 4, held_bytes)
                told.append(self.load.bits())
                self.clock.advance(timedelta(seconds=15))
        return told[3::4]


def test_relay_that_keeps_up_asks_for_nothing() -> None:
    assert Watched(limits()).minutes(10, LIMIT) == [0] * 10


def test_bits_rise_by_a_step_a_minute_up_to_the_ceiling() -> None:
    told = Watched(limits(ceiling=18)).minutes(7, 2 * LIMIT)
    assert told == [12, 14, 16, 18, 18, 18, 18]


def test_bits_fall_by_a_step_after_five_quiet_minutes_each() -> None:
    watched = Watched(limits())
    assert watched.minutes(2, 2 * LIMIT)[-1] == 14
    # The flood is seen for one more minute, then five quiet ones go by for each step.
    told = watched.minutes(20, 0)
    assert [told.index(bits) for bits in (12, 0)] == [5, 10]
    assert sorted(told, reverse=True) == told


def test_short_burst_in_the_quiet_begins_it_anew() -> None:
    watched = Watched(limits(ceiling=12))
    watched.minutes(1, 2 * LIMIT)
    watched.minutes(4, 0)
    watched.minutes(1, 2 * LIMIT)
    assert watched.minutes(5, 0) == [12] * 5
    assert watched.minutes(3, 0)[-1] == 0


def test_little_room_left_asks_for_work_without_any_flood() -> None:
    watched = Watched(limits(ceiling=14))
    assert watched.minutes(1, 4, held_bytes=ROOM_BYTES * 79 // 100) == [0]
    assert watched.minutes(3, 4, held_bytes=ROOM_BYTES * 81 // 100) == [12, 14, 14]


def test_floor_is_asked_at_all_times_and_the_ceiling_is_never_passed() -> None:
    assert Watched(limits(floor=13, ceiling=16)).minutes(4, 2 * LIMIT) == [14, 16, 16, 16]
    assert Watched(limits(floor=13, ceiling=0)).minutes(4, 2 * LIMIT) == [13] * 4
    watched = Watched(limits(floor=13))
    watched.minutes(2, 2 * LIMIT)
    assert watched.minutes(30, 0)[-1] == 13


def test_flood_is_counted_over_the_last_minute_only() -> None:
    watched = Watched(limits())
    for _ in range(10):
        watched.load.stored(LIMIT, 0)
        watched.clock.advance(timedelta(seconds=60))
        assert watched.load.bits() == 0
    watched.load.stored(LIMIT, 0)
    watched.clock.advance(timedelta(seconds=59))
    watched.load.stored(1, 0)
    assert watched.load.bits() == 12


@pytest.fixture
def flooded(make_relay: MakeRelay) -> RelayUnderTest:
    """A relay that has just taken more than it likes in a minute."""
    relay = make_relay(work_blobs_per_minute=20)
    relay.put(*[blob_of(number) for number in range(21)])
    relay.clock.advance(timedelta(seconds=1))
    return relay


def test_flooded_relay_asks_everybody_for_work_and_says_how_much(flooded: RelayUnderTest) -> None:
    answer = flooded.exchange(put(blob_of(1), blob_of(100)))
    assert answer.statuses == [1, 3]
    assert answer.policy is not None
    assert answer.policy.work_bits == 12


def test_flooded_relay_takes_blobs_again_without_work_when_it_is_quiet(
    flooded: RelayUnderTest,
) -> None:
    assert flooded.put(blob_of(100)) == [3]
    flooded.clock.advance(timedelta(minutes=7))
    assert flooded.put(blob_of(100)) == [0]


def test_relay_that_runs_full_asks_for_work_and_stops_when_the_desk_has_purged(
    make_relay: MakeRelay,
) -> None:
    relay = make_relay(max_total_bytes=20 * 1024, bucket_share_percent=100)
    blobs = [blob_of(number) for number in range(17)]
    relay.put(*blobs)
    relay.clock.advance(timedelta(seconds=1))
    assert relay.put(blob_of(100)) == [3]
    relay.purge(*blobs)
    relay.clock.advance(timedelta(minutes=6))
    assert relay.put(blob_of(100)) == [0]
