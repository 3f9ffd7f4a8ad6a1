"""Repeatable chance for fuzzing: the same seed gives the same choices on every machine."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Chosen = TypeVar("Chosen")


class Dice:
    """A stream of choices drawn from a seed."""

    def __init__(self, seed: int) -> None:
        """Begin a stream.

        Args:
            seed: Names the stream.
        """
        self._seed = seed.to_bytes(8, "big")
        self._drawn = 0

    def number(self, below: int) -> int:
        """Draw a whole number from 0 up to, and without, `below`."""
        self._drawn += 1
        digest = blake2b(self._drawn.to_bytes(8, "big"), key=self._seed, digest_size=8).digest()
        return int.from_bytes(digest, "big") % below

    def choice(self, things: Sequence[Chosen]) -> Chosen:
        """Draw one of some things."""
        return things[self.number(len(things))]

    def bytes(self, size: int) -> bytes:
        """Draw bytes."""
        lots = (
            blake2b(bytes([lot % 256]), key=self._seed, salt=self.number(2**32).to_bytes(16, "big"))
            for lot in range(size // 64 + 1)
        )
        return b"".join(lot.digest() for lot in lots)[:size]
