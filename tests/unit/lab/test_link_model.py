"""The link model keeps its own books and does what its shape says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.link_model import DOWN, MILLION, UP, Direction, Link, Shape, Windows

PPM = st.integers(0, MILLION)
SHAPES = st.builds(
    Shape,
    rate_bits_per_second=st.sampled_from([0, 8000, 32_000, 1_000_000]),
    delay_us=st.integers(0, 500_000),
    jitter_us=st.sampled_from([0, 1000, 400_000]),
    jitter_reorders=st.booleans(),
    loss_ppm=PPM,
    loss_takes_airtime=st.booleans(),
    burst_enter_ppm=PPM,
    burst_leave_ppm=PPM,
    reorder_ppm=PPM,
    duplicate_ppm=PPM,
    queue_bytes=st.integers(0, 50_000),
)
WINDOWS = st.builds(
    Windows,
    on_us=st.integers(1, 3 * MILLION),
    off_us=st.integers(0, 3 * MILLION),
    phase_us=st.integers(0, 9 * MILLION),
)
OFFERS = st.lists(st.tuples(st.integers(0, 200_000), st.integers(20, 1500)), max_size=60)


@given(shape=SHAPES, windows=WINDOWS, offers=OFFERS, seed=st.integers(0, 2**32))
def test_every_packet_is_delivered_or_counted_as_gone_and_none_arrives_before_its_time(
    shape: Shape, windows: Windows, offers: list[tuple[int, int]], seed: int
) -> None:
    one = Direction(shape, seed, windows)
    now_us = came_out = 0
    for gap_us, size_bytes in offers:
        now_us += gap_us
        dues = one.push(now_us, size_bytes)
        assert all(due >= now_us for due in dues)
        assert len(dues) <= 2
        came_out += len(dues)
    count = one.counters
    gone = count.lost_packets + count.off_packets + count.queue_dropped_packets
    assert count.offered_packets == len(offers) == count.delivered_packets + gone
    gone_bytes = count.lost_bytes + count.off_bytes + count.queue_dropped_bytes
    assert count.offered_bytes == count.delivered_bytes + gone_bytes
    assert came_out == count.delivered_packets + count.duplicated_packets


@given(shape=SHAPES, offers=OFFERS, seed=st.integers(0, 2**32))
def test_the_same_seed_repeats_a_run_exactly(
    shape: Shape, offers: list[tuple[int, int]], seed: int
) -> None:
    def run() -> list[tuple[int, ...]]:
        one = Direction(shape, seed)
        return [one.push(number * 1000, size) for number, (_, size) in enumerate(offers)]

    assert run() == run()


@given(
    sizes=st.lists(st.integers(20, 1500), min_size=1, max_size=60),
    seed=st.integers(0, 2**32),
    jitter_us=st.integers(0, 500_000),
)
def test_packets_stay_in_order_unless_jitter_may_reorder_them(
    sizes: list[int], seed: int, jitter_us: int
) -> None:
    one = Direction(Shape(32_000, 500_000, jitter_us, queue_bytes=10**6), seed)
    dues = [one.push(number, size)[0] for number, size in enumerate(sizes)]
    assert dues == sorted(dues)


def test_a_rate_serialises_and_a_delay_comes_on_top() -> None:
    one = Direction(Shape(rate_bits_per_second=32_000, delay_us=300_000), seed=1)
    assert one.push(0, 400) == (400_000,)
    assert one.push(0, 400) == (500_000,)
    assert one.push(10 * MILLION, 400) == (10 * MILLION + 400_000,)


def test_a_full_queue_drops_what_does_not_fit() -> None:
    one = Direction(Shape(rate_bits_per_second=8000, queue_bytes=3000), seed=1)
    assert [len(one.push(0, 1500)) for _ in range(3)] == [1, 1, 0]
    assert one.counters.queue_dropped_packets == 1
    assert one.push(2 * MILLION, 1500)


@pytest.mark.parametrize("loss_percent", [5, 20])
def test_independent_loss_is_as_often_as_it_says(loss_percent: int) -> None:
    one = Direction(Shape(loss_ppm=loss_percent * 10_000), seed=7)
    for number in range(20_000):
        one.push(number, 100)
    share = one.counters.lost_packets / one.counters.offered_packets
    assert abs(share - loss_percent / 100) < 0.01


def test_bursts_lose_as_much_as_their_chain_says_and_in_rows() -> None:
    # In the bad state for 1 packet in 5 at equilibrium, four packets long on average.
    one = Direction(Shape(burst_enter_ppm=62_500, burst_leave_ppm=250_000), seed=3)
    fates = [not one.push(number, 100) for number in range(20_000)]
    rows = "".join("x" if lost else "." for lost in fates).replace(".", " ").split()
    assert abs(sum(fates) / len(fates) - 0.2) < 0.02
    assert abs(sum(map(len, rows)) / len(rows) - 4) < 0.3


def test_loss_before_the_queue_leaves_room_and_loss_on_the_air_does_not() -> None:
    plain = Shape(rate_bits_per_second=8000, loss_ppm=MILLION)
    before, after = Direction(plain, 1), Direction(plain.changed({"loss_takes_airtime": True}), 1)
    before.push(0, 1000)
    after.push(0, 1000)
    assert before.backlog_bytes(0) == 0
    assert after.backlog_bytes(0) == 1000
    assert before.counters.lost_packets == after.counters.lost_packets == 1


def test_windows_open_and_close_by_their_phase() -> None:
    windows = Windows(on_us=30, off_us=90, phase_us=100)
    assert [windows.is_on(now) for now in (0, 19, 20, 49, 50, 140)] == [
        *(False, False, True, True, False, True)
    ]
    assert Windows().is_on(10**12)


def test_what_would_leave_the_queue_after_the_window_closed_is_lost() -> None:
    windows = Windows(on_us=2 * MILLION, off_us=9 * MILLION)
    one = Direction(Shape(rate_bits_per_second=8000), 1, windows)
    assert one.push(0, 1500)
    assert not one.push(0, 1500)
    assert one.counters.off_packets == 1


def test_a_cut_link_delivers_nothing_until_it_is_mended() -> None:
    link = Link.make(Shape(), Shape(), seed=1)
    link.set_cut(is_cut=True)
    assert not link.up.push(0, 100)
    link.set_cut(is_cut=False)
    assert link.up.push(0, 100)
    assert link.counters()[UP]["off_packets"] == 1
    assert link.counters()[DOWN]["offered_packets"] == 0


def test_the_two_directions_draw_different_chances() -> None:
    shape = Shape(loss_ppm=500_000)
    link = Link.make(shape, shape, seed=1)
    up = [bool(link.up.push(number, 100)) for number in range(64)]
    down = [bool(link.down.push(number, 100)) for number in range(64)]
    assert up != down


def test_a_field_that_no_link_has_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        Shape().changed({"colour": 1})
