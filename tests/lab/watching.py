"""What a watcher of the phone's line notes of one sync: sizes, counts, gaps, times. Pure.

A row is made from the packet log of one sync (`tests/lab/traffic.py`): nothing is in it that a
watcher between phone and relay does not have, and everything that the literature on traffic
analysis looks at for such short exchanges.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from tests.lab.link_model import UP
from tests.lab.traffic import Entry

FIRST_PACKETS: Final = 14
"""Sizes of so many first packets that carry something, signed by their way."""

_HEADERS_BYTES: Final = 52
"""IPv4 and TCP with timestamps: what is larger carries something."""

NAMES: Final = (
    "bytes up",
    "bytes down",
    "packets up",
    "packets down",
    "full up",
    "full down",
    "connections",
    "largest up",
    "largest down",
    "duration",
    "longest gap",
    "median gap",
    "gap before the answer",
    "time from first to last byte up",
    "time from first to last byte down",
    *(f"packet {number}" for number in range(1, FIRST_PACKETS + 1)),
    *(f"gap {number}" for number in range(1, FIRST_PACKETS)),
)


def row_of(entries: Sequence[Entry]) -> list[float]:
    """Write down one sync.

    Args:
        entries: Its packets in the order of time; at least one.

    Returns:
        Numbers in the order of `NAMES`; times in milliseconds.
    """
    up = [entry for entry in entries if entry[1] == UP]
    down = [entry for entry in entries if entry[1] != UP]
    full = [entry for entry in entries if entry[2] > _HEADERS_BYTES]
    times = [entry[0] / 1000 for entry in full]
    gaps = [after - before for before, after in pairwise(times)]
    sizes = [(1 if entry[1] == UP else -1) * entry[2] for entry in full[:FIRST_PACKETS]]
    return [
        sum(entry[2] for entry in up),
        sum(entry[2] for entry in down),
        len(up),
        len(down),
        sum(entry[1] == UP for entry in full),
        sum(entry[1] != UP for entry in full),
        len({entry[4] for entry in entries}),
        max((entry[2] for entry in up), default=0),
        max((entry[2] for entry in down), default=0),
        (entries[-1][0] - entries[0][0]) / 1000,
        max(gaps, default=0.0),
        median(gaps) if gaps else 0.0,
        _before_answer(full),
        _span(up),
        _span(down),
        *_filled(sizes, FIRST_PACKETS),
        *_filled(gaps[: FIRST_PACKETS - 1], FIRST_PACKETS - 1),
    ]


def _before_answer(full: Sequence[Entry]) -> float:
    """Measure from the last packet up to the first one down behind it."""
    last = max((at for at, entry in enumerate(full) if entry[1] == UP), default=0)
    following = [entry[0] for entry in full[last:] if entry[1] != UP]
    return (following[0] - full[last][0]) / 1000 if following else 0.0


def _span(entries: Sequence[Entry]) -> float:
    return (entries[-1][0] - entries[0][0]) / 1000 if entries else 0.0


def _filled(values: Sequence[float], length: int) -> list[float]:
    return [*values, *[0.0] * (length - len(values))]
