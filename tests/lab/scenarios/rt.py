"""RT: one report over a far, clean, fast link; what it takes is counted in round trips."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.lab.delivery import Delivery
from tests.lab.link_model import MILLION, Shape
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, middle

DELAY_US: Final = 300_000
ROUND_TRIP_SECONDS: Final = 2 * DELAY_US / MILLION
FAST: Final = Shape(rate_bits_per_second=10 * MILLION, delay_us=DELAY_US)
COLD_MARK: Final = 3
WARM_MARK: Final = 1
_DEADLINE_SECONDS: Final = 120.0


def run(cell: Cell, folder: Path) -> Numbers:
    """Hand over one report on a new connection, then one more on what is open."""
    plan = Plan(up=FAST, down=FAST, seed=cell.seed)
    extra = {"again": True}
    numbers = dict(Delivery(plan, 1, 1024, _DEADLINE_SECONDS, extra).run(cell, folder))
    numbers["cold_round_trips"] = in_round_trips(numbers.get("done"))
    numbers["warm_round_trips"] = in_round_trips(numbers.get("told", {}).get("again_seconds"))
    return numbers


def in_round_trips(seconds: float | None) -> float | None:
    """Give a time in round trips of this link."""
    return None if seconds is None else round(seconds / ROUND_TRIP_SECONDS, 2)


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Compare with three round trips cold and one warm; the rest of a round trip is computing."""
    return [
        _mark("cold, HTTPS", COLD_MARK, middle(outcomes, "cold_round_trips")),
        _mark("warm", WARM_MARK, middle(outcomes, "warm_round_trips")),
    ]


def _mark(what: str, most: int, found: float | None) -> Mark:
    told = "not measured" if found is None else f"{found:.2f}"
    return Mark(f"{what}: {most} round trips", told, None if found is None else int(found) <= most)


SCENARIO = Scenario(
    name="RT",
    title="one report, 600 ms, counted in round trips",
    run=run,
    judge=judge,
    subjects=("tocsin", "post", "odk", "tus-1"),
    limit_seconds=200,
    columns=("done", "cold_round_trips", "warm_round_trips", "requests", "connections"),
)
