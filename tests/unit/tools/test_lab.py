"""`make lab` runs what is there and never passes off nothing as a pass."""

from pathlib import Path

import pytest

from tests.lab import __main__ as lab
from tests.lab import host
from tests.lab.scenario import find_scenarios
from tests.support.sources import ROOT, text_of

PLANNED = {"L0", "L5", "L20"}


def test_the_planned_scenarios_stand_in_their_files() -> None:
    assert set(find_scenarios()) >= PLANNED


def test_a_laboratory_that_cannot_run_says_so_in_one_loud_line_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "why_not", lambda: "network namespaces are not permitted here")
    assert lab.main(["L0", "--results", str(tmp_path / "r")]) == lab.NOTHING_RAN
    said = capsys.readouterr()
    assert "NOTHING WAS MEASURED: network namespaces are not permitted" in said.err
    assert len(said.err.splitlines()) == 1
    assert not said.out
    assert not list(tmp_path.iterdir())


def test_an_unknown_scenario_is_refused_with_the_known_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lab.main(["L99"]) == lab.UNKNOWN
    assert "L0, " in capsys.readouterr().err


def test_a_dry_run_lists_every_cell_and_runs_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.main(["l0", "--dry-run", "--seeds", "2", "--subjects", "tocsin,odk"]) == 0
    assert capsys.readouterr().out.split() == [
        "L0/-/tocsin/1",
        "L0/-/odk/1",
        "L0/-/tocsin/2",
        "L0/-/odk/2",
    ]


def test_quick_is_one_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.main(["L5", "--dry-run", "--quick", "--subjects", "tocsin"]) == 0
    assert capsys.readouterr().out.split() == ["L5/-/tocsin/1"]


def test_the_chore_hands_its_variables_over() -> None:
    recipe = text_of(ROOT / "Makefile").partition("\nlab: setup")[2].partition("\n\n")[0]
    for name in ("LAB", "SUBJECTS", "SEEDS", "JOBS", "QUICK", "FRESH"):
        assert f"$({name})" in recipe
