"""Spreadsheets for tests, written cell by cell."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from server.desk.forms import workbook
from server.desk.forms.xlsform import Imported, imported
from server.desk.forms.xlsx import packed

SURVEY = ["type", "name", "label::English (en)", "label::French (fr)", "required", "relevant"]
CHOICES = ["list_name", "name", "label::English (en)", "label::French (fr)"]
SETTINGS = [
    ["form_title", "form_title::French (fr)", "form_id", "default_language", "tocsin_categories"],
    ["Water", "Eau", "water", "English (en)", "deprivation attack"],
]
ANSWERS = [
    CHOICES,
    ["source", "well", "A well", "Un puits"],
    ["source", "river", "The river", "La rivière"],
    ["source", "tanker", "A tanker", "Un camion"],
]


def file_of(
    survey: Sequence[Sequence[str]],
    choices: Sequence[Sequence[str]] = (),
    settings: Sequence[Sequence[str]] = SETTINGS,
    **others: Sequence[Sequence[str]],
) -> bytes:
    """Pack an XLSForm."""
    tables: dict[str, Sequence[Sequence[str]]] = {"survey": survey, "settings": settings}
    if choices:
        tables["choices"] = choices
    return packed(tables | others)


def imported_file(
    survey: Sequence[Sequence[str]], choices: Sequence[Sequence[str]] = (), **more: object
) -> Imported:
    """Import an XLSForm, read in this process: it is one of our own."""
    tables = {name: rows for name, rows in more.items() if isinstance(rows, list)}
    return imported(workbook.read(file_of(survey, choices, **tables)))


def found(made: Imported) -> list[tuple[str, str]]:
    """List cell and code of each finding, but for what pyxform says in its own words."""
    return [(one.cell, one.code) for one in made.findings if one.code != "pyxform"]


def repacked(file: bytes, changes: Mapping[str, bytes]) -> bytes:
    """Put other bytes into some parts of a workbook, or new parts beside them."""
    into = BytesIO()
    with ZipFile(BytesIO(file)) as before, ZipFile(into, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in changes:
                after.writestr(name, before.read(name))
        for name, held in changes.items():
            after.writestr(name, held)
    return into.getvalue()
