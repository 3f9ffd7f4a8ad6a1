"""The one home of openpyxl and pyxform: a file of strangers to the text of its cells.

Theory of operation: a workbook is a ZIP of XML, and both can be made to swell. So before anything
parses it, the parts are counted, the sizes that they unpack to are added up (`zipfile` never
unpacks more than a part declares), and every XML part is walked by a bare parser that stops at a
document type: no entity is ever declared, so none can be expanded or fetched. Then openpyxl reads
cell by cell without keeping the sheet, and pyxform is given the text, never the file.

Only `workbook_process` imports this: what it reads never comes near the desk's own process.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pyxform.builder import create_survey_element_from_dict
from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import get_xlsform

from server.desk.forms.sheets import SHEETS, Sheet, SheetRow, Workbook

MAX_PARTS: Final = 200
"""A workbook of three sheets has about 15 parts; pictures and styles may triple that."""
MAX_UNPACKED_BYTES: Final = 32 * 1024 * 1024
"""A hundred times the text of the longest form in eight languages; styles of large files fit."""
MAX_ROWS: Final = 2000
"""A form has 24 questions of 16 options: 408 rows. A long survey is read, to be named."""
MAX_COLUMNS: Final = 200
"""Twelve columns for each of eight languages, and as many again."""
MAX_CELL_CHARACTERS: Final = 5000
"""A sentence has at most 300; more is cut by nobody but refused by the form's own rules."""
PIECE_BYTES: Final = 65_536
_DAMAGED: Final = (
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    expat.ExpatError,
    zlib.error,
)
"""What `zipfile` and the bare parser raise on a file that is none, or was damaged."""
_XML: Final = (".xml", ".rels", ".vml")
_OURS: Final = ("tocsin_", "form_title::")
"""Settings that are Tocsin's own; pyxform does not know them."""


class WorkbookError(Exception):
    """The file is not read; the text is one of the words in `reading.REFUSALS`."""


def read(packed: bytes) -> Workbook:
    """Read the cells of a workbook.

    Args:
        packed: An .xlsx file.

    Raises:
        WorkbookError: It is none, or could be made to hurt.
    """
    _look_inside(packed)
    try:
        return _read(packed)
    except WorkbookError:
        raise
    except Exception as error:
        # What openpyxl raises on sheets that no program wrote is of every kind.
        raise WorkbookError("broken") from error


def _read(packed: bytes) -> Workbook:
    book = load_workbook(BytesIO(packed), read_only=True, data_only=False, keep_links=False)
    odd: list[str] = []
    sheets: dict[str, Sheet] = {}
    others: list[str] = []
    for tab in book.worksheets:
        name = tab.title.strip().lower()
        tab.reset_dimensions()
        if name in SHEETS and name not in sheets:
            sheets[name] = _sheet(name, tab, odd)
        elif any(True for _ in _filled(tab)):
            others.append(tab.title)
    if "survey" not in sheets:
        raise WorkbookError("no-survey")
    found = Workbook(sheets, tuple(others), tuple(odd))
    return replace(found, said=_judged(found))


def _look_inside(packed: bytes) -> None:
    try:
        with ZipFile(BytesIO(packed)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(one.file_size for one in parts) > MAX_UNPACKED_BYTES:
                raise WorkbookError("bomb")
            for part in parts:
                if part.filename.lower().endswith(_XML):
                    with archive.open(part) as stream:
                        _walk(iter(lambda: stream.read(PIECE_BYTES), b""))
    except _DAMAGED as error:
        raise WorkbookError("not-xlsx") from error


def _walk(pieces: Iterator[bytes]) -> None:
    """Stop at a document type: without one, no entity but XML's own five can be there."""
    parser = expat.ParserCreate()

    def stop(*_: object) -> None:
        raise WorkbookError("entities")

    parser.StartDoctypeDeclHandler = stop
    for piece in pieces:
        parser.Parse(piece)
    parser.Parse(b"", True)  # noqa: FBT003 - it takes no names


def _filled(tab: Any) -> Iterator[tuple[int, list[Any]]]:  # noqa: ANN401 - openpyxl has no types
    """Give each row that holds anything, by its number."""
    for number, cells in enumerate(tab.iter_rows(), start=1):
        held = [cell for cell in cells if cell.value is not None and str(cell.value).strip()]
        if not held:
            continue
        if number > MAX_ROWS or held[-1].column > MAX_COLUMNS:
            raise WorkbookError("too-many-cells")
        yield number, held


def _sheet(name: str, tab: Any, odd: list[str]) -> Sheet:  # noqa: ANN401 - as above
    headings: dict[str, str] = {}
    rows: list[SheetRow] = []
    for number, held in _filled(tab):
        cells = {get_column_letter(one.column): _text(one.value) for one in held}
        if not headings:
            headings = cells
            continue
        for one in held:
            if one.data_type in ("f", "e"):
                letter = get_column_letter(one.column)
                odd.append(f"{name}!{letter}{number}")
                del cells[letter]
        rows.append(SheetRow(number, cells))
    return Sheet(headings, tuple(rows))


def _text(value: object) -> str:
    """Write a value as a person sees it: 1.0 is 1, and a true box is TRUE."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    if len(text) > MAX_CELL_CHARACTERS:
        raise WorkbookError("too-many-cells")
    return text


def _judged(workbook: Workbook) -> tuple[str, ...]:
    """Ask pyxform whether other programs would take this form."""
    tables: dict[str, list[dict[str, str]]] = {
        name: _table(sheet) for name, sheet in workbook.sheets.items()
    }
    try:
        # Its warnings are about other programs' screens; what stops it is told.
        found = workbook_to_json(get_xlsform(tables), form_name="form", warnings=[])
        # Not `convert`: it writes the form to a temporary file on its way.
        create_survey_element_from_dict(found).xml()
    except PyXFormError as error:
        return (_short(str(error)),)
    except Exception:  # noqa: BLE001 - it breaks on some odd sheets, and its text may quote them
        return ("pyxform cannot read these sheets",)
    return ()


def _short(said: str) -> str:
    return " ".join(said.split())[:400]


def _table(sheet: Sheet) -> list[dict[str, str]]:
    """Lay out the rows as pyxform wants them, empty ones too, so that its row numbers are true."""
    last = sheet.rows[-1].number if sheet.rows else 1
    rows: list[dict[str, str]] = [{} for _ in range(last - 1)]
    for row in sheet.rows:
        rows[row.number - 2] = dict(_named(sheet, row))
    return rows


def _named(sheet: Sheet, row: SheetRow) -> Iterable[tuple[str, str]]:
    for letter, text in row.cells.items():
        heading = sheet.headings.get(letter, "")
        if heading and not heading.lower().startswith(_OURS):
            yield heading, text
