"""Texts that seal to a blob of a given size, whatever deflate does to them."""

from typing import Final

from tests.support.dice import Dice

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-"
# 64 letters drawn evenly are 6 bits each: three quarters of this many bytes after deflate, and
# with the 208 of the envelope and some 150 of the report's other fields they fill the bucket.
_CHARACTERS: Final = {1024: 600, 2048: 1800, 4096: 4600, 8192: 7900}


def text_of(seed: int, number: int, size_bytes: int) -> str:
    """Write a report's text.

    Args:
        seed: Of the cell.
        number: Of the report.
        size_bytes: Of the sealed blob, one of 1024, 2048, 4096, 8192.

    Returns:
        The text, the same for the same arguments.
    """
    drawn = Dice(seed * 100_000 + number).bytes(_CHARACTERS[size_bytes])
    return "".join(_LETTERS[octet % len(_LETTERS)] for octet in drawn)
