"""Repeatable noise for the invented country and its pictures.

Theory of operation: the same seed must give the same coast on every machine and in every Python,
so nothing here asks the program's entropy source. A lattice point is mixed to 64 bits with the
SplitMix64 finaliser, and values between lattice points are blended smoothly. None of it is secret
and none of it may be used for keys.
"""

import math
from collections.abc import Iterator
from functools import lru_cache

_MASK = (1 << 64) - 1


def mixed(*words: int) -> int:
    """Mix whole numbers into 64 well-spread bits.

    Args:
        words: Any whole numbers; order matters.

    Returns:
        A number in [0, 2**64).

    Source: the SplitMix64 finaliser (Steele, Lea and Flood, 2014).
    """
    state = 0x9E3779B97F4A7C15
    for word in words:
        state = (state + (word & _MASK) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return state


def unit(*words: int) -> float:
    """Give a repeatable number in [0, 1) for the words."""
    return (mixed(*words) >> 11) / float(1 << 53)


@lru_cache(maxsize=1 << 16)  # neighbouring points of a field ask for the same lattice points
def signed(*words: int) -> float:
    """Give a repeatable number in [-1, 1) for the words."""
    return 2.0 * unit(*words) - 1.0


def stream(seed: int) -> Iterator[float]:
    """Yield repeatable numbers in [0, 1) for ever."""
    index = 0
    while True:
        yield unit(seed, index)
        index += 1


def _eased(share: float) -> float:
    return share * share * (3.0 - 2.0 * share)


def field(seed: int, x: float, y: float) -> float:
    """Give smooth noise at a point, one bump per unit of length.

    Args:
        seed: Which field.
        x: First coordinate, in units of one bump.
        y: Second coordinate, in units of one bump.

    Returns:
        A number in [-1, 1).
    """
    column, row = math.floor(x), math.floor(y)
    across, up = _eased(x - column), _eased(y - row)
    low = signed(seed, column, row) * (1 - across) + signed(seed, column + 1, row) * across
    high = signed(seed, column, row + 1) * (1 - across) + signed(seed, column + 1, row + 1) * across
    return low * (1 - up) + high * up


def rough(seed: int, x: float, y: float, octaves: int = 4) -> float:
    """Add ever finer fields, each weaker, as coasts and hills look."""
    total, strength = 0.0, 0.5
    for octave in range(octaves):
        total += strength * field(seed + octave, x * 2**octave, y * 2**octave)
        strength *= 0.66  # rougher than halving: a broken coast
    return total
