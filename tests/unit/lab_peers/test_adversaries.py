"""The adversary scenarios can fail: wrong numbers miss their marks, and what is missing is said."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.lab.adversary.orders import true_marks
from tests.lab.adversary.portal_site import Cutter
from tests.lab.adversary.private_tor import why_no_tor
from tests.lab.scenario import Cell, Outcome
from tests.lab.scenarios import clocks, k1, onion, portal, r2, s1

TRUE: dict[str, Any] = {"written": 4, "acknowledged": 4, "falsely_delivered": 0}
S1_GOOD = TRUE | {
    "first_receipt": 6.0,
    "plaintext_packets": 0,
    "spoke_elsewhere_count": 0,
    "sni_strikes": 2,
}
PORTAL_GOOD = TRUE | {"delivered_behind": 0, "packets_redirected": 9}
R2_GOOD = TRUE | {"held_by_b": r2.DROPPED, "proven": r2.DROPPED}


def outcome(numbers: Mapping[str, Any], scenario: str = "X", variant: str = "") -> Outcome:
    """Give one cell's outcome."""
    return Outcome(Cell(scenario, "tocsin", 1, variant), numbers)


def missed(marks: list[Any]) -> list[str]:
    """List the promises that were not kept."""
    return [mark.what for mark in marks if mark.is_reached is False]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"falsely_delivered": 1}, "nothing marked delivered that is not"),
        ({"acknowledged": 3}, "in the end every report is acknowledged by the desk"),
        ({"written": 0, "acknowledged": 0}, "in the end every report is acknowledged by the desk"),
    ],
)
def test_a_false_claim_or_a_missing_report_misses_its_mark(
    changed: dict[str, int], what: str
) -> None:
    assert missed(true_marks([outcome(TRUE)])) == []
    assert missed(true_marks([outcome(TRUE | changed)])) == [what]


def test_nothing_measured_is_not_a_kept_promise() -> None:
    for judge in (s1.judge, portal.judge, r2.judge, k1.judge, clocks.judge, onion.judge):
        assert {mark.is_reached for mark in judge([])} == {None}


@pytest.mark.parametrize(
    "changed",
    [
        {"first_receipt": s1.MOST_SECONDS + 0.1},
        {"first_receipt": None},
        {"plaintext_packets": 1},
        {"spoke_elsewhere_count": 1},
        {"sni_strikes": 0},
    ],
)
def test_a_late_receipt_a_word_in_clear_or_a_sleeping_censor_misses(
    changed: dict[str, Any],
) -> None:
    assert missed(s1.judge([outcome(S1_GOOD)])) == []
    assert len(missed(s1.judge([outcome(S1_GOOD | changed)]))) == 1


@pytest.mark.parametrize("changed", [{"delivered_behind": 1}, {"packets_redirected": 0}])
def test_a_portal_that_delivers_or_never_answers_misses(changed: dict[str, int]) -> None:
    assert missed(portal.judge([outcome(PORTAL_GOOD, variant="trusted")])) == []
    assert len(missed(portal.judge([outcome(PORTAL_GOOD | changed, variant="trusted")]))) == 1


@pytest.mark.parametrize("changed", [{"held_by_b": r2.DROPPED + 1}, {"proven": r2.DROPPED - 1}])
def test_too_much_at_b_or_too_little_proven_misses(changed: dict[str, int]) -> None:
    assert missed(r2.judge([outcome(R2_GOOD)])) == []
    assert len(missed(r2.judge([outcome(R2_GOOD | changed)]))) == 1


def test_a_run_in_which_nobody_died_misses() -> None:
    assert missed(k1.judge([outcome(TRUE | {"kills": 3})])) == []
    assert len(missed(k1.judge([outcome(TRUE | {"kills": 0})]))) == 1


def test_without_tor_the_onion_scenario_says_so_and_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no tor" in (why_no_tor() or "")
    numbers = onion.run(Cell("ONION", "tocsin", 1), tmp_path)
    assert "SKIPPED, NOTHING WAS MEASURED" in capsys.readouterr().err
    (mark,) = onion.judge([outcome(numbers)])
    assert mark.is_reached is None
    assert mark.found.startswith("SKIPPED")


def test_a_cutting_proxy_cuts_elsewhere_each_time_and_lies_every_second_time() -> None:
    cutter, body = Cutter(), bytes(200)
    cuts = [cutter.cut(body) for _ in range(201)]
    assert {len(shorter) for shorter, _ in cuts} == set(range(201))
    assert [lies for _, lies in cuts[:4]] == [False, True, False, True]
