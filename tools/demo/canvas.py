"""A small drawing board that writes PNG files with nothing but Python.

Theory of operation: a picture is a grid of palette numbers. Each colour stands four times in the
palette, a little lighter each time, and grain picks one of the four for every pixel, so that the
picture looks printed on rough paper, never compresses to nothing and has the size of a small
photograph. The demonstration needs no image library on the desk, which would be one more parser
for hostile files.

Spec: PNG (ISO/IEC 15948), colour type 3, filter 0.
"""

import struct
import zlib
from collections.abc import Sequence

from tools.demo import noise

WIDTH_PIXELS = 640
HEIGHT_PIXELS = 480
SHADES = 4  # grain levels of each colour
SHADE_STEP = 9  # how much lighter each level is, of 255: visible grain, no snow

Colour = tuple[int, int, int]
Point = tuple[float, float]

# Two bits of grain for each pixel, four pixels to a random byte.
_GRAIN = [bytes((value >> shift) & 3 for shift in (0, 2, 4, 6)) for value in range(256)]


class Canvas:
    """A picture in the making; (0, 0) is the upper left corner, units are pixels."""

    def __init__(self, ground: Colour) -> None:
        self._palette: list[Colour] = []
        self._rows: list[bytearray] = []
        number = self._number(ground)
        self._rows = [bytearray([number]) * WIDTH_PIXELS for _ in range(HEIGHT_PIXELS)]

    def _number(self, colour: Colour) -> int:
        if colour not in self._palette:
            self._palette.append(colour)
        return self._palette.index(colour) * SHADES

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon.

        Args:
            points: Corners in order; the last joins the first.
            colour: Red, green, blue, each 0 to 255.
        """
        number = self._number(colour)
        edges = list(zip(points, [*points[1:], points[0]], strict=True))
        top = max(0, int(min(y for _, y in points)))
        bottom = min(HEIGHT_PIXELS, int(max(y for _, y in points)) + 1)
        for row in range(top, bottom):
            middle = row + 0.5
            cuts = sorted(
                x1 + (middle - y1) * (x2 - x1) / (y2 - y1)
                for (x1, y1), (x2, y2) in edges
                if (y1 <= middle) != (y2 <= middle)
            )
            for left, right in zip(cuts[::2], cuts[1::2], strict=False):
                start, end = max(0, round(left)), min(WIDTH_PIXELS, round(right))
                if end > start:
                    self._rows[row][start:end] = bytes([number]) * (end - start)

    def box(self, left: float, top: float, wide: float, high: float, colour: Colour) -> None:
        """Fill an upright rectangle."""
        right, bottom = left + wide, top + high
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a circle, slightly uneven as if drawn by hand."""
        rim = [
            (x + radius * dx * (1 + wobble), y + radius * dy * (1 + wobble))
            for step, (dx, dy) in enumerate(_RIM)
            for wobble in [0.04 * noise.signed(int(x), int(y), step)]
        ]
        self.polygon(rim, colour)

    def stroke(self, start: Point, end: Point, thick: float, colour: Colour) -> None:
        """Draw a straight stroke of even thickness."""
        (x1, y1), (x2, y2) = start, end
        length = max(1e-6, ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5)
        across_x, across_y = -(y2 - y1) / length * thick / 2, (x2 - x1) / length * thick / 2
        self.polygon(
            [
                (x1 + across_x, y1 + across_y),
                (x2 + across_x, y2 + across_y),
                (x2 - across_x, y2 - across_y),
                (x1 - across_x, y1 - across_y),
            ],
            colour,
        )

    def ring(self, x: float, y: float, radius: float, thick: float, colour: Colour) -> None:
        """Draw a circle's line."""
        rim = [(x + radius * dx, y + radius * dy) for dx, dy in _RIM]
        for start, end in zip(rim, rim[1:] + rim[:1], strict=True):
            self.stroke(start, end, thick, colour)

    def png(self, seed: int) -> bytes:
        """Give the picture as PNG bytes.

        Args:
            seed: Which grain; the same seed gives the same bytes.
        """
        lines = b"".join(
            b"\0" + _with_grain(bytes(row), seed, number) for number, row in enumerate(self._rows)
        )
        header = struct.pack(">IIBBBBB", WIDTH_PIXELS, HEIGHT_PIXELS, 8, 3, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n"
            + _chunk(b"IHDR", header)
            + _chunk(b"PLTE", self._shades())
            + _chunk(b"IDAT", zlib.compress(lines, 9))
            + _chunk(b"IEND", b"")
        )

    def _shades(self) -> bytes:
        return bytes(
            min(255, part + SHADE_STEP * shade)
            for colour in self._palette
            for shade in range(SHADES)
            for part in colour
        )


_RIM = [
    (1.0, 0.0), (0.92, 0.38), (0.71, 0.71), (0.38, 0.92), (0.0, 1.0), (-0.38, 0.92),
    (-0.71, 0.71), (-0.92, 0.38), (-1.0, 0.0), (-0.92, -0.38), (-0.71, -0.71), (-0.38, -0.92),
    (0.0, -1.0), (0.38, -0.92), (0.71, -0.71), (0.92, -0.38),
]  # fmt: skip


def _with_grain(row: bytes, seed: int, number: int) -> bytes:
    """Add 0 to 3 to every palette number of a row; numbers are multiples of four, none carries."""
    words = (WIDTH_PIXELS // 4 + 7) // 8
    raw = b"".join(noise.mixed(seed, number, word).to_bytes(8, "big") for word in range(words))
    grain = b"".join(_GRAIN[value] for value in raw)[:WIDTH_PIXELS]
    total = int.from_bytes(row, "big") + int.from_bytes(grain, "big")
    return total.to_bytes(WIDTH_PIXELS, "big")


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
