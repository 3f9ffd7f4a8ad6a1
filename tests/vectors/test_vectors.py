"""Every case of every file, run by Python; the phone's tests run the same files."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import ContractError
from tests.vectors.operations import OPERATIONS
from tools.make_vectors import FILES, VECTORS, main, render


def _cases() -> list[Any]:
    found = []
    for path in sorted(VECTORS.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        for case in content["cases"]:
            label = f"{path.stem}: {case['name']}"
            found.append(pytest.param(content["file"], case, id=label))
    return found


@pytest.mark.parametrize(("file", "case"), _cases())
def test_a_case_gives_what_it_says(file: str, case: dict[str, Any]) -> None:
    act = OPERATIONS[file, case["op"]]
    if "refuse" not in case:
        assert act(case["in"]) == case["out"]
        return
    with pytest.raises(ContractError) as caught:
        act(case["in"])
    assert caught.value.slug == case["refuse"]


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_is_made_of_the_same_bytes_again(name: str) -> None:
    assert (VECTORS / f"{name}.json").read_text("utf-8") == render(name)


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_refuses_at_least_as_often_as_it_accepts(name: str) -> None:
    kinds = Counter("refuse" in case for case in FILES[name]())
    assert kinds[True] >= kinds[False] > 0


@pytest.mark.parametrize("name", list(FILES))
def test_no_two_cases_of_a_file_share_a_name(name: str) -> None:
    names = [case["name"] for case in FILES[name]()]
    assert len(names) == len(set(names))


def test_every_operation_is_shown_by_a_case() -> None:
    shown = {(name, str(case["op"])) for name, make in FILES.items() for case in make()}
    assert shown == set(OPERATIONS)


def test_a_changed_vector_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.make_vectors.VECTORS", tmp_path)
    assert main([]) == 0
    assert main(["--check"]) == 0
    (tmp_path / "board.json").write_text("{}", "utf-8")
    assert main(["--check"]) == 1
    assert "board.json differs" in capsys.readouterr().out
