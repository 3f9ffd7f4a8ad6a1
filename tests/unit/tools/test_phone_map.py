"""The phone's coarse map: made anew it is the same, and it agrees with the desk's layer."""

from itertools import pairwise
from typing import Final

import pytest

from server.desk.areas.layer import world
from tools.make_phone_map import LAYER, PARTS, made_parts
from tools.phone_map.layer import read_layer
from tools.phone_map.outlines import CELLS_PER_DEGREE, Line, deflated, grid_lines
from tools.phone_map.simplify import on_grid, simplified

LEAST_AGREED: Final = 0.9
"""Of places all over the land; 0.93 was measured. Borders move by some kilometres, and a person
sees the name of what they chose."""
MOST_BYTES: Final = 64 * 1024
"""What the outlines may weigh on their way to a phone: 16 seconds of a line of 32 kbit/s."""


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    """Every part, made anew."""
    return made_parts()


def test_map_in_the_phones_sources_is_what_the_tool_makes(parts: dict[str, bytes]) -> None:
    assert {path.name: path.read_bytes() for path in PARTS.iterdir()} == parts


def test_outlines_weigh_little(parts: dict[str, bytes]) -> None:
    assert len(deflated(parts["outlines.json"])) <= MOST_BYTES


def test_coarse_map_finds_a_place_where_the_desk_finds_it() -> None:
    layer = read_layer(LAYER)
    lines = grid_lines(layer)
    asked = agreed = 0
    for longitude in range(-175, 180, 5):
        for latitude in range(-50, 70, 5):
            there = world().locate(longitude + 0.3, latitude + 0.3)
            if there is None or not there.code.isascii() or "~" in there.code:
                continue
            found = found_at(lines, longitude + 0.3, latitude + 0.3)
            asked += 1
            agreed += found > 0 and layer.areas[found - 1].code == there.code
    assert asked > 300
    assert agreed / asked >= LEAST_AGREED


def test_line_keeps_its_ends_and_loses_the_points_that_move_it_least() -> None:
    line = [(0.0, 0.0), (1.0, 0.01), (2.0, 0.0), (3.0, 2.0), (4.0, 0.0)]
    assert simplified(line, 0.1) == [(0.0, 0.0), (2.0, 0.0), (3.0, 2.0), (4.0, 0.0)]
    assert simplified(line, 100) == [(0.0, 0.0), (4.0, 0.0)]


def test_ring_never_becomes_a_line() -> None:
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.1), (0.0, 1.0), (0.0, 0.0)]
    assert len(simplified(ring, 100)) == 4


def test_points_that_fall_together_become_one() -> None:
    assert on_grid([(0.0, 0.0), (0.001, 0.0), (1.0, 0.0)], 25) == [(0, 0), (25, 0)]


def found_at(lines: list[Line], longitude: float, latitude: float) -> int:
    """Find the area of a place as the phone does, by the nearest border to the west."""
    x, y = longitude * CELLS_PER_DEGREE, latitude * CELLS_PER_DEGREE
    nearest, facing = -float("inf"), 0
    for line in lines:
        for (x1, y1), (x2, y2) in pairwise(line.cells):
            if (y1 <= y) == (y2 <= y):
                continue
            crossing = x1 + (y - y1) / (y2 - y1) * (x2 - x1)
            if nearest <= crossing <= x:
                nearest, facing = crossing, line.right if y2 > y1 else line.left
    return facing
