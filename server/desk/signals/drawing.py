"""The map and the chart of the signals page, as plain values that a template writes as SVG.

Theory of operation: everything is drawn at the desk from bundled outlines, so that the pictures
work without a network and without script. Colour is never the only carrier: an area also bears a
point whose surface speaks of its count, an alarm a mark above its bar, a missing week a hatching.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from server.desk.areas.layer import Area
from server.desk.areas.outline import fit, graduated_radius, path
from server.desk.signals.counting import Line
from server.desk.signals.detectors import Reading, level, readings
from server.desk.signals.weeks import IsoWeek

MAP_WIDTH: Final = 640
MAP_HEIGHT: Final = 420
MOST_RADIUS: Final = 22.0
STEPS: Final = 5

CHART_WIDTH: Final = 720
CHART_HEIGHT: Final = 240
PLOT_LEFT: Final = 34
PLOT_TOP: Final = 18
PLOT_BOTTOM: Final = 26
MOST_TICKS: Final = 4
BAR_MARGIN: Final = 0.12
"""Share of a week left free on each side of its bar."""


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """One area of the map.

    Attributes:
        step: 0 for none, 1 to 5 by count; -1 where nothing at all was heard.
        radius: Of its point, 0 for none.
    """

    area: Area
    outline: str
    count: int
    step: int
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A country with its counts; `legend` gives the first and last count of each step."""

    areas: tuple[DrawnArea, ...]
    legend: tuple[tuple[int, int], ...]


def draw_map(areas: Sequence[Area], counts: Mapping[str, int], heard: frozenset[str]) -> DrawnMap:
    """Draw the areas of a country.

    Args:
        areas: At least one.
        counts: Reports by area code.
        heard: Areas from which anything at all was heard in the window.
    """
    projection = fit(areas, MAP_WIDTH, MAP_HEIGHT)
    largest = max(counts.values(), default=0)
    bounds = step_bounds(largest)
    drawn = []
    for area in areas:
        count = counts.get(area.code, 0)
        x, y = projection.point(*area.centre)
        step = step_of(count, bounds) if area.code in heard else -1
        radius = graduated_radius(count, largest, MOST_RADIUS)
        drawn.append(DrawnArea(area, path(area, projection), count, step, x, y, radius))
    return DrawnMap(tuple(drawn), bounds)


def step_bounds(largest: int) -> tuple[tuple[int, int], ...]:
    """Cut the counts from 1 to the largest into at most five steps of one width."""
    if largest == 0:
        return ()
    width = math.ceil(largest / STEPS)
    starts = range(1, largest + 1, width)
    return tuple((start, start + width - 1) for start in starts)


def step_of(count: int, bounds: Sequence[tuple[int, int]]) -> int:
    """Find the step of a count; the palest is 1, and few steps use the darker end too."""
    if count == 0 or not bounds:
        return 0
    position = next(i for i, (low, high) in enumerate(bounds) if low <= count <= high)
    return round(1 + position * (STEPS - 1) / max(1, len(bounds) - 1)) if len(bounds) > 1 else 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of the chart; `count` is None where the week is missing."""

    week: IsoWeek
    count: int | None
    x: float
    width: float
    y: float
    height: float
    expected: float | None
    upper: float | None
    alarm: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A year of one line.

    Attributes:
        band: What the level detector still expected, as the `d` of a path.
        middle: What it expected, as the `d` of a path.
        ticks: Height and number of the lines across.
        months: Place of each first week of a month, with that week.
    """

    bars: tuple[Bar, ...]
    band: str
    middle: str
    ticks: tuple[tuple[float, int], ...]
    months: tuple[tuple[float, IsoWeek], ...]
    base: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Where weeks and counts lie on the chart."""

    weeks: int
    ceiling: int

    @property
    def base(self) -> float:
        """Height at which a count of zero lies."""
        return CHART_HEIGHT - PLOT_BOTTOM

    def height(self, count: float) -> float:
        """Height at which a count lies; the picture's zero is on top."""
        return round(self.base - (self.base - PLOT_TOP) * count / self.ceiling, 1)

    def left(self, index: float) -> float:
        """Place of the left edge of a week."""
        return round(PLOT_LEFT + index * (CHART_WIDTH - PLOT_LEFT) / self.weeks, 1)

    def stairs(self, values: Sequence[float | None]) -> list[tuple[float, float, float]]:
        """Give left edge, right edge and height of each week that has a value."""
        return [
            (self.left(index), self.left(index + 1), self.height(value))
            for index, value in enumerate(values)
            if value is not None
        ]


def draw_chart(line: Line) -> Chart:
    """Draw a line with the band of the level detector."""
    said = readings(line.counts, level, len(line.weeks))
    tops = [count or 0 for count in line.counts] + [reading.upper or 0 for reading in said]
    ceiling, ticks = scale(max(tops))
    plot = Plot(len(line.weeks), ceiling)
    bars = tuple(
        _bar(plot, index, week, (count, reading))
        for index, (week, count, reading) in enumerate(
            zip(line.weeks, line.counts, said, strict=True)
        )
    )
    return Chart(
        bars=bars,
        band=_band(plot.stairs([reading.upper for reading in said]), plot.base),
        middle=_steps(plot.stairs([reading.expected for reading in said])),
        ticks=tuple((plot.height(tick), tick) for tick in ticks),
        months=_months(bars),
        base=plot.base,
    )


def _bar(plot: Plot, index: int, week: IsoWeek, seen: tuple[int | None, Reading]) -> Bar:
    count, reading = seen
    top = plot.height(count) if count is not None else float(PLOT_TOP)
    return Bar(
        week=week,
        count=count,
        x=plot.left(index + BAR_MARGIN),
        width=round(plot.left(index + 1 - BAR_MARGIN) - plot.left(index + BAR_MARGIN), 1),
        y=top,
        height=round(plot.base - top, 1),
        expected=reading.expected,
        upper=reading.upper,
        alarm=reading.alarm,
    )


def scale(largest: float) -> tuple[int, tuple[int, ...]]:
    """Choose the top of a chart and where its lines across lie: whole and round numbers.

    Args:
        largest: What must fit.
    """
    for width in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000):
        if largest <= width * MOST_TICKS:
            top = max(1, math.ceil(largest / width))
            return top * width, tuple(width * i for i in range(top + 1))
    return math.ceil(largest), (0, math.ceil(largest))


def _months(bars: Sequence[Bar]) -> tuple[tuple[float, IsoWeek], ...]:
    return tuple(
        (after.x, after.week)
        for before, after in pairwise(bars)
        if before.week.monday().month != after.week.monday().month
    )


def _steps(points: Sequence[tuple[float, float, float]]) -> str:
    """Write a line of stairs: one step a week."""
    return "".join(
        f"{'M' if index == 0 else 'L'}{left:g} {y:g}H{right:g}"
        for index, (left, right, y) in enumerate(points)
    )


def _band(points: Sequence[tuple[float, float, float]], base: float) -> str:
    if not points:
        return ""
    return f"{_steps(points)}V{base:g}H{points[0][0]:g}Z"
