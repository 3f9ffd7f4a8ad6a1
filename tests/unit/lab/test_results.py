"""Finished cells are kept, tables say what was found, and a missed promise is called missed."""

from pathlib import Path
from typing import Any

import pytest

from tests.lab import plots, telling
from tests.lab.delivery import judge_cell, when
from tests.lab.results import Results, marks_of, summary
from tests.lab.running import jobs_that_fit
from tests.lab.scenario import Cell, Mark, Outcome, Scenario


def scenario(**changes: Any) -> Scenario:  # noqa: ANN401  # fields of Scenario
    """Make a scenario that nobody runs."""
    plain: dict[str, Any] = {
        "name": "T",
        "title": "a test <&>",
        "run": lambda _cell, _folder: {},
        "judge": lambda _outcomes: [Mark("a promise", "kept", is_reached=True)],
        "subjects": ("tocsin", "odk"),
        "figure": "done",
        "columns": ("done",),
    }
    return Scenario(**(plain | changes))


def outcome(seed: int, done: float | None, subject: str = "tocsin", **numbers: Any) -> Outcome:  # noqa: ANN401
    """Make an outcome."""
    return Outcome(Cell("T", subject, seed), {"done": done, "failed": "", **numbers})


def test_a_finished_cell_is_not_run_again_and_a_failed_one_is(tmp_path: Path) -> None:
    path = tmp_path / "results"
    results = Results(path)
    results.add(outcome(1, 10.0))
    results.add(outcome(2, None, failed="no link"))
    again = Results(path)
    assert again.done(Cell("T", "tocsin", 1))
    assert not again.done(Cell("T", "tocsin", 2))
    assert not again.done(Cell("T", "odk", 1))
    assert not Results(path, is_fresh=True).done(Cell("T", "tocsin", 1))


def test_a_line_that_was_cut_loses_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "results"
    Results(path).add(outcome(1, 10.0))
    with path.open("a") as file:
        file.write('{"cell": {"scen')
    assert Results(path).done(Cell("T", "tocsin", 1))


def test_the_table_gives_median_least_and_most() -> None:
    found = summary(
        scenario(), [outcome(seed, done) for seed, done in ((1, 3.0), (2, 9.0), (3, 4.0))]
    )
    assert found["rows"][0]["done"] == {"median": 4.0, "min": 3.0, "max": 9.0, "n": 3}
    printed = telling.table(found, ("done",))
    assert "4 (3-9)" in printed
    assert "reached     a promise: kept" in telling.marks(found)


@pytest.mark.parametrize(
    ("outcomes", "is_reached"),
    [
        ([outcome(1, 3.0)], True),
        ([outcome(1, 3.0), outcome(2, 3.0, failed="1 stored twice")], False),
        ([outcome(1, 3.0, "odk")], None),
    ],
)
def test_a_failed_run_of_ours_is_a_promise_missed(
    outcomes: list[Outcome], *, is_reached: bool | None
) -> None:
    assert marks_of(scenario(), outcomes)[-1].is_reached is is_reached


def test_lost_fails_anybody_and_stored_twice_fails_us() -> None:
    assert judge_cell({"lost": 1}, is_ours=False)
    assert judge_cell({"lost": 0, "stored_twice": 2}, is_ours=True)
    assert not judge_cell({"lost": 0, "stored_twice": 2}, is_ours=False)
    assert judge_cell({"failed": "no link"}, is_ours=False) == "no link"


def test_a_share_is_reached_with_the_report_that_completes_it() -> None:
    times = [float(number) for number in range(1, 11)]
    assert [when(times, percent, 10) for percent in (50, 90, 100)] == [5.0, 9.0, 10.0]
    assert when(times[:9], 100, 10) is None
    assert when([], 100, 0) is None


def test_progress_names_what_failed_and_what_is_left() -> None:
    line = telling.progress(2, 9, outcome(2, None, failed="first\nno link"), 4.0, 600.0)
    assert line == "[2/9] T tocsin seed 2: FAILED: no link (4 s; 10 min left)"
    assert "done 3.0 s" in telling.progress(1, 9, outcome(1, 3.0), 4.0, 0.0)


def test_the_plot_is_one_whole_svg_with_ours_on_top(tmp_path: Path) -> None:
    outcomes = [outcome(1, 30.0), outcome(2, 40.0), outcome(1, 20.0, "odk")]
    plots.draw(scenario(mark=25.0), outcomes, tmp_path)
    text = (tmp_path / "t.svg").read_text()
    assert text.startswith("<svg ")
    assert text.endswith("</svg>\n")
    assert "a test &lt;&amp;&gt;" in text
    assert text.index(">tocsin<") < text.index(">odk<")
    assert "mark 25" in text
    assert text.count("<circle") == 3


def test_nothing_measured_draws_nothing(tmp_path: Path) -> None:
    plots.draw(scenario(), [outcome(1, None)], tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("most", "step"), [(0.9, 0.2), (8.0, 1.0), (33.0, 5.0), (678.0, 100.0)])
def test_ticks_are_round_and_few(most: float, step: float) -> None:
    assert plots.step_of(most) == pytest.approx(step)


def test_at_least_one_cell_fits_any_machine() -> None:
    assert jobs_that_fit(10**9) == 1
    assert jobs_that_fit(1) >= 1
