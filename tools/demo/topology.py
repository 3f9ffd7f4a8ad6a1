"""From owned cells to shared border arcs and a TopoJSON object.

Theory of operation: every cell edge whose two sides have different owners is a border edge. Where
three owners meet is a junction. The chain of edges between two junctions is one arc with one owner
on its left and one on its right for its whole length; an islet is an arc that closes on itself.
Arcs are smoothed once with their ends held, rounded to a grid and written delta-coded. Rings run
counter-clockwise outside (RFC 7946, section 3.1.6).

Spec: TopoJSON 1.0; RFC 7946 for ring direction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from tools.demo import mesh
from tools.demo.mesh import Cell, Corner, Point

GRID_DEGREES = 0.0005  # about 50 m, far below what the map can show
ORIGIN = (76.0, -18.5)

Edge = tuple[Corner, Corner]


@dataclass(frozen=True, slots=True)
class Arc:
    """One stretch of border between two owners."""

    left: str
    right: str
    corners: tuple[Corner, ...]

    @property
    def closed(self) -> bool:
        """Tell whether the arc is a whole ring by itself."""
        return self.corners[0] == self.corners[-1]


def border_edges(owners: Mapping[Cell, str]) -> dict[Edge, tuple[str, str]]:
    """Find the border edges, each in both directions, with the owner on its left and right."""
    left: dict[Edge, str] = {}
    for cell, owner in owners.items():
        ring = mesh.corners(cell)
        for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
            left[start, end] = owner
    return {
        (start, end): (owner, left.get((end, start), mesh.SEA))
        for (start, end), owner in left.items()
        if left.get((end, start), mesh.SEA) != owner
    }


def trace_arcs(edges: Mapping[Edge, tuple[str, str]]) -> list[Arc]:
    """Chain border edges into arcs, from junction to junction, then the rings left over."""
    onward: dict[Corner, list[Corner]] = {}
    for start, end in edges:
        onward.setdefault(start, []).append(end)
    junctions = {corner for corner, ends in onward.items() if len(ends) != 2}  # noqa: PLR2004 - a plain bend has two
    unused = set(edges)
    arcs = [
        _walk(start, end, edges, onward, unused)
        for start in sorted(junctions)
        for end in sorted(onward[start])
        if (start, end) in unused
    ]
    for start, end in sorted(edges):
        if (start, end) in unused:
            arcs.append(_walk(start, end, edges, onward, unused))
    return arcs


def _walk(
    start: Corner,
    end: Corner,
    edges: Mapping[Edge, tuple[str, str]],
    onward: Mapping[Corner, list[Corner]],
    unused: set[Edge],
) -> Arc:
    chain = [start, end]
    unused -= {(start, end), (end, start)}
    while chain[-1] != start and len(onward[chain[-1]]) == 2:  # noqa: PLR2004 - a plain bend has two
        before, here = chain[-2], chain[-1]
        ahead = next(corner for corner in onward[here] if corner != before)
        unused -= {(here, ahead), (ahead, here)}
        chain.append(ahead)
    left, right = edges[start, end]
    return Arc(left, right, tuple(chain))


def smoothed(points: list[Point]) -> list[Point]:
    """Cut every bend's corner once (Chaikin), the two ends held."""
    line = [points[0]]
    for (x1, y1), (x2, y2) in pairwise(points):
        line.append((0.75 * x1 + 0.25 * x2, 0.75 * y1 + 0.25 * y2))
        line.append((0.25 * x1 + 0.75 * x2, 0.25 * y1 + 0.75 * y2))
    line.append(points[-1])
    return line


def gridded(points: Iterable[Point]) -> list[tuple[int, int]]:
    """Round points to the grid and drop repeats that rounding made."""
    line: list[tuple[int, int]] = []
    for longitude, latitude in points:
        step = (
            round((longitude - ORIGIN[0]) / GRID_DEGREES),
            round((latitude - ORIGIN[1]) / GRID_DEGREES),
        )
        if not line or line[-1] != step:
            line.append(step)
    return line


def rings_of(owner: str, arcs: list[Arc]) -> list[list[int]]:
    """List an owner's rings as TopoJSON arc numbers, the land always on the left.

    Args:
        owner: P-code or neighbour code.
        arcs: All arcs of the map.

    Returns:
        Rings; a number ``~i`` is arc ``i`` walked backwards.
    """
    pieces: dict[Corner, tuple[Corner, int]] = {}
    rings: list[list[int]] = []
    for number, arc in enumerate(arcs):
        if owner not in {arc.left, arc.right}:
            continue
        signed = number if arc.left == owner else ~number
        if arc.closed:
            rings.append([signed])
            continue
        first, last = arc.corners[0], arc.corners[-1]
        start, end = (first, last) if arc.left == owner else (last, first)
        pieces[start] = (end, signed)
    while pieces:
        start = min(pieces)
        ring, here = [], start
        while here in pieces:
            here, signed = pieces.pop(here)
            ring.append(signed)
        rings.append(ring)
    return rings


def delta_coded(line: list[tuple[int, int]]) -> list[list[int]]:
    """Write a gridded line as its first point and then steps."""
    steps = [list(line[0])]
    steps.extend([x2 - x1, y2 - y1] for (x1, y1), (x2, y2) in pairwise(line))
    return steps
