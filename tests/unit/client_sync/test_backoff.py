"""Waits, batches, rates and time-outs."""

from hypothesis import given
from hypothesis import strategies as st

from client_sync.sync import backoff


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_wait_stays_between_half_a_second_and_five_minutes(failures: int, chance: float) -> None:
    assert 0.5 <= backoff.wait_seconds(failures, chance) <= backoff.LONGEST_WAIT_SECONDS


def test_waits_double_until_they_are_cut() -> None:
    waits = [backoff.wait_seconds(failures, 1.0) for failures in range(1, 12)]
    assert waits[:4] == [1.0, 2.0, 4.0, 8.0]
    assert waits[-1] == backoff.LONGEST_WAIT_SECONDS


def test_a_batch_grows_from_four_to_sixteen_kibibytes_while_it_is_fast() -> None:
    sizes = [backoff.SMALLEST_BATCH_BYTES]
    for _ in range(3):
        sizes.append(backoff.batch_after_success(sizes[-1], took_seconds=1.0))
    assert sizes == [4096, 8192, 16384, 16384]


def test_a_batch_halves_when_slow_or_cut_and_rests_between() -> None:
    assert backoff.batch_after_success(16384, took_seconds=21.0) == 8192
    assert backoff.batch_after_success(16384, took_seconds=10.0) == 16384
    assert backoff.batch_after_failure(8192) == 4096
    assert backoff.batch_after_failure(4096) == 4096


def test_a_rate_follows_the_link() -> None:
    rate = backoff.measured_rate(None, size_bytes=4000, took_seconds=1.0)
    assert rate == 4000
    assert backoff.measured_rate(rate, size_bytes=1000, took_seconds=1.0) == 2500


@given(st.integers(0, 10_000_000), st.floats(1, 1e9))
def test_a_time_out_gives_the_bytes_four_times_what_they_need(size: int, rate: float) -> None:
    seconds = backoff.timeout_seconds(size, rate)
    assert seconds >= min(backoff.HANDSHAKE_SECONDS + 4 * size / rate, 300.0)
    assert seconds <= backoff.LONGEST_TIMEOUT_SECONDS


def test_a_time_out_without_a_measurement_assumes_a_bad_link() -> None:
    assert backoff.timeout_seconds(20_000, None) == 100.0
