"""One run of the lab's Q1: the phone draws, a bad camera sees, a decoder not ours reads."""

from pathlib import Path

from tests.lab.scenario import Cell
from tests.lab.scenarios.q1 import MOST_FACTOR, run


def test_twenty_reports_pass_a_camera_that_misses_three_codes_in_ten(tmp_path: Path) -> None:
    found = run(Cell("Q1", "tocsin", 1, "fine"), tmp_path)
    assert (found["pieces"], found["lost"]) == (25, 0)
    assert found["factor"] <= MOST_FACTOR
