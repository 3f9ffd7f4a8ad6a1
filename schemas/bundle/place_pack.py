"""Write and read a pack of places: names of one area, and where they are.

Spec: docs/spec/places.md
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.constants import (
    MAX_PACK_BYTES,
    MAX_PACK_NAME_CHARACTERS,
    MAX_PACK_NAMES,
    MAX_PACK_PLACES,
    MAX_PACK_REGIONS,
    MAX_PACK_TEXT_BYTES,
    PERSON_PLACES,
    PLACES_MAGIC,
)
from schemas.envelope import primitives
from schemas.envelope.padding import deflate, inflate
from schemas.errors import ContractError, PlacePackError
from schemas.wire import canonical

PACK_VERSION: Final = 1
COORDINATE_STEPS: Final = 10_000
"""Steps a degree: about 11 m, less than a settlement's own size."""

_HASH_BYTES: Final = 32
_MOST_LATITUDE: Final = 90 * COORDINATE_STEPS
_MOST_LONGITUDE: Final = 180 * COORDINATE_STEPS
_FIELDS: Final = frozenset({"v", "name", "made", "regions", "places"})
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,6}")
_HIDDEN: Final = re.compile("[\\0-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]")
_KINDS: Final = ("s", "d")
_LEAST_CELLS: Final = 5
"""Latitude, longitude, region, kind, and one name."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place.

    Attributes:
        latitude: Degrees times COORDINATE_STEPS.
        longitude: Degrees times COORDINATE_STEPS.
        region: Place in the pack's regions, or None.
        kind: `s` for a settlement, `d` for a district.
        names: One to eight; the first is shown.
    """

    latitude: int
    longitude: int
    region: int | None
    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlacePack:
    """All places of an area, those with more people first.

    Attributes:
        name: What it is called.
        made: The day of the gazetteer.
        regions: Names of its regions.
    """

    name: str
    made: date
    regions: tuple[str, ...]
    places: tuple[Place, ...]


def write_place_pack(pack: PlacePack) -> bytes:
    """Write a pack, checked by the rules it is read with.

    Raises:
        PlacePackError: `bad-place-pack` when it breaks a rule, `place-pack-too-large` when it is
            larger than a phone takes.
    """
    header = {
        "v": PACK_VERSION,
        "name": pack.name,
        "made": pack.made.isoformat(),
        "regions": list(pack.regions),
        "places": len(pack.places),
    }
    try:
        lines = [canonical.encode(header), *(_line(place) for place in pack.places)]
    except (ContractError, UnicodeEncodeError) as error:
        raise PlacePackError(hint="a name cannot be written") from error
    text = b"".join(line + b"\n" for line in lines)
    body = deflate(text)
    data = PLACES_MAGIC.encode("ascii") + _digest(body) + body
    if len(data) > MAX_PACK_BYTES or len(text) > MAX_PACK_TEXT_BYTES:
        raise PlacePackError("place-pack-too-large")
    read_place_pack(data)
    return data


def read_place_pack(data: bytes) -> PlacePack:
    """Read a pack.

    Raises:
        PlacePackError: `not-a-place-pack` for another kind of file, `bad-place-pack` for one that
            is damaged or breaks a rule.
    """
    magic = PLACES_MAGIC.encode("ascii")
    if not data.startswith(magic):
        raise PlacePackError("not-a-place-pack")
    start = len(magic) + _HASH_BYTES
    body = data[start:]
    if len(data) > MAX_PACK_BYTES or data[len(magic) : start] != _digest(body):
        raise PlacePackError(hint="damaged or too large")
    try:
        text = inflate(body, MAX_PACK_TEXT_BYTES).decode("utf-8")
        first, *lines = text.split("\n")
        header = canonical.decode(first.encode("utf-8"))
    except (ContractError, UnicodeDecodeError) as error:
        raise PlacePackError(hint="not a text with a header") from error
    if not lines or lines.pop() != "":
        raise PlacePackError(hint="the last line does not end")
    return _pack(header, lines)


def _digest(body: bytes) -> bytes:
    return primitives.blake2b(body, size=_HASH_BYTES, person=PERSON_PLACES)


def _line(place: Place) -> bytes:
    region = "" if place.region is None else str(place.region)
    cells = [str(place.latitude), str(place.longitude), region, place.kind, *place.names]
    return "\t".join(cells).encode("utf-8")


def _pack(header: object, lines: list[str]) -> PlacePack:
    if not isinstance(header, dict) or set(header) != _FIELDS:
        raise PlacePackError(hint="not a header with the fields of the contract")
    if header["v"] is True or header["v"] != PACK_VERSION:
        raise PlacePackError(hint="another version")
    regions, count = header["regions"], header["places"]
    if not isinstance(regions, list) or len(regions) > MAX_PACK_REGIONS:
        raise PlacePackError(hint="check regions")
    if isinstance(count, bool) or not isinstance(count, int) or count != len(lines):
        raise PlacePackError(hint="another number of places than its header says")
    if not 1 <= count <= MAX_PACK_PLACES:
        raise PlacePackError(hint="too few or too many places")
    return PlacePack(
        _name(header["name"]),
        _day(header["made"]),
        tuple(_name(one) for one in regions),
        tuple(_place(line, len(regions)) for line in lines),
    )


def _place(line: str, regions: int) -> Place:
    cells = line.split("\t")
    if not _LEAST_CELLS <= len(cells) < _LEAST_CELLS + MAX_PACK_NAMES:
        raise PlacePackError(hint="a line with too few or too many names")
    latitude, longitude, region, kind, *names = cells
    if kind not in _KINDS:
        raise PlacePackError(hint="an unknown kind of place")
    return Place(
        _whole(latitude, -_MOST_LATITUDE, _MOST_LATITUDE),
        _whole(longitude, -_MOST_LONGITUDE, _MOST_LONGITUDE),
        None if region == "" else _whole(region, 0, regions - 1),
        kind,
        tuple(_name(one) for one in names),
    )


def _whole(cell: str, least: int, most: int) -> int:
    if not _WHOLE.fullmatch(cell) or not least <= int(cell) <= most:
        raise PlacePackError(hint="a number outside of its rule")
    return int(cell)


def is_place_name(value: object) -> bool:
    """Tell whether something is a name by the rules of a pack."""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_PACK_NAME_CHARACTERS:
        return False
    return not _HIDDEN.search(value) and value.strip(" ") == value


def _name(value: object) -> str:
    if not is_place_name(value):
        raise PlacePackError(hint="a name that is too long, or has characters that are not seen")
    return str(value)


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise PlacePackError(hint="made is not a day")
    return day
