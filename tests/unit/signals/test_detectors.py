"""Detectors: pure, never looking ahead, with the error that is printed beside them."""

import math
from statistics import NormalDist, fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.desk.signals.detectors import (
    DETECTORS,
    LEVEL_FEWEST_WEEKS,
    QUIET,
    Detector,
    ears_c1,
    ears_c2,
    ears_c3,
    fitted,
    level,
    readings,
    silence,
)
from server.desk.signals.distribution import chance_of_at_most, probabilities, quantile
from server.desk.signals.rates import measured_now, measured_rates, rounded
from server.desk.signals.synthetic import SCENARIOS, lines

STEADY = [4, 5, 3, 6, 4, 5, 4, 3, 5, 4, 6, 5, 4, 3, 5, 4, 5, 6, 4, 5]
LINE = st.lists(st.integers(min_value=0, max_value=60), min_size=1, max_size=45)


def test_c1_compares_with_the_seven_weeks_just_before() -> None:
    # By hand: 1 2 3 4 5 6 7 has mean 4 and deviation 2.160247; z of .999 is 3.090232.
    reading = ears_c1([99, 1, 2, 3, 4, 5, 6, 7, 11])
    assert reading.expected == 4
    assert reading.upper == pytest.approx(4 + 3.090232306 * 2.160246899, abs=1e-6)
    assert reading.alarm
    assert not ears_c1([99, 1, 2, 3, 4, 5, 6, 7, 10]).alarm


def test_c2_leaves_the_last_two_weeks_out() -> None:
    reading = ears_c2([1, 2, 3, 4, 5, 6, 7, 500, 500, 11])
    assert reading.expected == 4
    assert reading.alarm


def test_c3_adds_up_what_c2_saw_in_two_weeks_before() -> None:
    quiet = [4, 6, 5, 4, 6, 5, 4, 6, 5, 4, 6]
    rising = [*quiet, 8, 8, 7]
    assert not ears_c2(rising).alarm
    assert ears_c3(rising).alarm
    z = NormalDist().inv_cdf(0.975)
    flat = ears_c3([*quiet, 5, 5, 5])
    window = [6, 5, 4, 6, 5, 4, 6]
    assert flat.upper == pytest.approx(fmean(window) + z * stdev(window), abs=1e-6)


def test_an_outbreak_last_month_does_not_hide_the_next_one() -> None:
    counts = [*STEADY, 30, 34, 28, *STEADY[:6], 16]
    assert level(counts).alarm
    assert not level([*counts[:-1], 5]).alarm


def test_one_or_two_reports_are_never_a_level_alarm() -> None:
    assert not level([0] * 30 + [2]).alarm
    assert level([0] * 30 + [3]).alarm


def test_a_short_history_says_nothing() -> None:
    short = [3] * (LEVEL_FEWEST_WEEKS + 1)
    assert level([*short, 90]) == QUIET
    assert ears_c1([3] * 6 + [90]) == QUIET


def test_a_missing_week_is_not_a_zero() -> None:
    with_gaps = [*STEADY[:10], None, None, *STEADY[10:]]
    assert fitted(STEADY) == fitted([c for c in with_gaps if c is not None])
    assert level([*with_gaps, None]) == QUIET
    assert ears_c1([*STEADY, None, 40]) == QUIET


def test_silence_is_an_unexpected_drop() -> None:
    busy = [2 * count for count in STEADY]
    assert silence([*busy, 0]).alarm
    assert not silence([*busy, 5]).alarm


def test_an_area_that_seldom_reports_cannot_be_called_silent() -> None:
    assert not silence([1, 0, 2, 1, 0, 1, 0, 1, 2, 0, 1, 1, 0]).alarm


@pytest.mark.parametrize("detector", [*DETECTORS.values(), silence])
@given(LINE)
def test_a_detector_takes_any_line_and_never_raises(detector: Detector, counts: list[int]) -> None:
    reading = detector(counts)
    assert reading.upper is None or math.isfinite(reading.upper)


@pytest.mark.parametrize("detector", list(DETECTORS.values()))
@given(LINE, st.integers(min_value=0, max_value=60))
def test_no_detector_looks_ahead(detector: Detector, counts: list[int], later: int) -> None:
    said = readings(counts, detector, len(counts))
    assert readings([*counts, later], detector, len(counts) + 1)[: len(counts)] == said


@given(st.lists(st.integers(min_value=0, max_value=40), min_size=8, max_size=30))
def test_the_fitted_spread_is_never_below_chance(history: list[int]) -> None:
    mean, variance = fitted(history)
    assert variance >= mean > 0


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.3), (4.0, 4.0), (4.0, 9.0), (30.0, 80.0)])
def test_probabilities_add_up_and_have_their_mean(mean: float, variance: float) -> None:
    chances = [p for p, _ in zip(probabilities(mean, variance), range(600), strict=False)]
    assert math.fsum(chances) == pytest.approx(1.0, abs=1e-9)
    found = math.fsum(count * chance for count, chance in enumerate(chances))
    assert found == pytest.approx(mean, abs=1e-6)
    spread = math.fsum((count - mean) ** 2 * chance for count, chance in enumerate(chances))
    assert spread == pytest.approx(variance, abs=1e-5)


@given(st.floats(min_value=0.05, max_value=40.0), st.floats(min_value=1.0, max_value=4.0))
def test_a_quantile_is_the_smallest_count_that_reaches_it(mean: float, ratio: float) -> None:
    count = quantile(0.99, mean, mean * ratio)
    assert chance_of_at_most(count, mean, mean * ratio) >= 0.99
    assert count == 0 or chance_of_at_most(count - 1, mean, mean * ratio) < 0.99


def test_the_same_seed_makes_the_same_lines() -> None:
    assert list(lines(SCENARIOS[2], 3, 7)) == list(lines(SCENARIOS[2], 3, 7))
    assert list(lines(SCENARIOS[2], 3, 7)) != list(lines(SCENARIOS[2], 3, 8))


def test_made_lines_have_the_mean_they_should() -> None:
    counts = [count for line in lines(SCENARIOS[2], 100, 1) for count in line]
    assert sum(counts) / len(counts) == pytest.approx(SCENARIOS[2].mean, rel=0.05)


def test_the_printed_rates_are_those_that_are_measured() -> None:
    assert {name: rounded(rate) for name, rate in measured_now().items()} == measured_rates()


def test_the_level_detector_keeps_to_its_error_and_finds_half() -> None:
    rate = measured_rates()["level"]
    assert rate.false_alarms <= 0.02
    assert rate.detected >= 0.5
