"""The small map beside a report: the country's areas, the one it speaks of, and the point.

Theory of operation: the picture is made on the desk from the bundled outlines, as SVG, so that it
works with no network and no script. A point is drawn only where the report gives one, and with a
ring as wide as its precision allows to claim.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas.domain.report import Place
from schemas.domain.vocabulary import PlacePrecision
from server.desk.areas.layer import Area, Layer
from server.desk.areas.outline import Projection, fit, path
from server.desk.triage.whereabouts import area_of, coordinates

WIDTH: Final = 320
HEIGHT: Final = 200
RING_UNITS: Final = {
    PlacePrecision.POINT: 4.0,
    PlacePrecision.SETTLEMENT: 8.0,
    PlacePrecision.ADMIN2: 16.0,
    PlacePrecision.ADMIN1: 26.0,
}
"""Radius of the ring around a point, in view units: a mark of doubt, not a measured distance."""


@dataclass(frozen=True, slots=True, repr=False)
class PlaceMap:
    """A drawing of where a report speaks of.

    Attributes:
        others: Outlines of the country's other areas, as SVG paths.
        own: Outline of the area, or empty.
        point: View coordinates and ring radius, or None.
    """

    area: Area
    others: tuple[str, ...]
    own: str
    point: tuple[float, float, float] | None

    def __repr__(self) -> str:
        """Hide the place."""
        return "<PlaceMap>"


def place_map(place: Place | None, layer: Layer) -> PlaceMap | None:
    """Draw a place, or give None where no area is known."""
    area = area_of(place, layer)
    if place is None or area is None:
        return None
    country = layer.country(area.country) or (area,)
    projection = fit(country, WIDTH, HEIGHT)
    point = _point(place, projection)
    others = tuple(path(other, projection) for other in country if other.code != area.code)
    return PlaceMap(area, others, path(area, projection), point)


@dataclass(frozen=True, slots=True, repr=False)
class PlacesMap:
    """A drawing of all the places that the reports of one incident speak of.

    Attributes:
        areas: That are spoken of, in the order of their codes.
        others: Outlines of the country's other areas, as SVG paths.
        own: Outlines of the areas spoken of.
        points: View coordinates and ring radius of each exact place.
        missing: Reports that name no place of this country.
    """

    areas: tuple[Area, ...]
    others: tuple[str, ...]
    own: tuple[str, ...]
    points: tuple[tuple[float, float, float], ...]
    missing: int

    def __repr__(self) -> str:
        """Hide the places."""
        return "<PlacesMap>"


def places_map(places: Sequence[Place | None], layer: Layer) -> PlacesMap | None:
    """Draw the places of several reports in the country most of them speak of.

    Args:
        places: One for each report.
        layer: The desk's boundaries.

    Returns:
        The drawing, or None where no report names an area.
    """
    known = [(place, area) for place in places if place and (area := area_of(place, layer))]
    if not known:
        return None
    by_country = Counter(area.country for _, area in known)
    chosen = max(sorted(by_country), key=lambda code: by_country[code])
    here = [(place, area) for place, area in known if area.country == chosen]
    areas = {area.code: area for _, area in here}
    country = layer.country(chosen) or tuple(areas.values())
    projection = fit(country, WIDTH, HEIGHT)
    points = (_point(place, projection) for place, _ in here)
    return PlacesMap(
        areas=tuple(areas[code] for code in sorted(areas)),
        others=tuple(path(area, projection) for area in country if area.code not in areas),
        own=tuple(path(areas[code], projection) for code in sorted(areas)),
        points=tuple(point for point in points if point is not None),
        missing=len(places) - len(here),
    )


def _point(place: Place, projection: Projection) -> tuple[float, float, float] | None:
    """Give where a place lies in the view, and how wide its mark of doubt is."""
    latitude, longitude = coordinates(place)
    if latitude is None or longitude is None:
        return None
    ring = RING_UNITS[place.precision or PlacePrecision.SETTLEMENT]
    return (*projection.point(longitude, latitude), ring)
