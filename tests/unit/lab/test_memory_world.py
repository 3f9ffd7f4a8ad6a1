"""The sync engine over the laboratory's link model, in virtual time."""

from statistics import median

import pytest

from client_sync.sync.engine_state import Rank
from schemas.envelope.sealing import envelope_id
from tests.lab.link_model import Shape, Windows
from tests.lab.memory_run import EngineRun, relay_keys
from tests.lab.memory_world import MemoryWorld
from tests.support.dice import Dice

SLOW = Shape(rate_bits_per_second=32_000, delay_us=300_000)
HOUR_MS = 3_600_000


def blobs(count: int, size_bytes: int, seed: int) -> list[bytes]:
    """Make blobs that look sealed."""
    return [Dice(seed * 1000 + number).bytes(size_bytes) for number in range(count)]


def assert_each_is_stored_once(world: MemoryWorld, expected: int) -> None:
    """Compare what the relays hold with what was sent."""
    held = set().union(*(relay.blobs for relay in world.relays.values()))
    assert len(held) == expected
    assert not any(relay.stored_twice for relay in world.relays.values())


@pytest.mark.parametrize("loss_percent", [0, 5, 20])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hundred_reports_arrive_once_over_a_lossy_link(loss_percent: int, seed: int) -> None:
    world = MemoryWorld.make(SLOW.changed({"loss_ppm": loss_percent * 10_000}), seed=seed)
    run = EngineRun(world, seed)
    run.save(blobs(100, 2048, seed))
    run.run(until_ms=HOUR_MS)
    assert run.is_done
    assert_each_is_stored_once(world, 100)


def test_one_report_is_handed_over_in_five_seconds_though_a_packet_in_five_is_lost() -> None:
    found = []
    for seed in range(1, 42):
        world = MemoryWorld.make(SLOW.changed({"loss_ppm": 200_000}), seed=seed)
        run = EngineRun(world, seed)
        run.save(blobs(1, 1024, seed))
        run.run(until_ms=HOUR_MS)
        assert_each_is_stored_once(world, 1)
        assert run.done_ms is not None
        found.append(run.done_ms)
    assert median(found) <= 5500  # half a second of it is the receipt's way back
    assert max(found) <= 15_000


@pytest.mark.parametrize("seed", range(1, 9))
def test_sixty_reports_arrive_once_through_windows_of_contact(seed: int) -> None:
    windows = Windows(on_us=30_000_000, off_us=90_000_000, phase_us=seed * 15_000_000)
    shape = SLOW.changed({"loss_ppm": 100_000})
    world = MemoryWorld.make(shape, seed=seed, windows=windows)
    run = EngineRun(world, seed)
    run.save(blobs(60, 1024, seed))
    run.run(until_ms=2 * HOUR_MS)
    assert run.is_done
    assert_each_is_stored_once(world, 60)


def test_the_second_relay_takes_what_the_first_cannot_be_reached_for() -> None:
    world = MemoryWorld.make(SLOW, seed=1, relays=2)
    first, second = relay_keys(world)
    world.unreachable.add(first)
    run = EngineRun(world)
    run.save(blobs(5, 1024, 1))
    run.run(until_ms=HOUR_MS)
    assert run.is_done
    assert len(world.relays[second].blobs) == 5
    assert not world.relays[first].blobs


def test_a_text_saved_while_media_travel_is_held_before_them() -> None:
    world = MemoryWorld.make(SLOW, seed=1)
    run = EngineRun(world)
    run.save(blobs(40, 16_384, 1), Rank.CHUNK)
    run.run(until_ms=30_000)
    assert len(run.held_ms) < 40
    text = blobs(1, 1024, 2)
    run.save(text)
    run.run(until_ms=HOUR_MS)
    assert run.is_done
    by_time = sorted(run.held_ms, key=lambda one: run.held_ms[one])
    assert by_time.index(envelope_id(text[0])) < 15
    assert_each_is_stored_once(world, 41)


def test_the_same_seed_gives_the_same_run() -> None:
    def done_ms() -> int | None:
        world = MemoryWorld.make(SLOW.changed({"loss_ppm": 100_000}), seed=4)
        run = EngineRun(world, 4)
        run.save(blobs(20, 1024, 4))
        run.run(until_ms=HOUR_MS)
        return run.done_ms

    assert done_ms() == done_ms()
