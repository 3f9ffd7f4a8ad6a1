"""The calibration plot as plain values that a template writes as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.desk.suggestions.accuracy import Bin

SIDE: Final = 300
"""Both axes have one length: what is honest lies on the diagonal."""
LEFT: Final = 40
TOP: Final = 12
LEAST_RADIUS: Final = 4.0
MOST_RADIUS: Final = 13.0
TICKS: Final = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Point:
    """One bin as a circle; its surface speaks of its count."""

    x: float
    y: float
    radius: float


def place(claimed: float, found: float) -> tuple[float, float]:
    """Give the place of two shares, 0 to 1, in the plot."""
    return round(LEFT + claimed * SIDE, 1), round(TOP + (1 - found) * SIDE, 1)


def points(bins: Sequence[Bin]) -> list[Point]:
    """Draw the bins of a calibration."""
    largest = max((one.count for one in bins), default=1)
    drawn = []
    for one in bins:
        x, y = place(one.claimed, one.found)
        radius = LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * (one.count / largest) ** 0.5
        drawn.append(Point(x, y, round(radius, 1)))
    return drawn
