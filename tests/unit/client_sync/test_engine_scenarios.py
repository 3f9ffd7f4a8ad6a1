"""Every scenario of the sync engine, run by Python; the phone's tests run the same files."""

import json
from pathlib import Path
from typing import Any

import pytest

from client_sync.sync.engine import step
from client_sync.sync.engine_state import EngineState
from tools.make_vectors import VECTORS
from tools.vectors.engine_cases import SCENARIOS, render_scenario
from tools.vectors.engine_forms import digest_of, event_of, named_form

FILES = sorted((VECTORS / "engine").glob("*.json"))


def _scenario(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_engine_decides_as_the_scenario_says(path: Path) -> None:
    state = EngineState()
    for number, one in enumerate(_scenario(path)["steps"]):
        before = digest_of(state)
        after, actions = step(state, event_of(one["event"]))
        assert [named_form(action) for action in actions] == one["actions"], number
        assert digest_of(after) == one["state"], number
        assert digest_of(state) == before, "the state given is not changed"
        state = after


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_made_of_the_same_bytes_again(name: str) -> None:
    path = VECTORS / "engine" / f"{name}.json"
    assert path.read_text("utf-8") == render_scenario(name)


def test_no_scenario_file_stands_without_its_script() -> None:
    assert {path.stem for path in FILES} == set(SCENARIOS)
