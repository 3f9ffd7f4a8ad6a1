"""The cells of a spreadsheet, as they come out of the process that reads it.

Theory of operation: a workbook of strangers is opened in a process of its own; what comes back is
text, each with the name of its cell, so that whatever cannot be used is named by the place where
the person finds it. Row numbers and letters are those that a spreadsheet program shows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SHEETS: Final = ("survey", "choices", "settings")
"""What an XLSForm is made of; other sheets are named and not read."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row under the headings.

    Attributes:
        number: As the spreadsheet program shows it; the headings are row 1.
        cells: Letter of the column to its text; empty cells are not there.
    """

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Attributes:
        headings: Letter of the column to what stands on top.
        rows: Those that hold anything.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[SheetRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """What was read of a file.

    Attributes:
        sheets: By name, in small letters.
        others: Names of sheets that hold something and are no part of an XLSForm.
        odd: Cells that hold a formula or an error instead of a text.
        said: What pyxform has to say about it, in its own words.
    """

    sheets: Mapping[str, Sheet]
    others: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    def sheet(self, name: str) -> Sheet:
        """Give a sheet, empty where the file has none."""
        return self.sheets.get(name, Sheet())


def to_json(workbook: Workbook) -> bytes:
    """Write a workbook for the pipe."""
    sheets = {
        name: {
            "headings": dict(sheet.headings),
            "rows": [[row.number, dict(row.cells)] for row in sheet.rows],
        }
        for name, sheet in workbook.sheets.items()
    }
    held = {
        "sheets": sheets,
        "others": list(workbook.others),
        "odd": list(workbook.odd),
        "said": list(workbook.said),
    }
    return json.dumps(held, ensure_ascii=True).encode()


def from_json(plain: bytes) -> Workbook:
    """Read what `to_json` wrote."""
    held = json.loads(plain)
    sheets = {
        name: Sheet(
            sheet["headings"], tuple(SheetRow(number, cells) for number, cells in sheet["rows"])
        )
        for name, sheet in held["sheets"].items()
    }
    return Workbook(sheets, tuple(held["others"]), tuple(held["odd"]), tuple(held["said"]))
