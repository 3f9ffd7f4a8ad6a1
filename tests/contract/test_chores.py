"""The chores that the README and scripts rely on."""

import re
import subprocess
import tomllib

import pytest

from tests.support.sources import ROOT, text_of

CONTRACT = ("setup", "run", "test", "lint", "bench", "lab", "clean")
"""The chores whose names other people's scripts use."""


def make(*arguments: str) -> str:
    """Run make in the checkout and return what it printed."""
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],  # noqa: S607  the person's own make
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_bare_make_prints_every_chore_with_one_line() -> None:
    printed = dict(re.findall(r"^  make (\S+)\s+(\S.*)$", make(), flags=re.MULTILINE))
    assert set(CONTRACT) <= set(printed)
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)$", text_of(ROOT / "Makefile"), re.MULTILINE)
    assert phony is not None
    assert set(phony[1].replace("\\", " ").split()) == {"help", *printed}


@pytest.mark.parametrize("chore", CONTRACT)
def test_each_chore_can_be_made(chore: str) -> None:
    assert make("--dry-run", chore).strip()


def test_a_demonstration_is_asked_for_by_demo_1_only() -> None:
    assert "--demo" in make("--dry-run", "run", "DEMO=1")
    assert "--demo" not in make("--dry-run", "run")


def test_ci_runs_the_readmes_test_command() -> None:
    assert text_of(ROOT / ".ci" / "run").splitlines()[-1] == "make test"


def test_python_tests_come_last_so_that_their_count_closes_the_output() -> None:
    targets = re.search(r"^test:((?: [\w-]+)+)", text_of(ROOT / "Makefile"), re.MULTILINE)
    assert targets is not None
    assert targets[1].split()[-1] == "tests-py"


def test_every_folder_of_tests_is_run_by_some_chore() -> None:
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["pytest"]["ini_options"]
    folders = {f"tests/{path.parent.name}" for path in (ROOT / "tests").glob("*/__init__.py")}
    chores_of_their_own = {"tests/bench", "tests/lab", "tests/support"}
    assert folders - chores_of_their_own == set(settings["testpaths"])
