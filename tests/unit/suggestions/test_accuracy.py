"""Figures: what is counted, and against what."""

import pytest

from server.desk.suggestions.accuracy import (
    Accuracy,
    Judged,
    Rates,
    accuracy,
    bins,
    calibration_error,
    rates,
)

RIGHT = Judged(("7.12", "12.2", "7.8"), (0.9, 0.3, 0.1), frozenset({"7.12"}))
THIRD = Judged(("7.6", "3.6", "7.14"), (0.8, 0.4, 0.1), frozenset({"7.14", "8.7"}))
WRONG = Judged(("7.6", "3.6", "7.14"), (0.8, 0.4, 0.1), frozenset({"13.8"}))
NOTHING = Judged((), (), frozenset({"13.8"}))


def test_top_1_and_top_3_count_reports_and_covered_counts_codings() -> None:
    assert rates([RIGHT, THIRD, WRONG, NOTHING]) == Rates(1 / 4, 2 / 4, 2 / 5)


def test_nothing_judged_is_no_share() -> None:
    assert rates([]) == Rates(0.0, 0.0, 0.0)


def test_bins_compare_what_was_claimed_with_what_was_found() -> None:
    found = bins([RIGHT, WRONG])
    assert [one.claimed for one in found] == pytest.approx([0.1, 0.3, 0.4, 0.8, 0.9])
    assert [one.found for one in found] == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert [one.count for one in found] == [2, 1, 1, 1, 1]


def test_perfectly_honest_chances_have_no_error() -> None:
    honest = [Judged(("7.6",), (0.5,), frozenset({one})) for one in ("7.6", "3.6")]
    assert calibration_error(bins(honest)) == 0.0


def test_boasting_is_an_error() -> None:
    boast = [Judged(("7.6",), (1.0,), frozenset({one})) for one in ("7.6", "3.6")]
    assert calibration_error(bins(boast)) == pytest.approx(0.5)


def test_support_tells_for_each_indicator_how_often_it_was_met() -> None:
    found = accuracy([RIGHT, THIRD, WRONG], [NOTHING, NOTHING, NOTHING])
    assert [(one.indicator_id, one.coded, one.met) for one in found.support] == [
        ("13.8", 1, 0),
        ("7.12", 1, 1),
        ("7.14", 1, 1),
        ("8.7", 1, 0),
    ]


@pytest.mark.parametrize(("model", "rules", "beats"), [(0.8, 0.7, True), (0.6, 0.7, False)])
def test_a_model_beats_the_rules_when_it_meets_codings_as_often(
    model: float, rules: float, beats: bool
) -> None:
    found = Accuracy(9, 9, Rates(0, model, 0), Rates(0, rules, 0), (), 0.0, ())
    assert found.beats_rules is beats
