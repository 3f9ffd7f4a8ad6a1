"""The spreadsheet that docs/forms.md shows goes over whole."""

import re

from server.desk.forms.checking import troubles
from server.plumbing.config import REPOSITORY
from tests.unit.forms.spreadsheets import imported_file

SHEET = re.compile(r"^(survey|choices|settings)\n\n((?:\|.*\|\n)+)", re.MULTILINE)


def test_the_example_of_the_documentation_is_imported_without_a_finding() -> None:
    text = (REPOSITORY / "docs" / "forms.md").read_text("utf-8")
    sheets = {name: _rows(table) for name, table in SHEET.findall(text)}
    made = imported_file(sheets["survey"], sheets["choices"], settings=sheets["settings"])
    assert made.findings == ()
    assert troubles(made.document) == ()
    assert [one["key"] for one in made.document["questions"]] == ["from", "far", "who"]
    assert made.document["note"]["en"] == "Only what you saw or heard yourself."


def _rows(table: str) -> list[list[str]]:
    lines = [line.strip("|").split("|") for line in table.strip().splitlines()]
    return [[cell.strip() for cell in line] for line in [lines[0], *lines[2:]]]
