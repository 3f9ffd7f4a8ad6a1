"""Which area a report speaks of, by the desk's own boundaries."""

from typing import Final

from schemas.constants import COORDINATE_SCALE
from schemas.domain.report import Place
from server.desk.areas.layer import Area, Layer, desk_layer
from server.desk.context import desk_config

BOUNDARIES_FOLDER: Final = "boundaries"


def coordinates(place: Place | None) -> tuple[float | None, float | None]:
    """Give latitude and longitude in degrees, or twice None."""
    if place is None or place.lat_e5 is None or place.lon_e5 is None:
        return None, None
    return place.lat_e5 / COORDINATE_SCALE, place.lon_e5 / COORDINATE_SCALE


def area_of(place: Place | None, layer: Layer) -> Area | None:
    """Find the area a place lies in: by its code if it names one, else by its point."""
    if place is None:
        return None
    if place.area:
        named = layer.area(place.area)
        if named is not None:
            return named
    latitude, longitude = coordinates(place)
    if latitude is None or longitude is None:
        return None
    return layer.locate(longitude, latitude)


def layer_of_desk() -> Layer:
    """Give the areas of the running desk: the world, with its own boundary files over it."""
    return desk_layer(desk_config().home / BOUNDARIES_FOLDER)
