"""What each sheet of an import is read with: headings, languages, and a list of findings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from schemas.constants import MAX_HINT_CHARACTERS, MAX_LABEL_CHARACTERS
from server.desk.forms.findings import Finding
from server.desk.forms.headings import UNNAMED, Headings, headings_of, tag_of
from server.desk.forms.sheets import Sheet, SheetRow, Workbook

TEXT_COLUMNS: Final = ("label", "hint", "form_title")
MOST_CHARACTERS: Final[Mapping[str, int]] = {
    "label": MAX_LABEL_CHARACTERS,
    "hint": MAX_HINT_CHARACTERS,
    "form_title": MAX_LABEL_CHARACTERS,
}
KEY_CHARACTERS: Final = 32
FALLBACK: Final = "en"

Text = dict[str, str]


@dataclass(slots=True)
class SheetReader:
    """One sheet while it is read.

    Attributes:
        unnamed: The language of columns that name none.
        languages: Every language of the whole file.
    """

    name: str
    sheet: Sheet
    headings: Headings
    unnamed: str
    languages: Sequence[str]
    findings: list[Finding] = field(default_factory=list)

    def find(self, code: str, number: int, column: str, **values: str) -> None:
        """Note what became of a cell."""
        cell = f"{self.name}!{self.headings.letter(column)}{number}"
        self.findings.append(Finding(cell, code, values))

    def text(self, row: SheetRow, column: str, most: int | None = None) -> Text:
        """Read a sentence in the languages of the file; a missing one is noted.

        Args:
            row: Any row.
            column: One of `TEXT_COLUMNS`.
            most: Characters, where it is not as the column has it.
        """
        found: Text = {}
        for tag, (letter, said) in self.headings.texts(row, column).items():
            if not said:
                continue
            found[tag or self.unnamed] = said
            self._judge(f"{self.name}!{letter}{row.number}", said, most or MOST_CHARACTERS[column])
        for tag in self.languages if found else ():
            if tag not in found:
                self.find("translation-missing", row.number, column, language=tag)
        return found

    def _judge(self, cell: str, said: str, most: int) -> None:
        if len(said) > most:
            values = {"length": str(len(said)), "most": str(most)}
            self.findings.append(Finding(cell, "too-long", values))
        if "${" in said:
            self.findings.append(Finding(cell, "reference"))

    def key(self, row: SheetRow, column: str, used: Sequence[str]) -> str | None:
        """Give the key for a name, changed where it must be; None when it is taken."""
        name = self.headings.cell(row, column)
        key = key_of(name)
        if key in used:
            self.find("name-twice", row.number, column, name=name)
            return None
        if key != name:
            self.find("name", row.number, column, key=key)
        return key

    def unread(self, known: Sequence[str]) -> None:
        """Note every cell in a column that nothing reads."""
        unknown = {letter: "language" for letter, _ in self.headings.unknown}
        unknown |= {
            letter: "column" for name, letter in self.headings.plain.items() if name not in known
        }
        seen = set(self.headings.plain.values()) | set(unknown)
        seen |= {letter for said in self.headings.said.values() for letter in said.values()}
        for row in self.sheet.rows:
            for letter in row.cells:
                code = unknown.get(letter) if letter in seen else self._unseen(letter)
                if code is not None:
                    values = {"column": self.sheet.headings.get(letter, "")}
                    self.findings.append(Finding(f"{self.name}!{letter}{row.number}", code, values))

    def _unseen(self, letter: str) -> str:
        return "column" if letter in self.sheet.headings else "heading"


def key_of(name: str) -> str:
    """Make a key of any name: small letters, digits and _, a letter first."""
    key = re.sub(r"[^a-z0-9_]+", "_", name.strip().lower()).strip("_") or "q"
    if not key[0].isalpha():
        key = f"v{key}"
    return key[:KEY_CHARACTERS]


def readers(workbook: Workbook) -> dict[str, SheetReader]:
    """Make a reader for each sheet, all with the same languages."""
    held = {name: headings_of(workbook.sheet(name), TEXT_COLUMNS) for name in workbook.sheets}
    tags: list[str] = []
    for name in ("survey", "choices", "settings"):
        for said in held[name].said.values() if name in held else ():
            tags += [tag for tag in said if tag not in tags]
    named = [tag for tag in tags if tag != UNNAMED]
    unnamed = _unnamed(workbook, named)
    if unnamed not in named and _asks_unnamed(held):
        named = [unnamed, *named]
    return {
        name: SheetReader(name, workbook.sheet(name), headings, unnamed, tuple(named or [unnamed]))
        for name, headings in held.items()
    }


def _asks_unnamed(held: Mapping[str, Headings]) -> bool:
    """Tell whether questions or answers stand in a column without a language."""
    return any(
        UNNAMED in held[name].said.get(column, {})
        for name in ("survey", "choices")
        if name in held
        for column in ("label", "hint")
    )


def _unnamed(workbook: Workbook, named: Sequence[str]) -> str:
    """Tell the language of columns that name none: the default, else English or the first."""
    settings = workbook.sheet("settings")
    headings = headings_of(settings, TEXT_COLUMNS)
    for row in settings.rows[:1]:
        tag = tag_of(headings.cell(row, "default_language"))
        if tag:
            return tag
    return named[0] if named and FALLBACK not in named else FALLBACK
