"""Read ``boundaries.topojson`` and judge its geometry.

Theory of operation: arcs are delta-coded grid steps; a ring is a chain of arcs whose shared ends
are written once. Crossings are looked for arc by arc on the grid, where arithmetic is exact: two
pieces of line may meet only where they share an end.

Spec: TopoJSON 1.0; RFC 7946, section 3.1.6.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Step = tuple[int, int]
Piece = tuple[Step, Step]

TILE = 200  # grid steps to a tile when looking for crossings: about 10 km


@dataclass(frozen=True, slots=True)
class Topology:
    """A TopoJSON file with its arcs as absolute grid points."""

    arcs: tuple[tuple[Step, ...], ...]
    scale: Point
    origin: Point
    objects: dict[str, list[dict[str, Any]]]

    def degrees(self, step: Step) -> Point:
        """Turn a grid point into (longitude, latitude)."""
        return (
            step[0] * self.scale[0] + self.origin[0],
            step[1] * self.scale[1] + self.origin[1],
        )

    def rings(self, geometry: dict[str, Any]) -> list[list[Point]]:
        """List a MultiPolygon's rings as points in degrees, the first point repeated last."""
        return [
            [self.degrees(step) for step in self._chain(ring)]
            for polygon in geometry["arcs"]
            for ring in polygon
        ]

    def _chain(self, ring: list[int]) -> list[Step]:
        steps: list[Step] = []
        for number in ring:
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            if steps and steps[-1] != arc[0]:
                raise ValueError("a ring's arcs do not join; make the boundaries anew")
            steps.extend(arc[1:] if steps else arc)
        return steps


def read_topology(path: Path) -> Topology:
    """Read a quantised TopoJSON file."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    scale, origin = raw["transform"]["scale"], raw["transform"]["translate"]
    return Topology(
        arcs=tuple(tuple(_absolute(arc)) for arc in raw["arcs"]),
        scale=(scale[0], scale[1]),
        origin=(origin[0], origin[1]),
        objects={name: found["geometries"] for name, found in raw["objects"].items()},
    )


def _absolute(arc: list[list[int]]) -> Iterator[Step]:
    x = y = 0
    for across, up in arc:
        x, y = x + across, y + up
        yield x, y


def signed_area(ring: list[Point]) -> float:
    """Give a ring's area in square degrees, above zero where it runs counter-clockwise."""
    return math.fsum((x1 * y2 - x2 * y1) / 2 for (x1, y1), (x2, y2) in pairwise(ring))


def holds(rings: list[list[Point]], point: Point) -> bool:
    """Tell whether a point lies inside an odd number of rings."""
    x, y = point
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                inside = not inside
    return inside


def _turn(a: Step, b: Step, c: Step) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Step, b: Step, c: Step) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def cross(first: Piece, second: Piece) -> bool:
    """Tell whether two pieces of line meet anywhere but in a shared end."""
    (a, b), (c, d) = first, second
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    shared = {a, b} & {c, d}
    if shared:
        loose = [(a, b, c), (a, b, d), (c, d, a), (c, d, b)]
        return any(
            turn == 0 and spot[2] not in shared and _between(*spot)
            for turn, spot in zip(turns, loose, strict=True)
        )
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = [(a, b, c), (a, b, d), (c, d, a), (c, d, b)]
    return any(turn == 0 and _between(*spot) for turn, spot in zip(turns, ends, strict=True))


def crossings(topology: Topology) -> list[tuple[Piece, Piece]]:
    """Find all pairs of border pieces that cross or touch where they should not."""
    tiles: dict[Step, list[Piece]] = {}
    for arc in topology.arcs:
        for start, end in pairwise(arc):
            for tile in _tiles(start, end):
                tiles.setdefault(tile, []).append((start, end))
    return [
        (first, second)
        for pieces in tiles.values()
        for number, first in enumerate(pieces)
        for second in pieces[number + 1 :]
        if cross(first, second)
    ]


def _tiles(start: Step, end: Step) -> set[Step]:
    columns = range(min(start[0], end[0]) // TILE, max(start[0], end[0]) // TILE + 1)
    rows = range(min(start[1], end[1]) // TILE, max(start[1], end[1]) // TILE + 1)
    return {(column, row) for column in columns for row in rows}
