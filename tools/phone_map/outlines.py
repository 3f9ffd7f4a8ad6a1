"""The map's outlines as few bytes: borders in long walks, each number beside others of its kind.

Theory of operation: borders are put one behind the other so that most begin where the one before
ended and have an area in common with it; then neither where they begin nor what lies beside them
costs much. Numbers are variable-length, signed ones zigzag, and those of a kind stand together,
which deflates best. The reader is `client_sync/phone/src/map/outlines.ts`.

A file is: cells per degree; number of countries; then columns, each with its length in bytes before
it: countries (text, two letters each), areas per country, codes without their country (text, one a
line); then of each border: over how many ends the walk goes back before it begins; where a walk
begins that went back over all of them (x, then y, against the begin of the walk before); the areas
to the left and right of the way as places among those named lately, and those that were not,
against the last one named; the number of steps; steps of longitude; steps of latitude. Areas count
from 1; 0 is what is not drawn.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tools.phone_map.layer import Area, Border, Layer
from tools.phone_map.simplify import Cell, on_grid, simplified

CELLS_PER_DEGREE: Final = 25
"""4.4 km: a district is some cells wide, and a finger on a phone is no finer."""
TOLERANCE_SHARE: Final = 0.05
"""Of the smaller area beside a border: small areas keep their shape as large ones do."""

REMEMBERED: Final = 30
"""Of 15, 30, 60 and 120 areas kept at hand, the file is smallest with 30."""

MORE: Final = 0x80
"""The bit that says that more bytes of a number come."""


@dataclass(frozen=True)
class Line:
    """A border on the grid; 0 is what is not drawn, areas count from 1."""

    left: int
    right: int
    cells: tuple[Cell, ...]

    def turned(self) -> "Line":
        """Give the same border walked the other way."""
        return Line(self.right, self.left, self.cells[::-1])


def packed_outlines(layer: Layer) -> bytes:
    """Write areas and borders, deflated."""
    countries = Counter(area.country for area in layer.areas)
    borders = walked(grid_lines(layer))
    columns = (
        "".join(countries).encode(),
        b"".join(_number(count) for count in countries.values()),
        "\n".join(area.code[3:] for area in layer.areas).encode(),
        *_columns(borders),
    )
    head = _number(CELLS_PER_DEGREE) + _number(len(countries))
    return deflated(head + b"".join(_number(len(column)) + column for column in columns))


def grid_lines(layer: Layer) -> list[Line]:
    """Simplify every border and put it on the grid; one that shrinks to a point is gone."""
    lines = (_line(border, layer.areas) for border in layer.borders)
    return [line for line in lines if line is not None]


def deflated(plain: bytes) -> bytes:
    """Compress as a raw deflate stream, as small as zlib can."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return press.compress(plain) + press.flush()


def _line(border: Border, areas: Sequence[Area]) -> Line | None:
    beside = [side for side in (border.left, border.right) if side is not None]
    tolerance = TOLERANCE_SHARE * min(areas[side].size for side in beside)
    cells = on_grid(simplified(border.points, tolerance), CELLS_PER_DEGREE)
    left, right = ((-1 if side is None else side) + 1 for side in (border.left, border.right))
    return Line(left, right, tuple(cells)) if len(cells) > 1 else None


def walked(found: Iterable[Line]) -> list[tuple[int, Line]]:
    """Put borders one behind the other, each with how many ends the walk goes back before it."""
    lines = sorted(found, key=_first_seen)
    at: dict[Cell, set[int]] = defaultdict(set)
    for number, line in enumerate(lines):
        at[line.cells[0]].add(number)
        at[line.cells[-1]].add(number)
    walk: list[tuple[int, Line]] = []
    for first, line in enumerate(lines):
        if first in at[line.cells[0]]:
            walk.extend(_walk_from(first, lines, at))
    return walk


def _walk_from(
    first: int, lines: Sequence[Line], at: dict[Cell, set[int]]
) -> Iterator[tuple[int, Line]]:
    """Walk all borders that hang together, back to an earlier end wherever the way ends."""
    ends, back, before = [lines[first].cells[0]], 0, lines[first]
    while ends:
        ways = [way for number in at[ends[-1]] for way in _ways(number, lines[number], ends[-1])]
        if not ways:
            ends.pop()
            back += 1
            continue
        number, line = min(ways, key=lambda way: (_cost(way[1], before), way[0]))
        for end in (line.cells[0], line.cells[-1]):
            at[end].discard(number)
        yield back, line
        ends.append(line.cells[-1])
        back, before = 0, line


def _first_seen(line: Line) -> tuple[int, int, tuple[Cell, ...]]:
    return min(line.left or 10**9, line.right or 10**9), max(line.left, line.right), line.cells


def _ways(number: int, line: Line, begin: Cell) -> list[tuple[int, Line]]:
    return [(number, way) for way in (line, line.turned()) if way.cells[0] == begin]


def _cost(line: Line, before: Line) -> int:
    return abs(line.left - before.left)


def _columns(lines: Sequence[tuple[int, Line]]) -> tuple[bytes, ...]:
    columns: dict[str, bytearray] = {
        name: bytearray() for name in ("back", "x", "y", "sides", "new", "steps", "dx", "dy")
    }
    ends: list[Cell] = []
    start = (0, 0)
    sides = Sides()
    for back, line in lines:
        # A walk that begins elsewhere goes back over all ends of the one before.
        starts = not ends or line.cells[0] not in ends
        columns["back"] += _number(len(ends) if starts else back)
        del ends[len(ends) - (len(ends) if starts else back) :]
        if not ends:
            columns["x"] += _signed(line.cells[0][0] - start[0])
            columns["y"] += _signed(line.cells[0][1] - start[1])
            start = line.cells[0]
            ends.append(start)
        for side in (line.left, line.right):
            sides.write(side, columns["sides"], columns["new"])
        columns["steps"] += _number(len(line.cells) - 1)
        for (x1, y1), (x2, y2) in pairwise(line.cells):
            columns["dx"] += _signed(x2 - x1)
            columns["dy"] += _signed(y2 - y1)
        ends.append(line.cells[-1])
    return tuple(bytes(column) for column in columns.values())


class Sides:
    """Areas by how lately they were named: what lies beside one border lies beside the next."""

    def __init__(self) -> None:
        """Begin with nothing named."""
        self._recent: list[int] = []
        self._last = 0

    def write(self, area: int, sides: bytearray, new: bytearray) -> None:
        """Write an area's place among those named lately, from 1; or 0, and it against the last.

        Args:
            area: 0 for what is not drawn.
            sides: where places go.
            new: where areas go that were not named lately.
        """
        if area in self._recent:
            at = self._recent.index(area)
            sides += _number(at + 1)
            del self._recent[at]
        else:
            sides += _number(0)
            new += _signed(area - self._last)
        self._recent = [area, *self._recent][:REMEMBERED]
        self._last = area


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the highest bit says that more come."""
    written = bytearray()
    while value >= MORE:
        written.append(value % MORE | MORE)
        value //= MORE
    written.append(value)
    return bytes(written)


def _signed(value: int) -> bytes:
    return _number(value * 2 if value >= 0 else -value * 2 - 1)
