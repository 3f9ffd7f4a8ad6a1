"""Make the invented country: its borders and where its towns lie.

Theory of operation: ``names.json`` is written by people and holds every name; this program gives
the areas their shape and the towns their place, always the same ones, and writes ``country.json``
and ``boundaries.topojson``. It needs nothing but Python. Run it from the project's root:

    python -m tools.demo.make_country
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.demo import mesh, noise, topology
from tools.demo.mesh import SEA, Cell, Point

HERE = Path(__file__).parent
ISLAND_AREA = "QZ11"

JsonObject = dict[str, Any]


def _cells_of(owners: Mapping[Cell, str], area: str) -> list[Cell]:
    return sorted(cell for cell, owner in owners.items() if owner == area)


def area_centre(cells: list[Cell]) -> Point:
    """Give the mean place of an area's cells, moved to the nearest of them."""
    points = [mesh.centre(cell) for cell in cells]
    mean = (
        math.fsum(x for x, _ in points) / len(points),
        math.fsum(y for _, y in points) / len(points),
    )
    return min(points, key=lambda point: math.dist(point, mean))


def sites(cells: list[Cell], owners: Mapping[Cell, str], kind: str) -> list[Cell]:
    """List the cells where a town of this kind may stand.

    Args:
        cells: The area's cells.
        owners: The whole map.
        kind: ``centre`` | ``coast`` | ``border`` | ``inland``.

    Returns:
        Cells; all of the area's where no cell fits, as on a small islet.
    """
    around = {cell: {owners.get(near, SEA) for near in mesh.neighbours(cell)} for cell in cells}
    own, middle = owners[cells[0]], area_centre(cells)
    fits = {
        "centre": [cell for cell in cells if mesh.centre(cell) == middle],
        "coast": [cell for cell in cells if SEA in around[cell]],
        "border": [cell for cell in cells if mesh.ABROAD in around[cell]],
        "inland": [cell for cell in cells if around[cell] == {own}],
    }[kind]
    return fits or cells


def place_towns(towns: list[JsonObject], owners: Mapping[Cell, str]) -> dict[str, Point]:
    """Spread the towns of each area, each new one far from those before it.

    Args:
        towns: Settlements of ``names.json`` with ``id``, ``area`` and ``site``.
        owners: The whole map.

    Returns:
        Town id to (longitude, latitude) in degrees.
    """
    placed: dict[str, Point] = {}
    for number, town in enumerate(towns):
        cells = _cells_of(owners, town["area"])
        taken = [placed[other["id"]] for other in towns[:number]]

        def room(cell: Cell, taken: list[Point] = taken, number: int = number) -> float:
            gap = min((math.dist(mesh.centre(cell), point) for point in taken), default=0.0)
            return gap * (0.6 + 0.4 * noise.unit(mesh.SEED, number, *cell))

        x, y = mesh.centre(max(sites(cells, owners, town["site"]), key=room))
        nudge = mesh.SIDE_DEGREES / 3
        placed[town["id"]] = (
            round(x + nudge * noise.signed(mesh.SEED, 7, number), 4),
            round(y + nudge * noise.signed(mesh.SEED, 8, number), 4),
        )
    return placed


def boundaries(names: JsonObject, owners: Mapping[Cell, str]) -> JsonObject:
    """Build the TopoJSON of the areas and of the neighbour country."""
    arcs = topology.trace_arcs(topology.border_edges(owners))
    lines = [
        topology.gridded(topology.smoothed([mesh.corner_point(c) for c in arc.corners]))
        for arc in arcs
    ]
    areas = [
        _geometry(topology.rings_of(area["pcode"], arcs), _area_properties(names, area))
        for area in names["areas"]
    ]
    abroad = names["neighbours"][0]
    beyond = _geometry(
        topology.rings_of(mesh.ABROAD, arcs), {"iso_a2": abroad["code"], **_labels(abroad["name"])}
    )
    return {
        "type": "Topology",
        "transform": {"scale": [topology.GRID_DEGREES] * 2, "translate": list(topology.ORIGIN)},
        "objects": {
            "admin1": {"type": "GeometryCollection", "geometries": areas},
            "neighbours": {"type": "GeometryCollection", "geometries": [beyond]},
        },
        "arcs": [topology.delta_coded(line) for line in lines],
    }


def _geometry(rings: list[list[int]], properties: JsonObject) -> JsonObject:
    return {
        "type": "MultiPolygon",
        "properties": properties,
        "arcs": [[ring] for ring in rings],
    }


def _labels(name: Mapping[str, str]) -> dict[str, str]:
    return {"name": name["en"], "name_fr": name["fr"], "name_ar": name["ar"]}


def _area_properties(names: JsonObject, area: JsonObject) -> JsonObject:
    return {
        "iso_3166_2": area["iso_3166_2"],
        "pcode": area["pcode"],
        "adm0_a3": names["adm0_a3"],
        "iso_a2": names["code"],
        **_labels(area["name"]),
    }


def country(names: JsonObject, owners: Mapping[Cell, str]) -> JsonObject:
    """Add places to the names: a centre for each area, a point for each town."""
    towns = place_towns(names["settlements"], owners)
    made = dict(names)
    made["areas"] = []
    for area in names["areas"]:
        x, y = area_centre(_cells_of(owners, area["pcode"]))
        kept = {key: value for key, value in area.items() if key != "seed"}
        made["areas"].append({**kept, "lat": round(y, 4), "lon": round(x, 4)})
    made["settlements"] = [
        {**town, "lat": towns[town["id"]][1], "lon": towns[town["id"]][0]}
        for town in names["settlements"]
    ]
    return made


def main() -> None:
    """Write ``country.json`` and ``boundaries.topojson`` beside this file."""
    names = json.loads((HERE / "names.json").read_text(encoding="utf-8"))
    seeds = {area["pcode"]: (area["seed"][0], area["seed"][1]) for area in names["areas"]}
    owners = mesh.label_cells(seeds, ISLAND_AREA)
    made = json.dumps(country(names, owners), ensure_ascii=False, indent=1)
    (HERE / "country.json").write_text(made + "\n", encoding="utf-8")
    shapes = json.dumps(boundaries(names, owners), ensure_ascii=False, separators=(",", ":"))
    (HERE / "boundaries.topojson").write_text(shapes + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
