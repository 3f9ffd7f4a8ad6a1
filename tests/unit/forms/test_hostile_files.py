"""Spreadsheets made to hurt: refused in a word, by a process that has nothing to lose."""

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest

from server.desk.forms import reading, workbook
from server.desk.forms.errors import UnreadableError
from server.desk.forms.workbook import WorkbookError
from tests.unit.forms.spreadsheets import SURVEY, file_of, repacked

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
GOOD = file_of([SURVEY, ["text", "a", "A", "B"]])
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {to} "{f"&{of};" * 10}">' for of, to in zip("abcdefg", "bcdefgh", strict=True)
    )
    + f']><worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&h;</t>'
    "</is></c></row></sheetData></worksheet>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&secret;</t>'
    "</is></c></row></sheetData></worksheet>"
)


def _cells(*cells: str) -> bytes:
    rows = "".join(cells)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def _word(file: bytes) -> str:
    with pytest.raises(UnreadableError) as refused:
        reading.read_workbook(file)
    return refused.value.word


def test_a_zip_that_unpacks_to_far_more_is_not_unpacked() -> None:
    bomb = repacked(GOOD, {"xl/media/image1.bin": b"\0" * (workbook.MAX_UNPACKED_BYTES + 1)})
    assert len(bomb) < reading.MAX_FILE_BYTES
    assert _word(bomb) == "bomb"


def test_a_zip_of_very_many_parts_is_not_unpacked() -> None:
    assert _word(repacked(GOOD, {f"x/{n}.xml": b"<a/>" for n in range(300)})) == "bomb"


def test_a_part_that_declares_less_than_it_unpacks_to_is_refused() -> None:
    into = BytesIO(repacked(GOOD, {"xl/large.xml": b"<a>" + b" " * 100_000 + b"</a>"}))
    packed = bytearray(into.getvalue())
    # The size in the central directory, which `zipfile` goes by.
    at = packed.rindex(b"xl/large.xml") - 46 + 24
    packed[at : at + 4] = (10).to_bytes(4, "little")
    assert _word(bytes(packed)) == "not-xlsx"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("sheet", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "x/other.xml"])
def test_no_part_may_declare_an_entity(part: str, sheet: str, encoding: str) -> None:
    with pytest.raises(WorkbookError, match="entities"):
        workbook.read(repacked(GOOD, {part: sheet.encode(encoding)}))


def test_an_entity_is_refused_in_the_process_of_its_own() -> None:
    assert _word(repacked(GOOD, {SHEET: LAUGHS.encode()})) == "entities"


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>',
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 6000}</t></is></c></row>',
    ],
)
def test_a_sheet_that_is_far_too_large_is_refused(cell: str) -> None:
    assert _word(repacked(GOOD, {SHEET: _cells(cell)})) == "too-many-cells"


def test_what_is_no_spreadsheet_is_refused() -> None:
    assert _word(b"") == "not-xlsx"
    assert _word(b"type,name,label\ntext,a,A\n") == "not-xlsx"
    assert _word(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "not-xlsx"
    assert _word(GOOD[:-40]) == "not-xlsx"
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert _word(into.getvalue()) == "broken"


def test_a_workbook_without_a_survey_is_none() -> None:
    assert _word(repacked(GOOD, {"xl/workbook.xml": _renamed()})) == "no-survey"


def _renamed() -> bytes:
    with zipfile.ZipFile(BytesIO(GOOD)) as archive:
        return archive.read("xl/workbook.xml").replace(b'"survey"', b'"poll"')


def test_a_file_over_the_limit_starts_no_process() -> None:
    assert _word(b"\0" * (reading.MAX_FILE_BYTES + 1)) == "too-large"


def test_the_process_is_told_no_secret_of_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_DESK_PASSPHRASE", "never")
    told = (
        "import json, os, sys; sys.stdin.buffer.read();"
        " heard = any(name.startswith('TOCSIN_') for name in os.environ);"
        " print(json.dumps({'refused': 'bomb' if heard else 'no-survey'}))"
    )
    monkeypatch.setattr(reading, "COMMAND", (reading.COMMAND[0], "-c", told))
    assert _word(GOOD) == "no-survey"


def test_a_process_that_takes_too_much_is_ended_and_the_desk_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hungry = "import resource as r; r.setrlimit(r.RLIMIT_AS, (2**27, 2**27)); bytes(2**28)"
    monkeypatch.setattr(reading, "COMMAND", (reading.COMMAND[0], "-c", hungry))
    assert _word(GOOD) == "broken"


@pytest.mark.parametrize("at", range(0, len(GOOD), max(1, len(GOOD) // 60)))
def test_a_damaged_file_is_read_or_refused(at: int) -> None:
    damaged = bytearray(GOOD)
    damaged[at] ^= 0x41
    with suppress(WorkbookError):
        workbook.read(bytes(damaged))
