"""E0: the laboratory's link against its own arithmetic.

Datagrams at three quarters of the rate, through loss; then a burst at four times the
rate, which has to come out at the rate.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

from tests.lab.children import Child
from tests.lab.link_model import MILLION, Shape
from tests.lab.network import Network, Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, middle

RATE_BITS_PER_SECOND: Final = 256_000
DELAY_US: Final = 150_000
LOSS_PPM: Final = 100_000
SIZE_BYTES: Final = 500
COUNT: Final = 1200
PORT: Final = 9
BURST: Final = 40
_GAP_US: Final = SIZE_BYTES * 8 * MILLION // RATE_BITS_PER_SECOND
_QUIET_SECONDS: Final = 3
_MODULE: Final = "tests.lab.datagrams"
_LINK: Final = Shape(RATE_BITS_PER_SECOND, DELAY_US, loss_ppm=LOSS_PPM)
Arrival = tuple[int, int, int]


def run(cell: Cell, folder: Path) -> Numbers:
    """Measure loss, delay and rate of packets."""
    with Network(Plan(up=_LINK, down=_LINK, seed=cell.seed), folder) as network:
        network.start()
        spread = measure(network, folder, COUNT, _GAP_US * 4 // 3)
        counted = network.counters()["up"]
        network.shape(loss_ppm=0)
        burst = measure(network, folder, BURST, _GAP_US // 4)
    took_us = burst[-1][1] - burst[0][1]
    return {
        "loss": round(1 - len(spread) / COUNT, 4),
        "loss_counted": round(counted["lost_packets"] / counted["offered_packets"], 4),
        "delay_ms": round(median(one[2] for one in spread) / 1000, 2),
        "late_ms": round(max(one[2] for one in spread) / 1000, 2),
        "rate_kbit": round((len(burst) - 1) * SIZE_BYTES * 8000 / took_us, 2),
        "lost": 0,
    }


def measure(network: Network, folder: Path, count: int, gap_us: int) -> list[Arrival]:
    """Send datagrams up the link; give number, arrival and time on the way of each that came."""
    side, log = network.sides["relay1"], folder / "datagrams.log"
    python = (sys.executable, "-m", _MODULE)
    with side.start(*python, "listen", str(PORT), str(_QUIET_SECONDS), log=log) as ear:
        ear.read_line(20)
        words = map(str, (PORT, count, SIZE_BYTES, gap_us))
        with network.phone.start(*python, "send", side.address, *words, log=log) as mouth:
            mouth.wait(120)
        return _arrivals(ear)


def _arrivals(ear: Child) -> list[Arrival]:
    return [(one[0], one[1], one[2]) for one in json.loads(ear.read_line(60))]


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Compare with the configuration."""
    alone_ms = DELAY_US / 1000 + SIZE_BYTES * 8000 / RATE_BITS_PER_SECOND
    return [
        _near(outcomes, "loss", LOSS_PPM / MILLION, 0.03),
        _near(outcomes, "loss_counted", LOSS_PPM / MILLION, 0.03),
        _near(outcomes, "delay_ms", alone_ms, 5.0),
        _near(outcomes, "rate_kbit", RATE_BITS_PER_SECOND / 1000, 5.0),
    ]


def _near(outcomes: Sequence[Outcome], name: str, wanted: float, off: float) -> Mark:
    found = middle(outcomes, name, "link")
    told = "not measured" if found is None else f"{found:g}"
    is_near = None if found is None else abs(found - wanted) <= off
    return Mark(f"{name}: {wanted:g} within {off:g}", told, is_near)


SCENARIO = Scenario(
    name="E0",
    title="the emulated link against its own arithmetic",
    run=run,
    judge=judge,
    subjects=("link",),
    seeds=3,
    limit_seconds=200,
    columns=("loss", "loss_counted", "delay_ms", "late_ms", "rate_kbit"),
)
