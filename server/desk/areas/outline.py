"""A country drawn as SVG paths in a view of fixed size.

Theory of operation: a country is small on the globe, so the equirectangular projection scaled by
the cosine of its middle latitude is true enough for a thematic map. Islands far away would shrink
the rest, so the frame is the box of the areas' larger parts; the world's date line is crossed by
moving western longitudes east when a country spans it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.desk.areas.layer import Area
from server.desk.areas.topology import Point, Ring

MARGIN = 12.0
"""View units left free around the country, so that a focus ring is not cut."""

HALF_GLOBE_DEGREES = 180.0
MOST_CORNERS = 400
"""A ring of more corners costs bytes that a screen cannot show."""


@dataclass(frozen=True, slots=True)
class Projection:
    """From degrees to view units, y downwards."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    offset_x: float
    offset_y: float
    crosses_date_line: bool

    def point(self, longitude: float, latitude: float) -> Point:
        """Place a point in the view."""
        if self.crosses_date_line and longitude < 0:
            longitude += 2 * HALF_GLOBE_DEGREES
        return (
            round(self.offset_x + (longitude - self.west) * self.scale_x, 1),
            round(self.offset_y + (self.north - latitude) * self.scale_y, 1),
        )


def fit(areas: Sequence[Area], width: float, height: float) -> Projection:
    """Choose the projection that shows these areas in a view.

    Args:
        areas: At least one.
        width: View units.
        height: View units.
    """
    points = [p for area in areas for polygon in area.polygons for p in polygon[0]]
    crosses = max(x for x, _ in points) - min(x for x, _ in points) > HALF_GLOBE_DEGREES
    xs = [x + 2 * HALF_GLOBE_DEGREES if crosses and x < 0 else x for x, _ in points]
    ys = [y for _, y in points]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    squeeze = max(0.1, math.cos(math.radians((south + north) / 2)))
    span_x, span_y = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min((width - 2 * MARGIN) / span_x, (height - 2 * MARGIN) / span_y)
    return Projection(
        west=west,
        north=north,
        scale_x=scale * squeeze,
        scale_y=scale,
        offset_x=(width - span_x * scale) / 2,
        offset_y=(height - span_y * scale) / 2,
        crosses_date_line=crosses,
    )


def path(area: Area, projection: Projection) -> str:
    """Write an area's outline as the ``d`` of an SVG path."""
    rings = (ring for polygon in area.polygons for ring in polygon)
    return "".join(_ring_path(ring, projection) for ring in rings)


def _ring_path(ring: Ring, projection: Projection) -> str:
    # A ring is thinned in view units: a corner nearer than half a unit to the last is not seen.
    kept: list[Point] = []
    for longitude, latitude in ring:
        x, y = projection.point(longitude, latitude)
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _step(len(ring)):
            kept.append((x, y))
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z" if len(kept) > 2 else ""  # noqa: PLR2004 - two points enclose nothing


def _step(corners: int) -> float:
    return 0.6 if corners <= MOST_CORNERS else 1.2


def graduated_radius(count: int, largest: int, most_units: float) -> float:
    """Size a point so that its surface, not its width, speaks of the count.

    Args:
        count: 0 or more.
        largest: The largest count on the map.
        most_units: Radius of the largest.
    """
    return round(most_units * math.sqrt(count / largest), 1) if largest > 0 else 0.0
