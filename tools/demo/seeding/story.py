"""Read the demonstration's content as typed things, placed in time before a given moment."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from schemas.constants import COORDINATE_SCALE
from schemas.domain.report import Observed, Place
from schemas.domain.vocabulary import Category, PlacePrecision, Source, TimePrecision

HERE: Final = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo to be drawn."""

    kind: str
    seed: int
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """One report of the story, before it is sealed, with what the desk's people make of it."""

    ref: str
    device: str
    written_at: datetime
    observed: Observed
    category: Category
    source: Source
    lang: str
    text: str
    place: Place
    picture: Picture | None
    indicators: tuple[str, ...]
    duplicate_of: str | None
    campaign: str | None
    is_coded: bool
    admiralty: str | None


def read_lines(name: str) -> list[dict[str, Any]]:
    """Read one JSON object a line."""
    return [json.loads(line) for line in _text(name).splitlines() if line]


def read_json(name: str) -> Any:  # noqa: ANN401 - our own data files, checked by tools/demo/check.py
    """Read a JSON file of the demonstration."""
    return json.loads(_text(name))


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def tell(base: datetime) -> list[Told]:
    """Place every report in the year before a moment, oldest first.

    Args:
        base: Aware; the moment the demonstration's "now" is.
    """
    midnight = base.replace(hour=0, minute=0, second=0, microsecond=0)
    told = [
        _told(line, midnight, lambda moment: min(moment, base))
        for line in read_lines("reports.jsonl")
    ]
    return sorted(told, key=lambda one: (one.written_at, one.ref))


def _told(line: dict[str, Any], midnight: datetime, clamp: Callable[[datetime], datetime]) -> Told:
    written = clamp(
        midnight - timedelta(days=line["days_before_now"]) + timedelta(hours=line["hour"])
    )
    observed = min(
        midnight - timedelta(days=line["observed_days_before_now"]) + timedelta(hours=line["hour"]),
        written,
    )
    gold, picture = line["gold"], line["attachment"]
    return Told(
        ref=line["ref"],
        device=line["author"],
        written_at=written,
        observed=Observed(observed, TimePrecision(line["observed_precision"])),
        category=Category(line["category"]),
        source=Source(line["source"]),
        lang=line["language"],
        text=line["text"],
        place=_place(line),
        picture=Picture(picture["kind"], picture["seed"], picture["name"]) if picture else None,
        indicators=tuple(gold["indicators"]),
        duplicate_of=gold["duplicate_of"],
        campaign=gold["campaign"],
        is_coded=line["coded"],
        admiralty=line["admiralty"],
    )


def _place(line: dict[str, Any]) -> Place:
    lat, lon = line["lat"], line["lon"]
    return Place(
        text=line["place_text"],
        lat_e5=round(lat * COORDINATE_SCALE) if lat is not None else None,
        lon_e5=round(lon * COORDINATE_SCALE) if lon is not None else None,
        precision=PlacePrecision(line["place_precision"]),
        area=line["area"],
    )
