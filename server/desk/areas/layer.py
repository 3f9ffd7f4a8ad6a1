"""Areas by code and by place.

Theory of operation: a layer is a set of first-level administrative areas. The world's layer ships
with the desk; a desk may lay its own boundary file over it, and then a country that the file draws
is taken from the file alone. A place is looked up by ray casting inside the areas whose bounding
box holds it. Nothing here says where a border ought to run.

Source: the shipped layer is Natural Earth (public domain), simplified; see docs/adr/0031.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

from server.desk.areas.errors import AreasError
from server.desk.areas.topology import Feature, Point, Polygon, Ring, read_features

WORLD_LAYER = Path(__file__).parent.parent / "static" / "maps" / "admin1.topojson"

CELL_DEGREES = 5
"""A cell holds some ten areas, so that a million places are found in seconds, not in hours."""
SHORTEST_RING = 4
"""Three corners and the first again; shorter rings enclose nothing."""


@dataclass(frozen=True)
class Area:
    """One first-level area of a country.

    Attributes:
        code: ISO 3166-2 code where there is one, else the P-code.
        pcode: P-code, or empty.
        country: Three-letter country code.
        names: Language to name; ``""`` holds the name used when a language has none.
        polygons: Rings of (longitude, latitude) in degrees.
    """

    code: str
    pcode: str
    country: str
    names: Mapping[str, str]
    polygons: tuple[Polygon, ...] = field(repr=False)

    def name(self, lang: str = "") -> str:
        """Name the area in a language, or as its own country writes it."""
        return self.names.get(lang) or self.names.get("") or self.code

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        points = [point for polygon in self.polygons for point in polygon[0]]
        longitudes = [x for x, _ in points]
        latitudes = [y for _, y in points]
        return (min(longitudes), min(latitudes), max(longitudes), max(latitudes))

    def holds(self, longitude: float, latitude: float) -> bool:
        """Tell whether a place lies inside the area."""
        west, south, east, north = self.bounds
        if not (west <= longitude <= east and south <= latitude <= north):
            return False
        return any(_inside(polygon, longitude, latitude) for polygon in self.polygons)

    @cached_property
    def centre(self) -> Point:
        """A point for a mark: the centroid of the largest polygon (longitude, latitude)."""
        largest = max((polygon[0] for polygon in self.polygons), key=lambda ring: abs(_area(ring)))
        return _centroid(largest)


class Layer:
    """Areas that can be asked for by code, by country and by place."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Index the areas.

        Args:
            areas: One per code.
        """
        self.areas = tuple(areas)
        self._by_code = {area.code: area for area in self.areas}
        self._by_code |= {area.pcode: area for area in self.areas if area.pcode}

    def area(self, code: str) -> Area | None:
        """Find an area by ISO 3166-2 code or P-code."""
        return self._by_code.get(code)

    def country(self, country: str) -> tuple[Area, ...]:
        """List the areas of a country (three-letter code), in name order."""
        own = (area for area in self.areas if area.country == country)
        return tuple(sorted(own, key=lambda area: area.name()))

    def countries(self) -> frozenset[str]:
        """List the three-letter codes that the layer draws."""
        return frozenset(area.country for area in self.areas)

    def locate(self, longitude: float, latitude: float) -> Area | None:
        """Find the area that holds a place, or None at sea.

        Args:
            longitude: Degrees, -180 to 180.
            latitude: Degrees, -90 to 90.
        """
        cell = (int(longitude // CELL_DEGREES), int(latitude // CELL_DEGREES))
        near = self._by_cell.get(cell, ())
        return next((area for area in near if area.holds(longitude, latitude)), None)

    @cached_property
    def _by_cell(self) -> Mapping[tuple[int, int], Sequence[Area]]:
        """Sort the areas into the cells of a coarse grid that their boxes touch."""
        cells: dict[tuple[int, int], list[Area]] = {}
        for area in self.areas:
            west, south, east, north = (int(side // CELL_DEGREES) for side in area.bounds)
            for column in range(west, east + 1):
                for row in range(south, north + 1):
                    cells.setdefault((column, row), []).append(area)
        return cells

    def over(self, base: "Layer") -> "Layer":
        """Lay this layer over another: a country drawn here is not taken from there."""
        own = self.countries()
        return Layer([*self.areas, *(area for area in base.areas if area.country not in own)])


@cache
def world() -> Layer:
    """Read the layer that ships with the desk, once."""
    return load_layer(WORLD_LAYER)


@cache
def desk_layer(folder: Path) -> Layer:
    """Read the world with a desk's own boundary files over it, once.

    Args:
        folder: Where a desk keeps ``*.topojson`` and ``*.geojson``; may be missing.
    """
    layer = world()
    for path in sorted([*folder.glob("*.topojson"), *folder.glob("*.geojson")]):
        layer = load_layer(path).over(layer)
    return layer


def load_layer(path: Path) -> Layer:
    """Read a boundary file.

    Args:
        path: TopoJSON or GeoJSON, UTF-8.

    Raises:
        AreasError: When it cannot be read as one.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as failure:
        raise AreasError(f"cannot read the boundary file {path.name}") from failure
    if not isinstance(document, dict):
        raise AreasError(f"the boundary file {path.name} is neither TopoJSON nor GeoJSON")
    return Layer(_areas(read_features(document)))


def _areas(features: Iterable[Feature]) -> list[Area]:
    """Make areas, joining features that share a code (an area drawn in several parts)."""
    merged: dict[str, Area] = {}
    for properties, polygons in features:
        area = _area_of(properties, polygons)
        if area is None:
            continue
        held = merged.get(area.code)
        if held is not None:
            area = replace(held, polygons=held.polygons + area.polygons)
        merged[area.code] = area
    return list(merged.values())


def _area_of(properties: Mapping[str, object], polygons: tuple[Polygon, ...]) -> Area | None:
    """Read one feature; None where it has no code or no land."""
    pcode = str(properties.get("pcode") or "")
    code = str(properties.get("iso_3166_2") or "") or pcode
    kept = tuple(polygon for polygon in polygons if polygon and len(polygon[0]) >= SHORTEST_RING)
    if not code or not kept:
        return None
    names = {
        key.removeprefix("name").removeprefix("_"): str(value)
        for key, value in properties.items()
        if (key == "name" or key.startswith("name_")) and value
    }
    return Area(code, pcode, str(properties.get("adm0_a3") or ""), names, kept)


def _inside(polygon: Polygon, x: float, y: float) -> bool:
    """Even-odd rule over all rings, so that a hole is outside."""
    inside = False
    for ring in polygon:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def _area(ring: Ring) -> float:
    pairs = pairwise(ring)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def _centroid(ring: Ring) -> Point:
    area = _area(ring)
    if area == 0:
        return ring[0]
    pairs = list(pairwise(ring))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (6 * area)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (6 * area)
    return (x, y)
