"""L0, L5, L20 and W30 for the sync engine in virtual time: seconds instead of an hour.

Usage: python -m tests.lab.virtual [SEEDS]

Figures are those of a simple stream, not of a kernel's TCP (stream_model.py). They came within a
tenth of the real laboratory's where both were run, and say which of two engines is better.
"""

import sys
from dataclasses import dataclass
from statistics import median
from typing import Final

from tests.lab.link_model import Windows
from tests.lab.lossy import COUNT, shape
from tests.lab.memory_run import EngineRun
from tests.lab.memory_world import MemoryWorld
from tests.lab.windowed import COUNT as WINDOWED_COUNT
from tests.lab.windowed import windows_of
from tests.support.dice import Dice

_HOUR_MS: Final = 3_600_000
_SEEDS: Final = 8


@dataclass(frozen=True, slots=True)
class Setting:
    """One scenario: loss, reports, and whether the link comes in windows."""

    name: str
    loss_percent: int
    count: int
    size_bytes: int
    is_windowed: bool = False


SETTINGS: Final = (
    Setting("L0", 0, COUNT, 2048),
    Setting("L5", 5, COUNT, 2048),
    Setting("L20", 20, COUNT, 2048),
    Setting("L20 1k", 20, COUNT, 1024),
    Setting("one 20", 20, 1, 1024),
    Setting("W30", 10, WINDOWED_COUNT, 1024, is_windowed=True),
)


@dataclass(frozen=True, slots=True)
class Virtual:
    """What one run took."""

    seconds: float
    bytes_per_byte: float
    requests: int
    connections: int
    twice: int


def run_virtual(setting: Setting, seed: int) -> Virtual:
    """Run one setting; an hour that was not enough counts as an hour."""
    windows = windows_of(seed, has_phase=False) if setting.is_windowed else Windows()
    world = MemoryWorld.make(shape(setting.loss_percent), seed=seed, windows=windows)
    run = EngineRun(world, seed)
    dice = Dice(seed)
    run.save([dice.bytes(setting.size_bytes) for _ in range(setting.count)])
    run.run(until_ms=_HOUR_MS)
    counters = world.link.counters()
    wire_bytes = sum(one["offered_bytes"] for one in counters.values())
    return Virtual(
        seconds=(_HOUR_MS if run.done_ms is None else run.done_ms) / 1000,
        bytes_per_byte=wire_bytes / (setting.count * setting.size_bytes),
        requests=world.requests,
        connections=world.connections,
        twice=sum(len(relay.stored_twice) for relay in world.relays.values()),
    )


def line_of(setting: Setting, found: list[Virtual]) -> str:
    """Write a setting's medians and worst."""
    times = [one.seconds for one in found]
    middle = [
        median(one.bytes_per_byte for one in found),
        median(one.requests for one in found),
        median(one.connections for one in found),
    ]
    return (
        f"{setting.name:7} median {median(times):6.1f} s  ({min(times):.1f}-{max(times):.1f})  "
        f"bytes {middle[0]:.2f}  requests {middle[1]:g}  connections {middle[2]:g}  "
        f"twice {sum(one.twice for one in found)}"
    )


def main(arguments: list[str]) -> int:
    """Run all settings over so many seeds."""
    seeds = int(arguments[0]) if arguments else _SEEDS
    for setting in SETTINGS:
        found = [run_virtual(setting, seed) for seed in range(1, seeds + 1)]
        sys.stdout.write(line_of(setting, found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
