"""The one source of randomness. Everything random takes an ``Entropy``; this is the real one."""

import os
from collections.abc import Callable

Entropy = Callable[[int], bytes]
"""Gives n unpredictable bytes. Vectors and tests pass a seeded one."""


def random_bytes(count: int) -> bytes:
    """Draw unpredictable bytes from the operating system.

    Args:
        count: How many bytes, at least 0.

    Returns:
        Exactly ``count`` bytes.
    """
    return os.urandom(count)
