"""Rests, batches and time-outs."""

from hypothesis import given
from hypothesis import strategies as st

from client_sync.sync import backoff


@given(st.integers(1, 10_000), st.integers(0, backoff.MOST_CHANCE))
def test_a_rest_stays_between_half_a_second_and_five_minutes(failures: int, chance: int) -> None:
    assert 500 <= backoff.rest_ms(failures, chance) <= backoff.LONGEST_REST_MS


def test_rests_double_until_they_are_cut() -> None:
    rests = [backoff.rest_ms(failures, backoff.MOST_CHANCE) for failures in range(1, 12)]
    assert rests[:4] == [1000, 2000, 4000, 8000]
    assert rests[-1] == backoff.LONGEST_REST_MS


def test_a_batch_grows_from_four_to_sixteen_kibibytes_while_answers_are_fast() -> None:
    sizes = [backoff.SMALLEST_BATCH_BYTES]
    for _ in range(3):
        sizes.append(backoff.next_batch_bytes(sizes[-1], 0, took_ms=backoff.QUICK_MS))
    assert sizes == [4096, 8192, 16384, 16384]


def test_a_batch_grows_further_on_a_quick_link_as_far_as_the_relay_allows() -> None:
    size = backoff.LARGEST_BATCH_BYTES
    for _ in range(6):
        size = backoff.next_batch_bytes(size, 65_536, took_ms=500)
    assert size == 65_536


def test_a_batch_does_not_grow_while_answers_are_slow_and_halves_when_cut() -> None:
    assert backoff.next_batch_bytes(8192, 0, took_ms=backoff.FAST_MS) == 8192
    assert backoff.smaller_batch_bytes(8192) == 4096
    assert backoff.smaller_batch_bytes(4096) == 4096


@given(st.integers(0, 10_000_000), st.integers(1, 10**9), st.integers(0, 10_000), st.booleans())
def test_a_time_out_gives_the_bytes_four_times_what_they_need(
    size: int, rate: int, trip_ms: int, is_first: bool
) -> None:
    given_ms = backoff.timeout_ms(size, rate, trip_ms, is_first=is_first)
    assert given_ms >= min(4 * trip_ms + 4 * (size * 1000 // rate), backoff.MOST_TIMEOUT_MS)
    assert given_ms <= backoff.MOST_TIMEOUT_MS


def test_a_time_out_without_a_measurement_assumes_a_bad_link() -> None:
    assert backoff.timeout_ms(20_000, 0, 0, is_first=True) == 100_000
