"""The small map beside a report: the country's areas, the one it speaks of, and the point.

Theory of operation: the picture is made on the desk from the bundled outlines, as SVG, so that it
works with no network and no script. A point is drawn only where the report gives one, and with a
ring as wide as its precision allows to claim.
"""

from dataclasses import dataclass
from typing import Final

from schemas.domain.report import Place
from schemas.domain.vocabulary import PlacePrecision
from server.desk.areas.layer import Area, Layer
from server.desk.areas.outline import fit, path
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
    latitude, longitude = coordinates(place)
    point = None
    if latitude is not None and longitude is not None:
        ring = RING_UNITS[place.precision or PlacePrecision.SETTLEMENT]
        point = (*projection.point(longitude, latitude), ring)
    others = tuple(path(other, projection) for other in country if other.code != area.code)
    return PlaceMap(area, others, path(area, projection), point)
