"""Read the sheets in ``reports/`` that people write, and make ``reports.jsonl`` of them.

Theory of operation: a report is written by hand as a block of three parts, so that a person can
read a year of them in order and mend a word without fighting quotation marks:

    @ ref | author | days before now, hour | category | source | settlement or area | place in words
    % indicators and marks
    the text, as it was sent

Marks are words or ``name=value``: ``adm=B2`` (Admiralty grade, which means the desk coded it),
``new`` (still in the queue), ``inc=`` incident, ``dup=`` earlier report it repeats, ``camp=``
campaign, ``true=yes|no|?``, ``obs=days/precision`` when it happened on another day,
``photo=scene:seed``, ``lang=``. Days count back from the moment of seeding, so that the
demonstration is always of the last year. A line that starts with ``;`` is a note. The gold answers
are never part of what is sent.

    python -m tools.demo.sheets
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.demo import noise

HERE = Path(__file__).parent
SHEETS = {"en": "en.txt", "fr": "fr.txt", "ar": "ar.txt", "und": "other.txt"}
COLUMNS = 7
TRUTH = {"yes": True, "no": False, "?": None}
POINT_SPREAD_DEGREES = 0.01  # about 1 km: a phone's own place, somewhere in the town

JsonObject = dict[str, Any]


class SheetError(Exception):
    """A block of a sheet cannot be read; the text says which and what to mend."""


@dataclass(frozen=True, slots=True)
class Block:
    """One report as written in a sheet."""

    columns: tuple[str, ...]
    words: tuple[str, ...]
    marks: Mapping[str, str]
    text: str
    language: str

    @property
    def ref(self) -> str:
        """Name the report."""
        return self.columns[0]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Towns and areas of the country, by their key."""

    towns: Mapping[str, JsonObject]
    areas: frozenset[str]


def read_gazetteer() -> Gazetteer:
    """Read the towns and areas of ``country.json``."""
    country = json.loads((HERE / "country.json").read_text(encoding="utf-8"))
    return Gazetteer(
        towns={town["id"]: town for town in country["settlements"]},
        areas=frozenset(area["pcode"] for area in country["areas"]),
    )


def blocks(sheet: str, language: str) -> Iterator[Block]:
    """Split a sheet into its blocks.

    Args:
        sheet: The whole file.
        language: Language of its texts unless a block's mark says another.

    Raises:
        SheetError: A block lacks a part.
    """
    lines = [line for line in sheet.splitlines() if not line.startswith(";")]
    starts = [number for number, line in enumerate(lines) if line.startswith("@ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        columns = tuple(column.strip() for column in lines[start][2:].split("|"))
        if len(columns) != COLUMNS:
            raise SheetError(f"{columns[0]}: the first line needs {COLUMNS} columns")
        if start + 1 >= end or not lines[start + 1].startswith("%"):
            raise SheetError(f"{columns[0]}: the second line must start with %")
        tokens = lines[start + 1][1:].split()
        marks = dict(token.split("=", 1) for token in tokens if "=" in token)
        words = tuple(token for token in tokens if "=" not in token)
        text = "\n".join(lines[start + 2 : end]).strip()
        yield Block(columns, words, marks, text, marks.get("lang", language))


def _place(block: Block, gazetteer: Gazetteer) -> JsonObject:
    """Turn the place columns into area, town, coordinates and precision."""
    key, source = block.columns[5], block.columns[4]
    bare: JsonObject = {"settlement": None, "lat": None, "lon": None}
    if key in gazetteer.areas:
        return {"area": key, **bare, "place_precision": "admin1"}
    if key not in gazetteer.towns:
        raise SheetError(f"{block.ref}: {key} is neither a settlement nor an area of country.json")
    town = gazetteer.towns[key]
    if source == "quoting":  # who passes on what others wrote names a place but stands elsewhere
        return {"area": town["area"], **bare, "settlement": key, "place_precision": "settlement"}
    spread = POINT_SPREAD_DEGREES if "photo" in block.marks else 0.0
    salt = sum(block.ref.encode())
    return {
        "area": town["area"],
        "settlement": key,
        "lat": round(town["lat"] + spread * noise.signed(salt, 1), 5),
        "lon": round(town["lon"] + spread * noise.signed(salt, 2), 5),
        "place_precision": "point" if spread else "settlement",
    }


def _attachment(block: Block) -> JsonObject | None:
    if "photo" not in block.marks:
        return None
    scene, seed = block.marks["photo"].split(":")
    return {"kind": scene, "seed": int(seed), "name": f"photo-{block.ref}.png"}


def _gold(block: Block) -> JsonObject:
    codes = [code for word in block.words if word != "new" for code in word.split(",")]
    return {
        "indicators": codes,
        "incident": block.marks.get("inc"),
        "duplicate_of": block.marks.get("dup"),
        "campaign": block.marks.get("camp"),
        "true": TRUTH[block.marks.get("true", "?")],
    }


def report_of(block: Block, gazetteer: Gazetteer) -> JsonObject:
    """Make one line of ``reports.jsonl`` from a block.

    Raises:
        SheetError: The place is unknown, or the block is both new and graded or neither.
    """
    ref, author, when, category, source, _, place = block.columns
    days, hour = (int(word) for word in when.split())
    observed, precision = block.marks.get("obs", f"{days}/day").split("/")
    grade = block.marks.get("adm")
    if (grade is None) == ("new" not in block.words):
        raise SheetError(f"{ref}: needs either new or adm=, not both")
    return {
        "ref": ref,
        "author": author,
        "days_before_now": days,
        "hour": hour,
        "observed_days_before_now": int(observed),
        "observed_precision": precision,
        "category": category,
        "source": source,
        "language": block.language,
        "text": block.text,
        "place_text": place,
        **_place(block, gazetteer),
        "attachment": _attachment(block),
        "gold": _gold(block),
        "coded": grade is not None,
        "admiralty": grade,
    }


def read_reports(sheets: Iterable[tuple[str, str]]) -> list[JsonObject]:
    """Read every sheet, oldest report first.

    Args:
        sheets: Pairs of language and the sheet's text.

    Returns:
        Reports as in ``reports.jsonl``.
    """
    gazetteer = read_gazetteer()
    found = [
        report_of(block, gazetteer)
        for language, sheet in sheets
        for block in blocks(sheet, language)
    ]
    return sorted(found, key=lambda one: (-one["days_before_now"], one["hour"], one["ref"]))


def bundled_sheets() -> list[tuple[str, str]]:
    """Read the project's own sheets from ``reports/``."""
    return [
        (language, (HERE / "reports" / name).read_text(encoding="utf-8"))
        for language, name in SHEETS.items()
    ]


def as_lines(reports: Iterable[JsonObject]) -> str:
    """Write reports as JSON lines."""
    return "".join(json.dumps(report, ensure_ascii=False) + "\n" for report in reports)


def main() -> None:
    """Write ``reports.jsonl`` beside this file."""
    lines = as_lines(read_reports(bundled_sheets()))
    (HERE / "reports.jsonl").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
