"""`up --demo` before it serves: the year can be stopped, and a real desk is never mixed with it."""

from pathlib import Path

import pytest

from server.cli.demo import seed_demo
from server.cli.errors import CommandError
from tools.demo.seed import is_seeded


def test_a_signal_while_the_year_happens_ends_it_and_leaves_no_desk(tmp_path: Path) -> None:
    env = {"TOCSIN_HOME": str(tmp_path / "home")}
    asked: list[None] = []

    def is_stopped() -> bool:
        asked.append(None)
        return True

    assert not seed_demo(env, is_stopped)
    assert len(asked) == 1
    assert not is_seeded(env)
    assert not (tmp_path / "home").exists()


def test_a_home_with_a_desk_is_refused_with_the_command_to_use(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    with pytest.raises(CommandError, match="TOCSIN_HOME=var-demo"):
        seed_demo({"TOCSIN_HOME": str(tmp_path)}, lambda: False)
