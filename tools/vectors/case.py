"""What a case is, and the seeded bytes it is made from."""

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeAlias

from schemas.errors import ContractError

Case: TypeAlias = dict[str, object]
Fields: TypeAlias = Mapping[str, object]


class SeededEntropy:
    """Gives the same bytes for the same seed, and remembers what it gave."""

    def __init__(self, seed: str) -> None:
        """Begin a stream of its own for every seed."""
        self._seed = seed.encode("utf-8")
        self._drawn = 0
        self.given = bytearray()

    def __call__(self, count: int) -> bytes:
        """Give the next bytes of the stream."""
        out = bytearray()
        while len(out) < count:
            block = self._drawn.to_bytes(8, "big")
            out += hashlib.blake2b(block, key=self._seed[:64], person=b"tocsin-vectors").digest()
            self._drawn += 1
        self.given += out[:count]
        return bytes(out[:count])


def seeded(seed: str, count: int = 32) -> bytes:
    """Give fixed bytes under a name."""
    return SeededEntropy(seed)(count)


def good(name: str, op: str, given: Fields, out: Fields) -> Case:
    """Write a case that must succeed."""
    return {"name": name, "op": op, "in": dict(given), "out": dict(out)}


def bad(name: str, op: str, given: Fields, slug: str) -> Case:
    """Write a case that must be refused with a kind."""
    return {"name": name, "op": op, "in": dict(given), "refuse": slug}


def flipped(data: bytes, position: int, bit: int = 0) -> bytes:
    """Turn one bit over; a negative position counts from the end."""
    changed = bytearray(data)
    changed[position] ^= 1 << bit
    return bytes(changed)


def must_refuse(act: Callable[[], object]) -> str:
    """Give the kind with which something is refused.

    Raises:
        AssertionError: When it is not refused: the case would say nothing.
    """
    try:
        act()
    except ContractError as error:
        return error.slug
    raise AssertionError("this case should be refused")
