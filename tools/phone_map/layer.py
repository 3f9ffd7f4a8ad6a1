"""The desk's boundary layer as the phone's map needs it: areas in order, borders with both sides.

Theory of operation: TopoJSON keeps each border once. Here each border also says which area lies on
its left and which on its right, so that a point is found by one walk over all borders and no ring
is kept. Islands that are small beside their area's mainland are left out; an area keeps its largest
part always.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

Point = tuple[float, float]
Polygon = Sequence[Sequence[int]]

LEAST_SHARE: Final = 0.1
"""An island under a tenth of its area is smaller than a finger on a phone's screen."""
UNINHABITED: Final = frozenset({"ATA", "KAS"})
"""Antarctica, and a glacier that two countries claim: nobody lives there to report."""
LISTED_UNDER: Final = {
    "CYN": "CY",
    "ESB": "CY",
    "IOA": "CX",
    "KAB": "KZ",
    "SOL": "SO",
    "WSB": "CY",
}
"""Areas without a country of their own in ISO 3166-1, and the entry of it that holds their land."""
CODE: Final = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,13}")
"""What a report may say of an area (docs/spec/report.md, `area`) and ISO 3166-2 means."""


@dataclass(frozen=True)
class Area:
    """One first-level area.

    Attributes:
        country: ISO 3166-1 alpha-2.
        code: ISO 3166-2, or empty where the layer has none that a report may hold.
        names: Language to name; ``""`` holds the name in the area's own country.
        size: Square degrees.
    """

    country: str
    code: str
    names: Mapping[str, str]
    size: float


@dataclass(frozen=True)
class Border:
    """A line between two areas, or between one and the sea or a country that is not drawn.

    Attributes:
        left: Index of the area to the left of the way, or None.
        right: Index of the area to the right, or None.
        points: (longitude, latitude) in degrees; the first is the last where it goes round.
    """

    left: int | None
    right: int | None
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Layer:
    """Areas sorted by country and code, and the borders between them."""

    areas: tuple[Area, ...]
    borders: tuple[Border, ...]


def read_layer(path: Path) -> Layer:
    """Read a boundary file.

    Args:
        path: TopoJSON with an object ``admin1``, as the desk ships it.
    """
    document = json.loads(path.read_text("utf-8"))
    arcs = [tuple(_absolute(arc, document["transform"])) for arc in document["arcs"]]
    found = [
        (_area(geometry["properties"], polygons, arcs), polygons)
        for geometry in document["objects"]["admin1"]["geometries"]
        if geometry["properties"]["adm0_a3"] not in UNINHABITED
        for polygons in [_polygons(geometry)]
    ]
    found.sort(key=lambda one: (one[0].country, one[0].code, one[0].names[""]))
    return Layer(tuple(area for area, _ in found), tuple(_borders(found, arcs)))


def _polygons(geometry: Mapping[str, Any]) -> Sequence[Polygon]:
    shapes: Any = geometry["arcs"]
    return [shapes] if geometry["type"] == "Polygon" else shapes


def _absolute(arc: Sequence[Sequence[int]], transform: Mapping[str, Any]) -> Iterator[Point]:
    (scale_x, scale_y), (origin_x, origin_y) = transform["scale"], transform["translate"]
    x = y = 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield (x * scale_x + origin_x, y * scale_y + origin_y)


def _area(
    properties: Mapping[str, str], polygons: Sequence[Polygon], arcs: Sequence[Sequence[Point]]
) -> Area:
    code = properties["iso_3166_2"]
    match = CODE.fullmatch(code)
    listed = LISTED_UNDER.get(properties["adm0_a3"], properties["iso_a2"])
    names = {key[5:]: name for key, name in properties.items() if key.startswith("name_")}
    return Area(
        country=match.group(1) if match else listed,
        code=match.group(0) if match else "",
        names={"": properties.get("name", ""), **names},
        size=sum(_size(polygon, arcs) for polygon in polygons),
    )


def _size(polygon: Polygon, arcs: Sequence[Sequence[Point]]) -> float:
    """Measure a polygon's outer ring, in square degrees."""
    ring: list[Point] = []
    for number in polygon[0]:
        ring.extend(arcs[number] if number >= 0 else arcs[~number][::-1])
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


def _borders(
    found: Sequence[tuple[Area, Sequence[Polygon]]], arcs: Sequence[tuple[Point, ...]]
) -> Iterator[Border]:
    """Give each arc that is still used its two sides; rings run with their inside to the left."""
    sides: dict[int, dict[bool, int]] = {}
    for index, (area, polygons) in enumerate(found):
        sizes = [_size(polygon, arcs) for polygon in polygons]
        for polygon, size in zip(polygons, sizes, strict=True):
            if size < max(sizes) and size < LEAST_SHARE * area.size:
                continue
            for number in (number for ring in polygon for number in ring):
                sides.setdefault(max(number, ~number), {})[number >= 0] = index
    for number, pair in sorted(sides.items()):
        yield Border(pair.get(True), pair.get(False), arcs[number])
