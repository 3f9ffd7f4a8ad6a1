"""Leaving out points of a line until only those remain that an eye would miss.

Source: Visvalingam and Whyatt, "Line generalisation by repeated elimination of points", 1993.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise

from tools.phone_map.layer import Point

Cell = tuple[int, int]


def simplified(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Leave out, smallest triangle first, each point that moves the line by less than a tolerance.

    Args:
        points: The line; both ends stay, and of a ring two more points.
        tolerance: Square degrees.
    """
    last = len(points) - 1
    least = 4 if points[0] == points[last] else 2
    before = list(range(-1, last))
    after = list(range(1, last + 2))

    def triangle(at: int) -> float:
        (ax, ay), (bx, by), (cx, cy) = points[before[at]], points[at], points[after[at]]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2

    sizes = {at: triangle(at) for at in range(1, last)}
    heap = [(size, at) for at, size in sizes.items()]
    heapify(heap)
    while heap and len(sizes) + 2 > least:
        size, at = heappop(heap)
        if sizes.get(at) != size:
            continue  # measured anew since, or gone
        if size > tolerance:
            break
        del sizes[at]
        left, right = before[at], after[at]
        after[left], before[right] = right, left
        for neighbour in (left, right):
            if neighbour in sizes:
                # Never less than what went before: else a whole bay goes point by point.
                sizes[neighbour] = max(size, triangle(neighbour))
                heappush(heap, (sizes[neighbour], neighbour))
    return [points[0], *(points[at] for at in sorted(sizes)), points[last]]


def on_grid(points: Sequence[Point], cells_per_degree: int) -> list[Cell]:
    """Move points to the nearest crossing of a grid; those that fall together become one."""
    cells = [(round(x * cells_per_degree), round(y * cells_per_degree)) for x, y in points]
    return [cells[0], *(cell for before, cell in pairwise(cells) if cell != before)]
