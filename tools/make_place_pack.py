r"""Make a pack of places from a gazetteer in the column layout of GeoNames.

The gazetteer is the operator's to get and to have the right to pass on: none comes with the
project. Each line has 19 columns with tabs between them; used are name (2nd), other names (4th),
latitude, longitude, class of feature, its code, the first-level division (11th) and the population
(15th). Names of divisions come from a second file, `CC.CODE<TAB>name` a line.

Example:
    python -m tools.make_place_pack --gazetteer XX.txt --divisions admin1.txt --name "Tarvane" \
        --made 2026-11-28 tarvane.places
    python -m tools.make_place_pack --demo tarvane.places     # the demonstration's invented country

Theory of operation: people look for where people are, so that places come in the order of their
population, and where there are too many for a pack those with the fewest are left out, and it is
said how many. A name that a phone could not show as it stands is left out, too. Coordinates are
rounded to the pack's step. Spec: docs/spec/places.md
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from schemas.bundle.place_pack import (
    COORDINATE_STEPS,
    Place,
    PlacePack,
    is_place_name,
    write_place_pack,
)
from schemas.constants import MAX_PACK_NAMES, MAX_PACK_PLACES, MAX_PACK_REGIONS
from schemas.errors import PlacePackError

COLUMNS: Final = 19
DISTRICT_CODES: Final = frozenset({"ADM2", "ADM3"})
GONE_CODES: Final = frozenset({"PPLH", "PPLQ", "PPLW", "PPLCH"})
"""Historical, abandoned and destroyed places: nothing happens where nobody is."""

FEWER: Final = 0.9
"""How many are kept when a pack is too large; tried again until it fits."""

DEMO_NAME: Final = "Tarvane"
DEMO_DAY: Final = date(2026, 11, 28)
"""The demonstration is the same on every day."""

COUNTRY: Final = Path(__file__).resolve().parent / "demo" / "country.json"


class GazetteerError(Exception):
    """A file is not a gazetteer in the layout expected; the text says which line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a gazetteer that is worth a place in a pack."""

    names: tuple[str, ...]
    latitude: int
    longitude: int
    division: str
    kind: str
    people: int


def read_gazetteer(lines: Iterable[str]) -> list[Entry]:
    """Read the lines of a gazetteer; what is no settlement or district is left out.

    Raises:
        GazetteerError: When a line has other columns than expected, or no numbers in them.
    """
    entries = []
    for number, row in enumerate(csv.reader(lines, "excel-tab", quoting=csv.QUOTE_NONE), start=1):
        if len(row) != COLUMNS:
            raise GazetteerError(f"line {number}: {len(row)} columns, {COLUMNS} expected")
        try:
            entry = _entry(row)
        except ValueError as error:
            raise GazetteerError(f"line {number}: a number is not one") from error
        if entry is not None:
            entries.append(entry)
    return entries


def _entry(row: Sequence[str]) -> Entry | None:
    kind = _kind(row[6], row[7])
    names = _names(row[1], row[3])
    latitude, longitude, people = float(row[4]), float(row[5]), int(row[14] or 0)
    if kind is None or not names:
        return None
    return Entry(
        names=names,
        latitude=round(latitude * COORDINATE_STEPS),
        longitude=round(longitude * COORDINATE_STEPS),
        division=f"{row[8]}.{row[10]}",
        kind=kind,
        people=people,
    )


def _kind(feature_class: str, code: str) -> str | None:
    if feature_class == "P" and code not in GONE_CODES:
        return "s"
    return "d" if feature_class == "A" and code in DISTRICT_CODES else None


def _names(name: str, others: str) -> tuple[str, ...]:
    listed = dict.fromkeys(one.strip() for one in [name, *others.split(",")])
    return tuple(one for one in listed if is_place_name(one))[:MAX_PACK_NAMES]


def read_divisions(lines: Iterable[str]) -> dict[str, str]:
    """Read the names of first-level divisions: code, tab, name, and whatever follows."""
    cells = (line.rstrip("\n").split("\t") for line in lines if line.strip())
    return {row[0]: row[1] for row in cells if len(row) > 1 and is_place_name(row[1])}


def pack_of(
    name: str, made: date, entries: Sequence[Entry], divisions: Mapping[str, str]
) -> PlacePack:
    """Put entries in their order and name their regions.

    Args:
        name: What the pack is called.
        made: The day of the gazetteer.
        entries: At most MAX_PACK_PLACES, of which those with more people come first.
        divisions: Code to name.
    """
    ordered = sorted(entries, key=lambda one: (-one.people, one.names))[:MAX_PACK_PLACES]
    used = sorted({one.division for one in ordered} & divisions.keys())[:MAX_PACK_REGIONS]
    regions = {code: place for place, code in enumerate(used)}
    places = tuple(
        Place(one.latitude, one.longitude, regions.get(one.division), one.kind, one.names)
        for one in ordered
    )
    return PlacePack(name, made, tuple(divisions[code] for code in used), places)


def largest_pack(
    name: str, made: date, entries: Sequence[Entry], divisions: Mapping[str, str]
) -> tuple[bytes, int]:
    """Write the largest pack that its limits let.

    Returns:
        The file, and how many places are in it.

    Raises:
        PlacePackError: When not even one place fits, or a name or a coordinate breaks a rule.
    """
    kept = sorted(entries, key=lambda one: (-one.people, one.names))[:MAX_PACK_PLACES]
    while True:
        try:
            return write_place_pack(pack_of(name, made, kept, divisions)), len(kept)
        except PlacePackError as error:
            if error.slug != "place-pack-too-large" or len(kept) == 1:
                raise
        kept = kept[: int(len(kept) * FEWER)]


def demonstration() -> tuple[list[Entry], dict[str, str]]:
    """Give the settlements of the demonstration's invented country."""
    country = json.loads(COUNTRY.read_text(encoding="utf-8"))
    divisions = {area["pcode"]: area["name"]["en"] for area in country["areas"]}
    settlements = country["settlements"]
    entries = [
        Entry(
            names=tuple(dict.fromkeys(one["name"][lang] for lang in ("en", "fr", "ar"))),
            latitude=round(one["lat"] * COORDINATE_STEPS),
            longitude=round(one["lon"] * COORDINATE_STEPS),
            division=one["area"],
            kind="s",
            people=len(settlements) - place,
        )
        for place, one in enumerate(settlements)
    ]
    return entries, divisions


