"""Draw the phone app's icons: a neutral picture for each disguise, in every size.

Theory of operation: a picture is a few rounded boxes, given once in units of the icon's side. The
SVG is written from them as it is; each PNG is coloured from the distance of every pixel to every
box, so that edges are smooth without a drawing library. The same code gives the same bytes.
"""

import math
import struct
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ICONS: Final = Path(__file__).resolve().parent.parent / "client_sync" / "phone" / "public" / "icons"

Colour = tuple[int, int, int]
INK: Final[Colour] = (10, 82, 73)
PAPER: Final[Colour] = (246, 245, 241)
LINE: Final[Colour] = (118, 130, 126)


@dataclass(frozen=True)
class Box:
    """A rounded rectangle.

    Args:
        left, top, right, bottom: edges, 0 to 1 of the icon's side.
        radius: of the corners, in the same unit.
        colour: red, green, blue, 0 to 255 each.
    """

    left: float
    top: float
    right: float
    bottom: float
    radius: float
    colour: Colour

    def outside(self, x: float, y: float) -> float:
        """Measure how far a point lies outside of the box; negative inside."""
        across = abs(x - (self.left + self.right) / 2) - (self.right - self.left) / 2 + self.radius
        down = abs(y - (self.top + self.bottom) / 2) - (self.bottom - self.top) / 2 + self.radius
        beyond = math.hypot(max(across, 0.0), max(down, 0.0))
        return beyond + min(max(across, down), 0.0) - self.radius


NOTE: Final = (
    Box(0.27, 0.2, 0.73, 0.8, 0.05, PAPER),
    Box(0.35, 0.33, 0.65, 0.37, 0.02, INK),
    Box(0.35, 0.46, 0.65, 0.5, 0.02, LINE),
    Box(0.35, 0.59, 0.54, 0.63, 0.02, LINE),
)
BLUE: Final[Colour] = (38, 70, 132)
BRICK: Final[Colour] = (142, 62, 32)

LISTS: Final = tuple(
    box
    for top in (0.24, 0.44, 0.64)
    for box in (
        Box(0.24, top, 0.36, top + 0.12, 0.03, PAPER),
        Box(0.42, top + 0.04, 0.76, top + 0.08, 0.02, PAPER),
    )
)
RECIPES: Final = (
    Box(0.44, 0.24, 0.56, 0.31, 0.03, PAPER),
    Box(0.22, 0.32, 0.78, 0.39, 0.03, PAPER),
    Box(0.13, 0.45, 0.87, 0.52, 0.03, PAPER),
    Box(0.24, 0.42, 0.76, 0.76, 0.1, PAPER),
)


@dataclass(frozen=True)
class Picture:
    """What one disguise shows.

    Args:
        name: of its files.
        ground: colour that the boxes lie on.
        boxes: the drawing.
    """

    name: str
    ground: Colour
    boxes: tuple[Box, ...]

    def rounded(self) -> Box:
        """Give the ground of an ordinary icon."""
        return Box(0.0, 0.0, 1.0, 1.0, 0.22, self.ground)

    def whole(self) -> Box:
        """Give that of a maskable one: the home screen cuts its own shape out of a full square."""
        return Box(0.0, 0.0, 1.0, 1.0, 0.0, self.ground)


PICTURES: Final = (
    Picture("app", INK, NOTE),
    Picture("lists", BLUE, LISTS),
    Picture("recipes", BRICK, RECIPES),
)


def png(side: int, ground: Box, boxes: tuple[Box, ...]) -> bytes:
    """Draw an icon.

    Args:
        side: pixels, 16 to 1024.
        ground: what the drawing lies on.
        boxes: the drawing.

    Returns:
        A PNG file of at most 256 colours, transparent outside of the ground.
    """
    palette: dict[bytes, int] = {}
    rows = b"".join(b"\0" + _row(y, side, (ground, *boxes), palette) for y in range(side))
    colours = list(palette)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _part(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 3, 0, 0, 0))
        + _part(b"PLTE", b"".join(colour[:3] for colour in colours))
        + _part(b"tRNS", bytes(colour[3] for colour in colours))
        + _part(b"IDAT", zlib.compress(rows, 9))
        + _part(b"IEND", b"")
    )


def _row(y: int, side: int, boxes: tuple[Box, ...], palette: dict[bytes, int]) -> bytes:
    row = bytearray()
    for x in range(side):
        colour = _colour((x + 0.5) / side, (y + 0.5) / side, side, boxes)
        row.append(palette.setdefault(colour, len(palette)))
    return bytes(row)


def _colour(x: float, y: float, side: int, boxes: tuple[Box, ...]) -> bytes:
    """Mix what lies over a point, in sixteen steps so that few colours come out."""
    mixed: tuple[float, ...] = boxes[0].colour
    for box in boxes[1:]:
        cover = _cover(box, x, y, side)
        mixed = tuple(old + (new - old) * cover for old, new in zip(mixed, box.colour, strict=True))
    return bytes(round(value) for value in (*mixed, _cover(boxes[0], x, y, side) * 255))


def _cover(box: Box, x: float, y: float, side: int) -> float:
    return round(min(max(0.5 - box.outside(x, y) * side, 0.0), 1.0) * 16) / 16


def _part(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def svg(picture: Picture) -> str:
    """Write an icon as a drawing."""
    drawn = "".join(
        f'<rect x="{100 * box.left:g}" y="{100 * box.top:g}" '
        f'width="{100 * (box.right - box.left):g}" height="{100 * (box.bottom - box.top):g}" '
        f'rx="{100 * box.radius:g}" fill="#{bytes(box.colour).hex()}"/>'
        for box in (picture.rounded(), *picture.boxes)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{drawn}</svg>\n'


def main() -> int:
    """Write every icon file."""
    ICONS.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        rounded, whole = picture.rounded(), picture.whole()
        (ICONS / f"{picture.name}.svg").write_text(svg(picture), encoding="utf-8")
        for name, side, ground in (
            ("180", 180, whole),
            ("192", 192, rounded),
            ("512", 512, rounded),
            ("maskable-512", 512, whole),
        ):
            drawn = png(side, ground, picture.boxes)
            (ICONS / f"{picture.name}-{name}.png").write_bytes(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
