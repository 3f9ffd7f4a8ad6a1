"""The hexagon mesh under the invented country, and who owns each cell.

Theory of operation: the land is cut into small hexagons with shaken corners. Every cell belongs to
the sea, to one area or to the neighbour country. A border is a chain of cell edges, so two areas
share exactly the same points and no line can cross another: a corner is shaken by less than a
quarter of an edge, which leaves every hexagon simple. Corners have whole-number names, so nothing
is ever matched by comparing coordinates.
"""

import math
from collections import Counter
from collections.abc import Mapping

from tools.demo import noise

SEED = 20  # chosen by eye among a few: bays, a cape, a believable spine
SIDE_DEGREES = 0.03  # about 3 km: finer is not visible on a country-wide map
SHAKE = 0.22  # share of a side; under a quarter no two edges can cross
SEA = "sea"
ABROAD = "QY"

# Land is where the sum of these blobs (lon, lat, half width, half height) exceeds the threshold.
MAINLAND = (
    (79.9, -14.9, 2.9, 1.35),
    (78.2, -15.2, 1.3, 1.25),
    (81.4, -15.2, 1.9, 1.5),
    (80.0, -14.0, 1.6, 0.75),
    (82.9, -15.2, 1.0, 1.0),
)
ISLETS = ((77.1, -17.0, 0.3, 0.2), (77.75, -17.3, 0.2, 0.15), (76.8, -17.55, 0.2, 0.15))
ABROAD_SEED = (83.0, -15.2)

Cell = tuple[int, int]
Corner = tuple[int, int]
Point = tuple[float, float]

_CORNERS = ((0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1), (1, 1))  # counter-clockwise from the top


def centre(cell: Cell) -> Point:
    """Give the middle of a cell as (longitude, latitude) in degrees."""
    column, row = cell
    half_width = SIDE_DEGREES * math.sqrt(3) / 2
    return 76.2 + (2 * column + row % 2) * half_width, -18.0 + 1.5 * row * SIDE_DEGREES


def corners(cell: Cell) -> list[Corner]:
    """Name the six corners of a cell, counter-clockwise."""
    column, row = cell
    middle_x, middle_y = 2 * column + row % 2, 3 * row
    return [(middle_x + across, middle_y + up) for across, up in _CORNERS]


def corner_point(corner: Corner) -> Point:
    """Give a corner's shaken place as (longitude, latitude) in degrees."""
    name_x, name_y = corner
    reach = SHAKE * SIDE_DEGREES
    longitude = 76.2 + name_x * SIDE_DEGREES * math.sqrt(3) / 2
    latitude = -18.0 + name_y * SIDE_DEGREES / 2
    return (
        longitude + reach * noise.signed(SEED, 1, name_x, name_y),
        latitude + reach * noise.signed(SEED, 2, name_x, name_y),
    )


def neighbours(cell: Cell) -> list[Cell]:
    """Name the six cells around a cell."""
    column, row = cell
    shift = row % 2
    return [
        (column + 1, row), (column - 1, row),
        (column + shift, row + 1), (column + shift - 1, row + 1),
        (column + shift, row - 1), (column + shift - 1, row - 1),
    ]  # fmt: skip


def _height(point: Point, blobs: tuple[tuple[float, float, float, float], ...]) -> float:
    longitude, latitude = point
    best = max(
        1.0 - math.hypot((longitude - x) / wide, (latitude - y) / high)
        for x, y, wide, high in blobs
    )
    return best + 0.5 * noise.rough(SEED, longitude * 1.4, latitude * 1.4, octaves=6)


def _owner(point: Point, seeds: Mapping[str, Point]) -> str:
    longitude, latitude = point
    warped_x = longitude + 0.4 * noise.rough(SEED + 50, longitude * 1.3, latitude * 1.3, octaves=6)
    warped_y = latitude + 0.4 * noise.rough(SEED + 70, longitude * 1.3, latitude * 1.3, octaves=6)
    return min(seeds, key=lambda name: math.dist(seeds[name], (warped_x, warped_y)))


def label_cells(seeds: Mapping[str, Point], island_area: str) -> dict[Cell, str]:
    """Say who owns each cell of the map.

    Args:
        seeds: P-code to (longitude, latitude) of the middle it grows from.
        island_area: P-code that owns every islet and nothing of the mainland.

    Returns:
        Cell to P-code, neighbour code or ``sea``; no area has a part cut off, no lake is left.
    """
    mainland = {name: seed for name, seed in seeds.items() if name != island_area}
    mainland[ABROAD] = ABROAD_SEED
    owners: dict[Cell, str] = {}
    for column in range(160):
        for row in range(130):
            point = centre((column, row))
            owners[column, row] = SEA
            if _height(point, MAINLAND) > 0.1:  # noqa: PLR2004 - sets the size of the island
                owners[column, row] = _owner(point, mainland)
            elif _height(point, ISLETS) > 0.2:  # noqa: PLR2004 - sets the size of the islets
                owners[column, row] = island_area
    return _tidied(owners, island_area)


def _pieces(owners: Mapping[Cell, str]) -> list[set[Cell]]:
    """Split the map into connected pieces of one owner."""
    left, pieces = set(owners), []
    for start in sorted(owners):
        if start not in left:
            continue
        piece, edge = {start}, [start]
        left.discard(start)
        while edge:
            for cell in neighbours(edge.pop()):
                if cell in left and owners[cell] == owners[start]:
                    left.discard(cell)
                    piece.add(cell)
                    edge.append(cell)
        pieces.append(piece)
    return pieces


def _tidied(owners: dict[Cell, str], island_area: str) -> dict[Cell, str]:
    """Give each cut-off scrap and lake to whoever surrounds it most; drown specks of islets."""
    pieces = _pieces(owners)
    largest: dict[str, int] = {}
    for piece in pieces:
        name = owners[next(iter(piece))]
        largest[name] = max(largest.get(name, 0), len(piece))
    for piece in pieces:
        name = owners[next(iter(piece))]
        kept = len(piece) >= 8 if name == island_area else len(piece) == largest[name]  # noqa: PLR2004
        if kept:
            continue
        around = Counter(
            owners[near] for cell in piece for near in neighbours(cell) if near in owners
        )
        del around[name]
        winner = max(sorted(around), key=lambda other: around[other])
        owners.update(dict.fromkeys(piece, winner))
    return owners
