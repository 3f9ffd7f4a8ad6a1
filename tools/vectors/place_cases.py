"""Packs of places: what is read, and what is refused."""

from datetime import date
from functools import partial

from schemas.bundle.place_pack import Place, PlacePack, read_place_pack, write_place_pack
from schemas.constants import (
    MAX_PACK_NAME_CHARACTERS,
    MAX_PACK_NAMES,
    MAX_PACK_TEXT_BYTES,
    PERSON_PLACES,
    PLACES_MAGIC,
)
from schemas.envelope import primitives
from schemas.envelope.padding import deflate
from schemas.wire import canonical
from tools.vectors.case import Case, bad, flipped, good, must_refuse

_ARABIC = "\u062a\u0645\u0628\u0648\u0631\u0627\u0644"
_TAMBORAL = Place(-159309, 800527, 0, "s", ("Tamboral", _ARABIC))
_DISTRICT = Place(0, -1, None, "d", ("S\u00e9lame",))
_EDGES = Place(900000, -1800000, 1, "s", tuple("n" * 80 for _ in range(MAX_PACK_NAMES)))
_LINE = "-159309\t800527\t0\ts\tTamboral"


def _pack(*places: Place) -> bytes:
    regions = ("Selame", "Orzane")
    return write_place_pack(PlacePack("Tarvane", date(2026, 11, 28), regions, places))


def _around(text: bytes) -> bytes:
    """Put a text into a file whose hash is right."""
    body = deflate(text)
    digest = primitives.blake2b(body, size=32, person=PERSON_PLACES)
    return PLACES_MAGIC.encode("ascii") + digest + body


def _file(*lines: str, end: str = "\n", **change: object) -> bytes:
    """Write a pack with some fields of its header changed."""
    header = {
        "v": 1,
        "name": "Tarvane",
        "made": "2026-11-28",
        "regions": ["Selame"],
        "places": len(lines),
        **change,
    }
    first = canonical.encode({name: item for name, item in header.items() if item is not ...})
    return _around(first + b"\n" + "\n".join(lines).encode("utf-8") + end.encode("ascii"))


def _refused() -> dict[str, bytes]:
    whole = _pack(_TAMBORAL)
    other = {"no bytes": b"", "a bundle": b"TOCSINB1" + whole[8:], "half of the magic": whole[:4]}
    damaged = {
        "nothing behind the magic": whole[:8],
        "a file that was cut": whole[:-1],
        "a byte behind the end": whole + b"\0",
        "a bit of the hash turned over": flipped(whole, 8),
        "a bit of the body turned over": flipped(whole, -1),
        "a text that expands too far": _around(b"\n" * (MAX_PACK_TEXT_BYTES + 1)),
        "no text": _around(b""),
        "a text that is no UTF-8": _around(b"{}\n\xff\n"),
        "a header that is not canonical": _around(b' {"v":1}\n' + _LINE.encode() + b"\n"),
        **_wrong_headers(),
        **_wrong_lines(),
    }
    return {**other, **damaged}


def _wrong_headers() -> dict[str, bytes]:
    return {
        "format 2": _file(_LINE, v=2),
        "true for a version": _file(_LINE, v=True),
        "an unknown field": _file(_LINE, w=1),
        "no name": _file(_LINE, name=...),
        "an empty name": _file(_LINE, name=""),
        "a day that is none": _file(_LINE, made="2026-02-30"),
        "a moment for a day": _file(_LINE, made="2026-11-28T00:00:00Z"),
        "regions that are no list": _file(_LINE, regions={}),
        "a region that is a number": _file(_LINE, regions=[1]),
        "one place more than there are": _file(_LINE, places=2),
        "one place fewer than there are": _file(_LINE, _LINE, places=1),
        "no places": _file(places=0, end=""),
        "true for one place": _file(_LINE, places=True),
    }


def _wrong_lines() -> dict[str, bytes]:
    lines = {
        "an empty line": "",
        "a line without a name": "-159309\t800527\t0\ts",
        "a line with nine names": _LINE + "\tn" * MAX_PACK_NAMES,
        "a latitude beyond the pole": "900001\t0\t0\ts\tTamboral",
        "a longitude beyond the date line": "0\t-1800001\t0\ts\tTamboral",
        "a latitude with a point": "-15.9309\t0\t0\ts\tTamboral",
        "a latitude with a plus": "+1\t0\t0\ts\tTamboral",
        "a latitude with a leading zero": "01\t0\t0\ts\tTamboral",
        "minus zero": "-0\t0\t0\ts\tTamboral",
        "Arabic digits": "\u0661\t0\t0\ts\tTamboral",
        "an unknown region": "0\t0\t1\ts\tTamboral",
        "a region before the first": "0\t0\t-1\ts\tTamboral",
        "an unknown kind": "0\t0\t0\tp\tTamboral",
        "an empty name in a line": _LINE + "\t",
        "a name of 81 characters": "0\t0\t0\ts\t" + "n" * (MAX_PACK_NAME_CHARACTERS + 1),
        "a name with a carriage return": _LINE + "\r",
        "a name that turns the text around": _LINE + "\u202e",
        "a name with a space in front": "0\t0\t0\ts\t Tamboral",
    }
    files = {name: _file(line) for name, line in lines.items()}
    return {**files, "a last line without an end": _file(_LINE, end="")}


def place_cases() -> list[Case]:
    """List the cases of places.json."""
    rows = {
        "one settlement with an Arabic name": _pack(_TAMBORAL),
        "settlement, district, and the edges": _pack(_TAMBORAL, _DISTRICT, _EDGES),
        "no regions": _file("0\t0\t\ts\tTamboral", regions=[]),
        "letters beyond the first plane": _file("0\t0\t\ts\t" + "\U0001e900" * 80),
    }
    cases = []
    for name, data in rows.items():
        out = out_of(read_place_pack(data))
        cases.append(good(name, "read", {"bytes": data.hex()}, out))
    for name, data in _refused().items():
        slug = must_refuse(partial(read_place_pack, data))
        cases.append(bad(name, "read", {"bytes": data.hex()}, slug))
    return cases


def out_of(pack: PlacePack) -> dict[str, object]:
    """Write a pack as the fields that both languages give."""
    places = [
        [place.latitude, place.longitude, place.region, place.kind, list(place.names)]
        for place in pack.places
    ]
    return {
        "name": pack.name,
        "made": pack.made.isoformat(),
        "regions": list(pack.regions),
        "places": places,
    }
