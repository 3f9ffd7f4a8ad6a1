"""Categories are told apart by their drawing alone, at six by six millimetres."""

import re
from itertools import combinations, product
from typing import Final

import pytest
from playwright.sync_api import Browser

from schemas.domain.vocabulary import Category
from tests.browser.support.spine import REPOSITORY

pytestmark = pytest.mark.browser

SPRITE: Final = REPOSITORY / "client_sync" / "phone" / "public" / "icons.svg"
SIDE_PIXELS: Final = 24
"""Six millimetres are 22.7 CSS pixels, and 24 is the grid that the drawings are drawn on."""
STROKES: Final = (1.75, 2.25)
"""As the styles draw them, and in the sunlight look."""
MOST_SHIFT_PIXELS: Final = 1
"""An eye does not measure where a drawing stands: one that is only moved counts as the same."""
LEAST_INK: Final = 96
"""Of 255: what is fainter than three eighths is paper to a tired eye."""
LEAST_DISTANCE: Final = 0.5
"""Of the ink of two drawings laid over each other, at least half is of one of them alone.

A house with a crack and a house with a cross have 0.22, and are taken for each other; drawings
that have no part in common have 0.5 and more, because frames and base lines always meet somewhere.
"""

RENDER: Final = """async ([markup, side]) => {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(markup)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  return [...data].filter((_, at) => at % 4 === 3);
}"""
CRACKED_HOUSE: Final = '<path d="M3 12l9-8 9 8M5.5 10v10h13V10M13 7.5l-2.5 4 3.5 2-3 6.5"/>'

Ink = frozenset[tuple[int, int]]


def drawing(category: Category) -> str:
    """What the sprite draws for a category."""
    sprite = SPRITE.read_text(encoding="utf-8")
    found = re.search(rf'<symbol id="{category}" viewBox="0 0 24 24">(.*?)</symbol>', sprite)
    assert found, f"{category} has no drawing"
    return found.group(1)


def inks(chromium: Browser, drawings: list[str], stroke: float) -> list[Ink]:
    """Draw each at its size, and tell which pixels have ink."""
    page = chromium.new_page()
    look = f'fill="none" stroke="black" stroke-width="{stroke}" stroke-linecap="round"'
    drawn: list[Ink] = []
    for shapes in drawings:
        markup = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE_PIXELS}" height="{SIDE_PIXELS}"'
            f' viewBox="0 0 24 24" {look} stroke-linejoin="round">{shapes}</svg>'
        )
        coverage: list[int] = page.evaluate(RENDER, [markup, SIDE_PIXELS])
        dark = [at for at, alpha in enumerate(coverage) if alpha >= LEAST_INK]
        drawn.append(frozenset(divmod(at, SIDE_PIXELS) for at in dark))
    page.close()
    return drawn


def distance(one: Ink, other: Ink) -> float:
    """Share of the ink that is of one drawing alone, at the shift where that is least."""
    shifts = range(-MOST_SHIFT_PIXELS, MOST_SHIFT_PIXELS + 1)
    moved = (
        frozenset((row + down, column + across) for row, column in other)
        for down, across in product(shifts, shifts)
    )
    return min(len(one ^ laid) / len(one | laid) for laid in moved)


@pytest.mark.parametrize("stroke", STROKES)
def test_no_category_is_taken_for_another_by_its_drawing(chromium: Browser, stroke: float) -> None:
    drawn = dict(zip(Category, inks(chromium, [drawing(c) for c in Category], stroke), strict=True))
    alike = {
        f"{one} and {other}": round(apart, 2)
        for one, other in combinations(Category, 2)
        if (apart := distance(drawn[one], drawn[other])) < LEAST_DISTANCE
    }
    assert alike == {}


def test_measure_finds_two_houses_alike_and_a_moved_drawing_the_same(chromium: Browser) -> None:
    house = drawing(Category("marking"))
    moved = f'<g transform="translate(1 1)">{house}</g>'
    marked, cracked, aside = inks(chromium, [house, CRACKED_HOUSE, moved], STROKES[0])
    assert distance(marked, cracked) < LEAST_DISTANCE
    assert distance(marked, aside) == 0
