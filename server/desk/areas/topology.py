"""From TopoJSON or GeoJSON to plain polygons.

Theory of operation: TopoJSON keeps every border once, as an arc of steps on an integer grid. A ring
is a list of arc numbers, ``~i`` being arc ``i`` walked backwards; the last point of one arc is the
first of the next and is written once. GeoJSON carries the rings themselves. Both come out as the
same shape: polygons of rings of (longitude, latitude) in degrees, outer ring first.

Spec: TopoJSON 1.0; RFC 7946.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from server.desk.areas.errors import AreasError

Point = tuple[float, float]
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]
Feature = tuple[Mapping[str, Any], tuple[Polygon, ...]]

LAYER_NAME = "admin1"


def read_features(document: Mapping[str, Any]) -> Iterator[Feature]:
    """Yield the areas of a boundary file.

    Args:
        document: Parsed TopoJSON with an object named ``admin1``, or a GeoJSON FeatureCollection.

    Yields:
        Properties and polygons, in file order.

    Raises:
        AreasError: When the document is neither, or is damaged.
    """
    readers = {"Topology": _topojson_features, "FeatureCollection": _geojson_features}
    reader = readers.get(str(document.get("type")))
    if reader is None:
        raise AreasError("a boundary file is TopoJSON or a GeoJSON FeatureCollection")
    try:
        yield from reader(document)
    except (KeyError, IndexError, TypeError, ValueError) as damage:
        raise AreasError(
            "the boundary file is damaged: a ring or an arc cannot be read"
        ) from damage


def _topojson_features(document: Mapping[str, Any]) -> Iterator[Feature]:
    arcs = [tuple(_absolute(arc, document.get("transform"))) for arc in document["arcs"]]
    for geometry in document["objects"][LAYER_NAME]["geometries"]:
        shapes = geometry.get("arcs", [])
        polygons = [shapes] if geometry["type"] == "Polygon" else shapes
        yield (
            geometry.get("properties", {}),
            tuple(tuple(_joined(ring, arcs) for ring in polygon) for polygon in polygons),
        )


def _absolute(
    arc: Sequence[Sequence[float]], transform: Mapping[str, Any] | None
) -> Iterator[Point]:
    """Undo the step coding of one arc."""
    if transform is None:
        yield from ((float(x), float(y)) for x, y in arc)
        return
    (scale_x, scale_y), (origin_x, origin_y) = transform["scale"], transform["translate"]
    x = y = 0.0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield (x * scale_x + origin_x, y * scale_y + origin_y)


def _joined(numbers: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    return tuple(points)


def _geojson_features(document: Mapping[str, Any]) -> Iterator[Feature]:
    for feature in document["features"]:
        geometry = feature["geometry"]
        shapes = geometry["coordinates"]
        polygons = [shapes] if geometry["type"] == "Polygon" else shapes
        yield (
            feature.get("properties") or {},
            tuple(
                tuple(tuple((float(x), float(y)) for x, y, *_ in ring) for ring in polygon)
                for polygon in polygons
            ),
        )
