"""What a camera makes of a code on a screen: slanted, unevenly lit, between pixels, with grain."""

from math import isqrt
from typing import Final

from tests.support.dice import Dice

_DARK: Final = 40
_LIGHT: Final = 215
_EDGE_PIXELS: Final = 24
_GRAIN: Final = 24


def camera_view(modules: bytes, dice: Dice, pixels_a_module: float = 4.3) -> tuple[bytes, int, int]:
    """See one code.

    Args:
        modules: One byte a module, 0 or 255, row by row, square.
        dice: Chooses light, slant and grain.
        pixels_a_module: Not a whole number, as in life.

    Returns:
        Grey pixels, width, height.
    """
    side = isqrt(len(modules))
    span = int(side * pixels_a_module)
    columns = [int(x / pixels_a_module) for x in range(span)]
    slant = (dice.number(9) - 4) / 100
    width, height = span + 4 * _EDGE_PIXELS, span + 2 * _EDGE_PIXELS
    fall = dice.number(60)
    view = bytearray()
    for y in range(height):
        row = int((y - _EDGE_PIXELS) / pixels_a_module)
        is_inside = _EDGE_PIXELS <= y < _EDGE_PIXELS + span
        line = bytes(modules[row * side + x] for x in columns) if is_inside else b""
        start = 2 * _EDGE_PIXELS + int(slant * (y - height / 2))
        seen = (b"\xc0" * start + line).ljust(width, b"\xc0")[:width]
        view += _grained(seen.translate(_exposure(fall * y // height)), dice)
    return bytes(view), width, height


def _exposure(shade: int) -> bytes:
    """Make the table of what light and dark become on a row."""
    dark, light = _DARK, _LIGHT - shade
    return bytes(dark + value * (light - dark) // 255 for value in range(256))


def _grained(line: bytes, dice: Dice) -> bytes:
    noise = dice.bytes(len(line))
    return bytes(
        min(255, max(0, pixel + noise[at] % _GRAIN - _GRAIN // 2)) for at, pixel in enumerate(line)
    )
