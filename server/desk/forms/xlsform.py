"""An XLSForm to a form document, and a finding for each cell that did not go over as it stood.

Spec: docs/spec/xlsform.md
"""

from dataclasses import dataclass
from typing import Any, Final

from schemas.constants import FORM_DOCUMENT_VERSION, MAX_QUESTIONS
from schemas.domain.vocabulary import Category
from server.desk.forms.findings import Finding
from server.desk.forms.headings import UNNAMED, Headings
from server.desk.forms.option_lists import YES_NO_LIST, option_lists
from server.desk.forms.sheet_reader import SheetReader, Text, key_of, readers
from server.desk.forms.sheets import Sheet, SheetRow, Workbook
from server.desk.forms.survey import YES, Survey

COLUMNS: Final = (
    "form_id",
    "version",
    "default_language",
    "tocsin_categories",
    "tocsin_offered",
)
"""`version` is given anew by the desk that publishes."""
UNNAMED_KEY: Final = "form"
_CATEGORIES: Final = frozenset(one.value for one in Category)
_NO_ROW: Final = SheetRow(2, {})

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file.

    Attributes:
        document: A form document without a version; it may still break a rule of forms.md.
        findings: Everything that did not go over as it stood, in the order of the sheets.
    """

    document: Document
    findings: tuple[Finding, ...]


def imported(workbook: Workbook) -> Imported:
    """Make a form of a workbook."""
    held = readers(workbook)
    survey_reader = held["survey"]
    choices = held.get("choices")
    lists = option_lists(choices) if choices else {}
    survey = Survey(survey_reader, lists).read()
    settings = held.get("settings") or _without_settings(survey_reader)
    document = _settings(settings)
    if survey.note is not None:
        document["note"] = survey.note
    elif document.get("optional"):
        # An offered form says why; the editor asks for the words.
        document["note"] = dict.fromkeys(document["title"], "")
    document["questions"] = survey.questions
    _too_many(survey)
    if choices is not None:
        for name in [one for one in lists if one not in survey.used and one != YES_NO_LIST]:
            choices.find("list-unused", lists[name].row, "list_name", list=name)
    findings = _whole_file(workbook) + _languages(survey_reader)
    for reader in (survey_reader, choices, settings):
        findings += reader.findings if reader is not None else []
    return Imported(document, tuple(findings))


def _without_settings(reader: SheetReader) -> SheetReader:
    empty = Sheet()
    return SheetReader("settings", empty, Headings({}, {}, ()), reader.unnamed, reader.languages)


def _settings(reader: SheetReader) -> Document:
    row = reader.sheet.rows[0] if reader.sheet.rows else _NO_ROW
    document: Document = {"v": FORM_DOCUMENT_VERSION, "key": _form_key(reader, row)}
    document["categories"] = _categories(reader, row)
    document["title"] = _title(reader, row, document["key"])
    if reader.headings.cell(row, "tocsin_offered").lower() in YES:
        document["optional"] = True
    reader.unread(COLUMNS)
    for other in reader.sheet.rows[1:]:
        reader.find("row", other.number, "form_title")
    return document


def _form_key(reader: SheetReader, row: SheetRow) -> str:
    written = reader.headings.cell(row, "form_id")
    if not written:
        reader.find("no-form-id", row.number, "form_id", key=UNNAMED_KEY)
        return UNNAMED_KEY
    key = key_of(written)
    if key != written:
        reader.find("name", row.number, "form_id", key=key)
    return key


def _categories(reader: SheetReader, row: SheetRow) -> list[str]:
    words = reader.headings.cell(row, "tocsin_categories").replace(",", " ").split()
    known = [word for word in dict.fromkeys(words) if word in _CATEGORIES]
    for word in dict.fromkeys(words):
        if word not in _CATEGORIES:
            reader.find("category", row.number, "tocsin_categories", text=word)
    if not words:
        reader.find("no-categories", row.number, "tocsin_categories")
    return known


def _title(reader: SheetReader, row: SheetRow, key: str) -> Text:
    """Read the title; a column without a language is the default one, as XLSForm has it."""
    said = {
        tag or reader.unnamed: text
        for tag, (_, text) in reader.headings.texts(row, "form_title").items()
        if text
    }
    if not said:
        said = {reader.unnamed: key}
    first = said.get(reader.unnamed, next(iter(said.values())))
    if any(tag not in said for tag in reader.languages):
        reader.find("title-once", row.number, "form_title")
    return {tag: said.get(tag, first) for tag in reader.languages}


def _too_many(survey: Survey) -> None:
    if len(survey.questions) > MAX_QUESTIONS:
        survey.reader.find("too-many-questions", 1, "type", most=str(MAX_QUESTIONS))


def _whole_file(workbook: Workbook) -> list[Finding]:
    found = [Finding(name, "sheet", {"sheet": name}) for name in workbook.others]
    found += [Finding(cell, "cell") for cell in workbook.odd]
    return found + [Finding("survey", "pyxform", {"text": said}) for said in workbook.said]


def _languages(reader: SheetReader) -> list[Finding]:
    letters = reader.headings.said.get("label", {})
    if UNNAMED in letters:
        cell = f"survey!{letters[UNNAMED]}1"
        return [Finding(cell, "no-language", {"language": reader.unnamed})]
    return []
