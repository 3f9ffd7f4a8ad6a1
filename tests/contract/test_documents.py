"""The documents say what is there: their links lead somewhere, and the tests they name exist."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.support import desk_walk
from tests.browser.support.walk import PAGES
from tests.contract.test_locks import wanted
from tests.lab import document as delivery
from tests.support.sources import NOT_OURS, ROOT, name_of, text_of, walk

TEST_NAME = re.compile(r"`((?:tests|client_sync|server)/[\w./-]+\.(?:py|ts))::([^`]+)`")
OUR_PLACE = re.compile(
    r"`((?:\.ci|client_sync|docs|requirements|schemas|server|tests|tools|translations)/[\w./-]+)`"
)
THREAT_MODEL = ROOT / "docs" / "threat-model.md"
RECORDS = ROOT / "docs" / "adr"


def documents() -> Iterator[Path]:
    """Walk everything written for people."""
    return walk(frozenset({".md"}))


def has_test(path: Path, name: str) -> bool:
    """Tell whether a test file holds a test of that name (Python) or that sentence (TypeScript)."""
    if not path.is_file():
        return False
    if path.suffix == ".ts":
        return any(f"{quote}{name}{quote}" in text_of(path) for quote in "\"'`")
    functions = (
        node for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, ast.FunctionDef)
    )
    return any(node.name == name for node in functions) or _has_state_machine(path, name)


def _has_state_machine(path: Path, name: str) -> bool:
    """A hypothesis state machine becomes a test by assignment: `TestX = Machine.TestCase`."""
    return (
        re.search(rf"^{re.escape(name)}(?:: [\w.\[\]]+)? = ", text_of(path), re.MULTILINE)
        is not None
    )


def threat_rows() -> list[list[str]]:
    """Read the rows of the threat model's tables whose last column names tests."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text_of(THREAT_MODEL).splitlines()
        if line.lstrip().startswith("|")
    ]
    return [row for row in rows if "::" in row[-1]]


def test_every_test_that_a_document_names_exists() -> None:
    missing = [
        f"{name_of(document)}: {path}::{name}"
        for document in documents()
        for path, name in TEST_NAME.findall(text_of(document))
        if not has_test(ROOT / path, name)
    ]
    assert missing == []


def test_the_threat_model_names_a_test_for_its_claims() -> None:
    rows = threat_rows()
    assert rows, "docs/threat-model.md has no row of the form | claim | `tests/...::name` |"
    assert [row[0] for row in rows if not TEST_NAME.search(row[-1])] == []


def test_every_link_between_documents_leads_to_a_file() -> None:
    broken = [
        f"{name_of(document)}: {target}"
        for document in documents()
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text_of(document))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_every_page_of_the_phone_app_is_shown_in_the_walk_through() -> None:
    shown = re.findall(r"<!-- (.+?) -->", text_of(ROOT / "docs" / "phone.md"))
    assert shown == PAGES


def test_every_page_of_the_desk_is_shown_in_the_walk_through() -> None:
    shown = re.findall(r"<!-- (.+?) -->", text_of(ROOT / "docs" / "desk.md"))
    assert shown == desk_walk.PAGES


def test_every_place_in_the_tree_that_a_document_names_is_there() -> None:
    missing = {
        f"{name_of(document)}: {place}"
        for document in documents()
        for place in OUR_PLACE.findall(text_of(document))
        if not (ROOT / place).exists() and NOT_OURS.isdisjoint(place.split("/"))
    }
    assert missing == set()


def test_every_decision_record_is_in_the_index_and_says_where_it_stands() -> None:
    index = text_of(RECORDS / "README.md")
    records = sorted(path for path in RECORDS.glob("0*.md"))
    assert records
    assert [path.name for path in records if f"({path.name})" not in index] == []
    undecided = [
        path.name
        for path in records
        if not re.search(
            r"^Status: (?:accepted|superseded by \d{4})\b", text_of(path), re.MULTILINE
        )
    ]
    assert undecided == []


@pytest.mark.parametrize("source", ["runtime.in", "development.in", "node.in"])
def test_every_dependency_has_a_line_on_what_it_is_trusted_with(source: str) -> None:
    told = set(
        re.findall(r"^\| `([^`]+)`", text_of(RECORDS / "0002-dependencies.md"), re.MULTILINE)
    )
    assert wanted(source) - told == set()


def test_every_word_of_the_glossary_has_a_source() -> None:
    rows = [
        line.strip("|").split("|")
        for line in text_of(ROOT / "docs" / "glossary.md").splitlines()
        if line.startswith("| ") and not line.startswith("| word")
    ]
    assert len(rows) > 20
    assert [row[0].strip() for row in rows if len(row) != 3 or not row[2].strip()] == []


def test_the_tables_on_delivery_are_those_that_were_measured() -> None:
    text = delivery.DOCUMENT.read_text()
    assert delivery.written(text, json.loads(delivery.NUMBERS.read_text())) == text
