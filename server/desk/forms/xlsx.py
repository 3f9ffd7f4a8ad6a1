"""Sheets to an .xlsx file: nothing but text cells, in memory, the same bytes each time.

Theory of operation: every cell is an inline string, so that a label beginning with `=` is a label
and never a formula. Libraries for this write the text to a temporary file first; a desk's drafts
stand in no file that is not sealed, so the few parts of the format that three sheets need are
written here.

Spec: ECMA-376 part 1, sections 12.3 and 18.3
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP can name: a file does not tell when it was made."""
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Table = Sequence[Sequence[str]]
"""Rows of texts; empty ones are left out."""


def packed(tables: Mapping[str, Table]) -> bytes:
    """Pack sheets into a workbook.

    Args:
        tables: Name of each sheet to its rows, the headings first.
    """
    parts = {
        "[Content_Types].xml": _content_types(len(tables)),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": _book(list(tables)),
        "xl/_rels/workbook.xml.rels": _relations(
            *(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(tables) + 1))
        ),
    }
    for number, rows in enumerate(tables.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows)
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(ZipInfo(name, EPOCH), _HEAD + text, ZIP_DEFLATED)
    return into.getvalue()


def _content_types(sheets: int) -> str:
    overrides = [("/xl/workbook.xml", f"{_TYPES}.sheet.main+xml")]
    overrides += [
        (f"/xl/worksheets/sheet{n}.xml", f"{_TYPES}.worksheet+xml") for n in range(1, sheets + 1)
    ]
    named = "".join(f'<Override PartName="{part}" ContentType="{t}"/>' for part, t in overrides)
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    named = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{named}</Relationships>'


def _book(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, start=1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'


def _sheet(rows: Table) -> str:
    lines = "".join(_row(number, row) for number, row in enumerate(rows, start=1))
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _row(number: int, row: Sequence[str]) -> str:
    cells = "".join(
        f'<c r="{letter(at)}{number}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(_writable(text))}</t></is></c>"
        for at, text in enumerate(row)
        if text
    )
    return f'<row r="{number}">{cells}</row>'


def letter(at: int) -> str:
    """Name a column by its place, from 0: A, B ... Z, AA."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _writable(text: str) -> str:
    """Put a space where XML has no letter: control characters but tab and line ends."""
    return "".join(
        one if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff") else " "
        for one in text
    )
