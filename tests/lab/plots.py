"""Plots as SVG: one line per subject, a dot per seed, the median in words. Pure but for one write.

They stand on a light ground of their own, so that they are legible on light and dark pages alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import median
from typing import Final

from tests.lab.scenario import Outcome, Scenario, values

GROUND: Final = "#f6f5f1"
INK: Final = "#22252a"
FAINT: Final = "#c9c7c0"
OURS: Final = "#0b6e4f"
THEIRS: Final = "#5a6b8c"
MARKED: Final = "#b3402a"
_WIDTH: Final = 760
_LEFT: Final = 150
_RIGHT: Final = 90
_TOP: Final = 58
_ROW: Final = 30
_BOTTOM: Final = 46
_TICKS: Final = (1, 2, 5)
_MOST_TICKS: Final = 8
_FONT: Final = "font-family='system-ui, sans-serif'"


@dataclass(frozen=True, slots=True)
class Row:
    """One subject's numbers."""

    label: str
    numbers: tuple[float, ...]
    is_ours: bool


def rows_of(scenario: Scenario, outcomes: Sequence[Outcome]) -> list[Row]:
    """Collect what is to be drawn, ours first, then the quickest."""
    subjects = sorted({one.cell.subject for one in outcomes})
    rows = [
        Row(
            subject + (f" ({variant})" if variant else ""),
            tuple(found),
            subject.startswith("tocsin"),
        )
        for variant in scenario.variants
        for subject in subjects
        if (found := values(outcomes, scenario.figure, subject, variant))
    ]
    return sorted(rows, key=lambda row: (not row.is_ours, median(row.numbers)))


def step_of(most: float) -> float:
    """Give the distance of ticks: 1, 2 or 5 times a power of ten, eight ticks at most."""
    power = 0.001
    while True:
        for digit in _TICKS:
            if most / (digit * power) <= _MOST_TICKS:
                return digit * power
        power *= 10


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture.

    Attributes:
        title: Above it.
        unit: Under its axis.
        rows: From top to bottom; at least one.
        mark: A line across all rows, in the unit of the numbers.
    """

    title: str
    unit: str
    rows: Sequence[Row]
    mark: float | None = None

    @property
    def most(self) -> float:
        """Give the number at the right edge."""
        numbers = [number for row in self.rows for number in row.numbers]
        return max([*numbers, self.mark or 0.0]) * 1.04 or 1.0

    @property
    def bottom(self) -> int:
        """Give where the axis lies."""
        return _TOP + _ROW * len(self.rows)

    def x(self, number: float) -> float:
        """Give where a number lies."""
        return round(_LEFT + number / self.most * (_WIDTH - _LEFT - _RIGHT), 1)

    def svg(self) -> str:
        """Draw it; give the whole file."""
        height = self.bottom + _BOTTOM
        head = (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' role='img' "
            f"aria-label='{escape(self.title, quote=True)}' {_FONT} font-size='13' fill='{INK}'>\n"
            f"<rect width='{_WIDTH}' height='{height}' rx='8' fill='{GROUND}'/>\n"
            f"<text x='20' y='28' font-size='16' font-weight='600'>{escape(self.title)}</text>"
        )
        lines = [head, *self._axis(), *self._mark()]
        for place, row in enumerate(self.rows):
            lines += self._row(row, _TOP + _ROW * place + _ROW // 2)
        return "\n".join([*lines, "</svg>"]) + "\n"

    def _axis(self) -> list[str]:
        step = step_of(self.most)
        lines = [f"<text x='{_LEFT}' y='{self.bottom + 36}'>{escape(self.unit)}</text>"]
        for number in range(int(self.most / step) + 1):
            at, word = self.x(number * step), f"{number * step:g}"
            lines.append(f"<path d='M{at} {_TOP}V{self.bottom}' stroke='{FAINT}'/>")
            lines.append(
                f"<text x='{at}' y='{self.bottom + 17}' text-anchor='middle'>{word}</text>"
            )
        return lines

    def _mark(self) -> list[str]:
        if self.mark is None:
            return []
        at = self.x(self.mark)
        dashes = "stroke-dasharray='5 4'"
        return [
            f"<path d='M{at} {_TOP - 4}V{self.bottom}' stroke='{MARKED}' {dashes}/>",
            f"<text x='{at + 4}' y='{_TOP - 5}' fill='{MARKED}'>mark {self.mark:g}</text>",
        ]

    def _row(self, row: Row, y: int) -> list[str]:
        ink, middle = OURS if row.is_ours else THEIRS, median(row.numbers)
        least, most = self.x(min(row.numbers)), self.x(max(row.numbers))
        weight = "600" if row.is_ours else "400"
        return [
            (
                f"<text x='{_LEFT - 10}' y='{y + 4}' text-anchor='end' font-weight='{weight}'>"
                f"{escape(row.label)}</text>"
            ),
            f"<path d='M{least} {y}H{most}' stroke='{ink}' stroke-width='2'/>",
            *(
                f"<circle cx='{self.x(number)}' cy='{y}' r='4' fill='{ink}' fill-opacity='0.55'/>"
                for number in row.numbers
            ),
            f"<path d='M{self.x(middle)} {y - 9}v18' stroke='{ink}' stroke-width='3'/>",
            (
                f"<text x='{most + 9}' y='{y + 4}' fill='{ink}' font-weight='{weight}'>"
                f"{middle:.4g}</text>"
            ),
        ]


def draw(scenario: Scenario, outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write a scenario's plot, if it has a number to plot and something was measured."""
    rows = rows_of(scenario, outcomes) if scenario.figure else []
    if rows:
        plot = Plot(f"{scenario.name}: {scenario.title}", scenario.unit, rows, scenario.mark)
        (folder / f"{scenario.name.lower()}.svg").write_text(plot.svg())
