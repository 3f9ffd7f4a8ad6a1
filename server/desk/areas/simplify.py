"""Fewer corners for a shape that only has to be recognised.

Theory of operation: Douglas-Peucker keeps a corner when leaving it out would move the line by more
than the tolerance. A ring is cut at its two ends into one line; the tolerance doubles until the
ring is small enough, so the result is as true as the limit allows.
"""

import math

from server.desk.areas.topology import Point, Ring

FIRST_TOLERANCE_DEGREES = 0.005
"""About 500 m: below what a map of a province shows."""


def within_corners(ring: Ring, most_corners: int) -> Ring:
    """Thin a closed ring until it has at most so many corners.

    Args:
        ring: Closed, (longitude, latitude).
        most_corners: At least 4, the closing one counted.

    Returns:
        A closed ring.
    """
    tolerance = FIRST_TOLERANCE_DEGREES
    thinned = ring
    while len(thinned) > most_corners:
        thinned = _closed_thinning(ring, tolerance)
        tolerance *= 2
    return thinned


def _closed_thinning(ring: Ring, tolerance: float) -> Ring:
    """Thin the two halves between the first corner and the one farthest from it."""
    first = ring[0]
    far = max(range(len(ring)), key=lambda i: _squared(ring[i], first))
    halves = [
        *_thinned(list(ring[: far + 1]), tolerance)[:-1],
        *_thinned(list(ring[far:]), tolerance),
    ]
    if len(halves) < 4:  # noqa: PLR2004 - a triangle and its first corner again
        middle = ring[far // 2]
        halves = [first, middle, ring[far], first]
    return tuple(halves)


def _thinned(line: list[Point], tolerance: float) -> list[Point]:
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        start, end = spans.pop()
        if end - start < 2:  # noqa: PLR2004 - no corner between neighbours
            continue
        worst = max(range(start + 1, end), key=lambda i: _offset(line[i], line[start], line[end]))
        if _offset(line[worst], line[start], line[end]) > tolerance:
            keep.add(worst)
            spans += [(start, worst), (worst, end)]
    return [line[i] for i in sorted(keep)]


def _squared(a: Point, b: Point) -> float:
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])


def _offset(point: Point, start: Point, end: Point) -> float:
    """Distance in degrees from a point to the segment between two others."""
    length = _squared(start, end)
    if length == 0:
        return math.dist(point, start)
    along = (point[0] - start[0]) * (end[0] - start[0]) + (point[1] - start[1]) * (
        end[1] - start[1]
    )
    share = min(1.0, max(0.0, along / length))
    foot = (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
    return math.dist(point, foot)
