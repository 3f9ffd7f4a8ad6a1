"""The headings of an XLSForm's sheets: which column is what, and in which language.

Spec: docs/spec/xlsform.md section 2
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.desk.forms.sheets import Sheet, SheetRow

ALIASES: Final[Mapping[str, str]] = {
    "list name": "list_name",
    "list": "list_name",
    "value": "name",
    "relevance": "relevant",
    "caption": "label",
    "title": "form_title",
    "id_string": "form_id",
}
"""Other names under which XLSForm takes a column."""

LANGUAGES: Final[Mapping[str, str]] = {
    "english": "en",
    "french": "fr",
    "français": "fr",
    "arabic": "ar",
    "العربية": "ar",
    "spanish": "es",
    "español": "es",
    "portuguese": "pt",
    "swahili": "sw",
    "kiswahili": "sw",
    "hausa": "ha",
    "amharic": "am",
    "somali": "so",
    "russian": "ru",
    "ukrainian": "uk",
    "burmese": "my",
    "farsi": "fa",
    "persian": "fa",
    "dari": "prs",
    "pashto": "ps",
    "kurdish": "ku",
    "turkish": "tr",
    "hebrew": "he",
    "tigrinya": "ti",
    "lingala": "ln",
}
"""Names of languages that come without their code."""

NAMES: Final[Mapping[str, str]] = {"en": "English", "fr": "French", "ar": "Arabic"}
"""How an export writes the languages of Tocsin; others are written by their code alone."""

_CODED: Final = re.compile(r"\(\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*\)\s*$")
_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")

UNNAMED: Final = ""
"""Stands for the language of a column that names none."""


@dataclass(frozen=True, slots=True)
class Headings:
    """What the columns of one sheet are.

    Attributes:
        plain: Column name to letter, for those without languages.
        said: Column name to language tag to letter; `UNNAMED` where none is written.
        unknown: Letter and heading of a column whose language is not known.
    """

    plain: Mapping[str, str]
    said: Mapping[str, Mapping[str, str]]
    unknown: tuple[tuple[str, str], ...]

    def cell(self, row: SheetRow, column: str) -> str:
        """Give the text of a plain column in a row, empty where there is none."""
        return row.cells.get(self.plain.get(column, ""), "")

    def texts(self, row: SheetRow, column: str) -> dict[str, tuple[str, str]]:
        """Give letter and text of a column in each of its languages."""
        letters = self.said.get(column, {})
        return {tag: (letter, row.cells.get(letter, "")) for tag, letter in letters.items()}

    def letter(self, column: str) -> str:
        """Give the letter of a column, for naming a cell; A where it is missing."""
        if column in self.plain:
            return self.plain[column]
        return next(iter(self.said.get(column, {}).values()), "A")


def headings_of(sheet: Sheet, translated: Sequence[str]) -> Headings:
    """Read the headings of a sheet.

    Args:
        sheet: Any sheet.
        translated: Columns that stand once for each language.
    """
    plain: dict[str, str] = {}
    said: dict[str, dict[str, str]] = {}
    unknown: list[tuple[str, str]] = []
    for letter, heading in sheet.headings.items():
        name, language = _split(heading)
        if name not in translated:
            plain.setdefault(heading.strip().lower() if language else name, letter)
        elif (tag := tag_of(language)) is None:
            unknown.append((letter, heading))
        else:
            said.setdefault(name, {}).setdefault(tag, letter)
    return Headings(plain, said, tuple(unknown))


def _split(heading: str) -> tuple[str, str]:
    name, _, language = heading.partition("::")
    known = name.strip().lower()
    return ALIASES.get(known, known), language.strip()


def tag_of(language: str) -> str | None:
    """Read a language as XLSForm writes it: `French (fr)`, `fr`, `French`; None if unknown."""
    if not language:
        return UNNAMED
    coded = _CODED.search(language)
    if coded is not None:
        primary, *rest = coded[1].split("-")
        return "-".join([primary.lower(), *rest])
    if language.lower() in LANGUAGES:
        return LANGUAGES[language.lower()]
    return language if _TAG.fullmatch(language) else None


def written(tag: str) -> str:
    """Write a language as XLSForm does."""
    return f"{NAMES.get(tag, tag)} ({tag})"
