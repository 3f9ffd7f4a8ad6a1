"""Areas of a picture that shall be covered: rectangles in ten-thousandths of its sides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WHOLE: Final = 10_000
"""Finer than a pixel on every screen that areas are drawn on."""
MOST_AREAS: Final = 200
"""A crowd; whoever needs more covers it as one."""
_LINE: Final = re.compile(r"(\d{1,5}) (\d{1,5}) (\d{1,5}) (\d{1,5})", re.ASCII)


class NoAreaError(ValueError):
    """What was sent is no list of areas."""


@dataclass(frozen=True, slots=True)
class Area:
    """One rectangle: where it begins and how far it goes, each of `WHOLE`."""

    left: int
    top: int
    width: int
    height: int

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Give its first and last pixels: left, top, right, bottom, none cut in half."""
        return (
            self.left * width // WHOLE,
            self.top * height // WHOLE,
            -(-(self.left + self.width) * width // WHOLE),
            -(-(self.top + self.height) * height // WHOLE),
        )

    def line(self) -> str:
        """Write it as four numbers."""
        return f"{self.left} {self.top} {self.width} {self.height}"


def read_areas(text: str) -> tuple[Area, ...]:
    """Read areas, one a line, as left, top, width and height.

    Args:
        text: As a form sends it.

    Returns:
        One area at least.

    Raises:
        NoAreaError: There is none, there are too many, or one lies outside of the picture.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_AREAS:
        raise NoAreaError
    return tuple(_area(line) for line in lines)


def lines_of(areas: Sequence[Area]) -> list[str]:
    """Write areas, to be kept beside what they covered."""
    return [area.line() for area in areas]


def _area(line: str) -> Area:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NoAreaError
    area = Area(*(int(number) for number in found.groups()))
    if not (area.width and area.height):
        raise NoAreaError
    if area.left + area.width > WHOLE or area.top + area.height > WHOLE:
        raise NoAreaError
    return area
