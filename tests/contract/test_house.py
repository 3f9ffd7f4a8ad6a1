"""Rules of the house that no other tool checks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support import sources

FILE_LINES: Final = 400
"""Hard stop of docs/conventions.md; about 250 is the aim."""

FUNCTION_LINES: Final = 60
"""Hard stop of docs/conventions.md; 30 is the aim."""

EMPTY_WORDS: Final = frozenset(
    [
        "util",
        "utils",
        "common",
        "manager",
        "managers",
        "helper",
        "helpers",
        "data",
        "process",
        "misc",
    ]
)
SHADOWING: Final = frozenset(["queue", "signal", "warnings", "mailbox", "platform", "types"])

# Written in pieces, so that this file does not hold what it looks for.
LEFT_OPEN: Final = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
MACHINE_PATH: Final = re.compile(
    r"(?<![\w.$}])/(?:" + "|".join(("wo" + "rk/", "ro" + "ot/", "Us" + "ers/")) + ")"
)
REGISTRY: Final = re.compile(
    "|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "registry\\.npm" + r"js\.org"))
)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk the functions of a Python file."""
    for node in ast.walk(ast.parse(sources.text_of(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def matches(pattern: re.Pattern[str], paths: Iterator[Path]) -> list[str]:
    """List where a pattern occurs, as `path:line`."""
    return [
        f"{sources.name_of(path)}:{number}"
        for path in paths
        for number, line in enumerate(sources.text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_code_file_is_longer_than_the_hard_stop() -> None:
    lengths = {
        sources.name_of(path): len(sources.text_of(path).splitlines()) for path in sources.code()
    }
    assert lengths, "the walk found no code: the check itself is broken"
    assert {name: count for name, count in lengths.items() if count > FILE_LINES} == {}


def test_no_python_function_is_longer_than_the_hard_stop() -> None:
    long = {
        f"{sources.name_of(path)}::{node.name}": node.end_lineno - node.lineno + 1
        for path in sources.walk(frozenset({".py"}))
        for node in functions(path)
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    }
    assert long == {}


def test_no_module_has_an_empty_name() -> None:
    names = {
        sources.name_of(path)
        for path in sources.code()
        if path.stem in EMPTY_WORDS or path.parent.name in EMPTY_WORDS
    }
    assert names == set()


def test_no_python_module_shadows_one_of_pythons_own() -> None:
    python = sources.walk(frozenset({".py"}))
    assert {sources.name_of(path) for path in python if path.stem in SHADOWING} == set()


def test_every_folder_of_python_is_a_package_that_says_what_it_is() -> None:
    folders = {path.parent for path in sources.walk(frozenset({".py"}))} - {sources.ROOT}
    silent = {
        sources.name_of(folder)
        for folder in folders
        if not (folder / "__init__.py").is_file()
        or ast.get_docstring(ast.parse(sources.text_of(folder / "__init__.py"))) is None
    }
    assert silent == set()


def test_nothing_is_left_open() -> None:
    assert matches(LEFT_OPEN, sources.walk()) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert matches(MACHINE_PATH, sources.walk()) == []


def test_no_file_names_where_packages_come_from() -> None:
    assert matches(REGISTRY, sources.walk()) == []


def test_only_the_missing_browser_may_skip_a_test() -> None:
    word = re.compile(r"pytest\.(?:skip|importorskip|xfail)\b|mark\.(?:skip|skipif|xfail)\b")
    where = {place.rsplit(":", 1)[0] for place in matches(word, sources.code())}
    assert where - {"tests/contract/test_house.py"} == {"tests/conftest.py"}


def test_the_phone_names_no_host_at_all() -> None:
    address = re.compile(r"https?://(?!(?:www\.w3\.org|\[|\$\{|\"|'|`|\*))[\w.-]+")
    phone = sources.ROOT / "client_sync" / "phone" / "src"
    assert matches(address, (path for path in sources.code() if path.is_relative_to(phone))) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (LEFT_OPEN, "# TO" + "DO: later"),
        (MACHINE_PATH, 'open("/Us' + 'ers/ann/x")'),
        (MACHINE_PATH, "see /ro" + "ot/x"),
        (REGISTRY, "https://pypi" + ".org/simple"),
    ],
)
def test_the_checks_find_what_they_look_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)