def day(text: str) -> date:
    """Read a day as the command takes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-28") from None


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line, or say what is missing and end."""
    parser = argparse.ArgumentParser(description="Make a pack of places.")
    parser.add_argument("target", type=Path, help="the pack to write, for example sudan.places")
    parser.add_argument("--gazetteer", type=Path, help="lines in the column layout of GeoNames")
    parser.add_argument("--divisions", type=Path, help="names of first-level divisions")
    parser.add_argument("--name", help="what the pack is called: the country, as people say it")
    parser.add_argument("--made", type=day, help="the gazetteer's day, YYYY-MM-DD")
    parser.add_argument("--demo", action="store_true", help="the demonstration's country")
    options = parser.parse_args(arguments)
    given = [one is not None for one in (options.gazetteer, options.name, options.made)]
    if options.demo == given[0] or not (options.demo or all(given)):
        parser.error("give --demo, or --gazetteer with --name and --made")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a pack; 1 with one line on standard error when that cannot be done."""
    options = options_of(arguments)
    try:
        if options.demo:
            (entries, divisions), made = demonstration(), options.made or DEMO_DAY
        else:
            with options.gazetteer.open(encoding="utf-8", newline="") as lines:
                entries, divisions, made = read_gazetteer(lines), {}, options.made
        if options.divisions is not None:
            with options.divisions.open(encoding="utf-8") as lines:
                divisions = read_divisions(lines)
        data, count = largest_pack(options.name or DEMO_NAME, made, entries, divisions)
        options.target.write_bytes(data)
    except OSError as error:
        print(f"no pack was made: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except UnicodeDecodeError:
        print(
            "no pack was made: a gazetteer is text in UTF-8, and this file is not", file=sys.stderr
        )
        return 1
    except (GazetteerError, PlacePackError) as error:
        print(f"no pack was made: {error}", file=sys.stderr)
        return 1
    print(f"{options.target}: {count} of {len(entries)} places, {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
