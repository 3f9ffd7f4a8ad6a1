"""`make lab` runs what is there and never passes off nothing as a pass."""

from pathlib import Path

import pytest

from tools import lab


def test_an_empty_laboratory_says_so_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab.main(tmp_path) == lab.NOTHING_RAN
    assert "nothing was run" in capsys.readouterr().err


def test_a_failing_scenario_fails_the_laboratory(tmp_path: Path) -> None:
    (tmp_path / "test_l5.py").write_text("def test_loss():\n    assert False\n")
    assert lab.main(tmp_path) == 1


def test_a_kept_promise_passes_the_laboratory(tmp_path: Path) -> None:
    (tmp_path / "test_l0.py").write_text("def test_no_loss():\n    assert True\n")
    assert lab.main(tmp_path) == 0
