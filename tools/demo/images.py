"""Draw the pictures that go with demonstration reports.

Theory of operation: every scene is drawn with plain shapes and repeatable noise from its seed: no
photograph of anybody is needed, and nobody can mistake one of these for evidence. People are
silhouettes; nothing shows a wound.

    python -m tools.demo.images FOLDER
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.demo import noise
from tools.demo.canvas import HEIGHT_PIXELS, WIDTH_PIXELS, Canvas, Colour

SKY: tuple[Colour, ...] = ((176, 190, 200), (188, 199, 203), (201, 207, 205), (213, 214, 205))
EARTH: Colour = (150, 122, 90)
TRACK: Colour = (172, 146, 110)
WALL: Colour = (196, 176, 140)
DARK: Colour = (46, 42, 40)
CHAR: Colour = (30, 27, 26)
PAPER: Colour = (222, 214, 190)
INK: Colour = (58, 54, 70)
CHALK: Colour = (232, 230, 222)
GREEN: Colour = (70, 108, 72)
SMOKE: tuple[Colour, ...] = ((96, 92, 90), (112, 108, 104), (130, 125, 120))
WOOD: Colour = (120, 88, 54)
CLOTHS: tuple[Colour, ...] = (
    (84, 62, 70),
    (66, 80, 96),
    (108, 84, 58),
    (74, 74, 66),
    (120, 70, 60),
)

Draw = Iterator[float]


def _landscape(draw: Draw) -> Canvas:
    """Lay sky, two hills and ground."""
    canvas = Canvas(SKY[-1])
    for number, colour in enumerate(SKY):
        canvas.box(0, number * 55, WIDTH_PIXELS, 60, colour)
    for base, colour in ((210.0, (122, 130, 124)), (240.0, (112, 116, 98))):
        ridge = [(x * 80.0, base - 60 * next(draw)) for x in range(9)]
        canvas.polygon([(0.0, 480.0), *ridge, (640.0, 480.0)], colour)
    canvas.box(0, 262, WIDTH_PIXELS, HEIGHT_PIXELS - 262, EARTH)
    for _ in range(60):
        canvas.box(640 * next(draw), 270 + 205 * next(draw), 6 + 20 * next(draw), 3, TRACK)
    return canvas


def _person(canvas: Canvas, x: float, ground: float, tall: float, draw: Draw) -> None:
    """Draw one silhouette, its feet at ``ground``."""
    cloth = CLOTHS[int(next(draw) * len(CLOTHS))]
    lean = 0.06 * tall * (next(draw) - 0.5)
    canvas.polygon(
        [
            (x - 0.14 * tall, ground),
            (x - 0.12 * tall + lean, ground - 0.78 * tall),
            (x + 0.12 * tall + lean, ground - 0.78 * tall),
            (x + 0.15 * tall, ground),
        ],
        cloth,
    )
    canvas.disc(x + lean, ground - 0.9 * tall, 0.1 * tall, DARK)


def _house(canvas: Canvas, left: float, ground: float, wide: float, colour: Colour) -> None:
    high = wide * 0.6
    canvas.box(left, ground - high, wide, high, colour)
    canvas.box(left + wide * 0.4, ground - high * 0.6, wide * 0.2, high * 0.6, DARK)


def _plume(canvas: Canvas, x: float, ground: float, draw: Draw) -> None:
    for step in range(26):
        drift = step * (4 + 5 * next(draw))
        radius = 10 + step * 2.1
        shade = SMOKE[int(next(draw) * len(SMOKE))]
        canvas.disc(x + drift, ground - step * 11, radius, shade)


def hut(draw: Draw) -> Canvas:
    """A hut whose roof has burnt away, beams standing, thin smoke."""
    canvas = _landscape(draw)
    left, ground = 170 + 80 * next(draw), 400.0
    _plume(canvas, left + 150, 270, draw)
    canvas.box(left, 270, 280, ground - 270, (116, 98, 80))
    canvas.polygon([(left, 272), (left + 90, 330), (left + 200, 290), (left + 280, 272)], CHAR)
    canvas.box(left + 112, 320, 54, ground - 320, DARK)
    for number in range(6):
        x = left + 10 + number * 50
        canvas.stroke((x, 275), (x + 40 * (next(draw) - 0.3), 190 + 40 * next(draw)), 8, CHAR)
    for _ in range(30):
        canvas.box(left - 60 + 400 * next(draw), 395 + 60 * next(draw), 26 * next(draw), 5, CHAR)
    return canvas


def door(draw: Draw) -> Canvas:
    """A wooden door in a plastered wall with a painted circle and a stroke."""
    canvas = Canvas(WALL)
    for _ in range(140):
        canvas.box(640 * next(draw), 480 * next(draw), 8 + 50 * next(draw), 3, (182, 160, 124))
    canvas.box(210, 60, 220, 420, (92, 66, 40))
    for number in range(5):
        canvas.box(216 + number * 42, 66, 38, 414, WOOD)
    canvas.disc(405, 290, 7, DARK)
    x, y = 320 + 14 * (next(draw) - 0.5), 210 + 20 * next(draw)
    canvas.ring(x, y, 58 + 8 * next(draw), 13, CHALK)
    canvas.stroke((x - 74, y + 66 * next(draw)), (x + 74, y - 60 * next(draw)), 13, CHALK)
    for _ in range(4):
        drip = x - 50 + 100 * next(draw)
        canvas.box(drip, y + 50, 4, 20 + 60 * next(draw), CHALK)
    return canvas


def column(draw: Draw) -> Canvas:
    """People walking along a track with bundles on their heads."""
    canvas = _landscape(draw)
    canvas.polygon([(0, 470), (640, 330), (640, 360), (160, 480), (0, 480)], TRACK)
    for number in range(15):
        x = 610 - number * 41 + 16 * next(draw)
        ground = 348 + number * 8.5
        tall = 42 + number * 5.5
        _person(canvas, x, ground, tall * (0.6 + 0.4 * next(draw)), draw)
        if next(draw) > 0.35:  # noqa: PLR2004 - about two in three carry something
            canvas.disc(x, ground - tall * 1.06, 0.17 * tall, CLOTHS[number % len(CLOTHS)])
    return canvas


def crowd(draw: Draw) -> Canvas:
    """A stadium stand behind a fence, many small silhouettes."""
    canvas = _landscape(draw)
    for step in range(6):
        canvas.box(0, 150 + step * 28, WIDTH_PIXELS, 26, (150 - step * 6, 148 - step * 6, 144))
    for row in range(9):
        for number in range(22):
            _person(canvas, number * 30 + 18 * next(draw), 250 + row * 22, 34 + row * 2, draw)
    for number in range(17):
        canvas.box(number * 40, 120, 4, 360, DARK)
    canvas.box(0, 170, WIDTH_PIXELS, 4, DARK)
    canvas.box(0, 400, WIDTH_PIXELS, 4, DARK)
    return canvas


def checkpoint(draw: Draw) -> Canvas:
    """A trunk across a road, figures with a band on the arm."""
    canvas = _landscape(draw)
    canvas.polygon([(260, 262), (380, 262), (560, 480), (60, 480)], TRACK)
    canvas.stroke((110, 392), (540, 372 + 20 * next(draw)), 20, WOOD)
    for number in range(5):
        x, ground = 120 + number * 96 + 30 * next(draw), 384 + 40 * next(draw)
        _person(canvas, x, ground, 120, draw)
        canvas.box(x + 8, ground - 84, 14, 10, GREEN)
    canvas.box(470, 268, 92, 40, (128, 132, 134))
    canvas.disc(490, 310, 10, DARK)
    canvas.disc(544, 310, 10, DARK)
    return canvas


def leaflet(draw: Draw) -> Canvas:
    """A crumpled sheet with a field, a hoe and unreadable lines."""
    canvas = Canvas((88, 80, 72))
    tilt = 40 * (next(draw) - 0.5)
    canvas.polygon([(130, 40 + tilt), (520, 30 - tilt), (535, 450), (115, 456)], PAPER)
    for number in range(8):
        y = 250.0 + number * 18
        canvas.stroke((160, y + 5 * next(draw)), (490, y), 3, (150, 142, 116))
    for _ in range(26):
        x, y = 165 + 320 * next(draw), 250 + 130 * next(draw)
        canvas.stroke((x, y), (x + 10 * (next(draw) - 0.5), y - 22), 4, GREEN)
    canvas.stroke((300, 240), (430, 90), 9, WOOD)
    canvas.polygon([(420, 84), (470, 78), (462, 112), (428, 104)], DARK)
    _scribble(canvas, 170, 410, 300, draw)
    return canvas


def _scribble(canvas: Canvas, left: float, y: float, long: float, draw: Draw) -> None:
    """Draw one line of writing that nobody can read."""
    x = left
    while x < left + long:
        word = 14 + 34 * next(draw)
        canvas.box(x, y + 3 * next(draw), min(word, left + long - x), 7, INK)
        x += word + 10


def ledger(draw: Draw) -> Canvas:
    """A page of a register, one green mark before some of the lines."""
    canvas = Canvas((104, 84, 62))
    canvas.polygon([(80, 30), (570, 44), (556, 462), (66, 448)], PAPER)
    for number in range(15):
        y = 66 + number * 25
        canvas.stroke((90, y + 14), (548, y + 16), 2, (170, 164, 150))
        _scribble(canvas, 140, y, 150 + 150 * next(draw), draw)
        if next(draw) > 0.55:  # noqa: PLR2004 - a little under half are marked
            canvas.box(104, y, 18, 4, GREEN)
            canvas.box(111, y, 4, 13, GREEN)
    return canvas


def crates(draw: Draw) -> Canvas:
    """Long crates beside a lorry at night."""
    canvas = Canvas((38, 42, 54))
    canvas.box(0, 340, WIDTH_PIXELS, 140, (58, 54, 50))
    canvas.box(330, 150, 290, 170, (72, 78, 84))
    canvas.box(300, 210, 40, 110, (60, 64, 70))
    for x in (370, 560):
        canvas.disc(x, 330, 26, CHAR)
    for number in range(6):
        left, top = 60 + 18 * next(draw) + 24 * (number % 2), 400 - number * 30
        canvas.box(left, top, 230, 27, WOOD)
        canvas.box(left + 40, top, 6, 27, CHAR)
        canvas.box(left + 180, top, 6, 27, CHAR)
    for left in (300, 250):
        _person(canvas, left + 30 * next(draw), 430, 130, draw)
    return canvas


def smoke(draw: Draw) -> Canvas:
    """Smoke over low houses, seen from far."""
    canvas = _landscape(draw)
    for _ in range(3):
        _plume(canvas, 80 + 380 * next(draw), 290, draw)
    for number in range(9):
        colour = WALL if next(draw) > 0.4 else (140, 120, 98)  # noqa: PLR2004 - mixed walls
        _house(canvas, 20 + number * 68, 330 + 30 * next(draw), 50 + 20 * next(draw), colour)
    return canvas


SCENES: dict[str, Callable[[Draw], Canvas]] = {
    "hut": hut,
    "door": door,
    "column": column,
    "crowd": crowd,
    "checkpoint": checkpoint,
    "leaflet": leaflet,
    "list": ledger,
    "crates": crates,
    "smoke": smoke,
}


def picture(kind: str, seed: int) -> bytes:
    """Draw a scene as PNG bytes; the same scene and seed give the same bytes.

    Args:
        kind: A key of ``SCENES``.
        seed: Any whole number.

    Raises:
        KeyError: No such scene.
    """
    return SCENES[kind](noise.stream(seed)).png(seed)


def main(folder: Path) -> None:
    """Draw every picture that ``reports.jsonl`` asks for."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (Path(__file__).parent / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        wanted = json.loads(line)["attachment"]
        if wanted:
            (folder / wanted["name"]).write_bytes(picture(wanted["kind"], wanted["seed"]))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/demo-pictures"))
