"""W30 and W30P: sixty reports through windows of contact."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.lab.delivery import Delivery
from tests.lab.link_model import MILLION, Windows
from tests.lab.lossy import PEERS, shape, slower_mark
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, values
from tests.support.dice import Dice

ON_SECONDS: Final = 30
OFF_SECONDS: Final = 90
COUNT: Final = 60
SIZE_BYTES: Final = 1024
SEEDS: Final = 8
DEADLINE_SECONDS: Final = 1200.0
OURS: Final = ("tocsin",)
_CYCLE_SECONDS: Final = ON_SECONDS + OFF_SECONDS
_SLOWER_FACTOR: Final = 4.0
_IN_FIRST_WINDOW: Final = 7

Judge = Callable[[Sequence[Outcome]], Sequence[Mark]]


def windows_of(seed: int, *, has_phase: bool) -> Windows:
    """Give the windows of a seed: from an opening on, or from any moment of the cycle."""
    phase_us = Dice(seed).number(_CYCLE_SECONDS * MILLION) if has_phase else 0
    return Windows(ON_SECONDS * MILLION, OFF_SECONDS * MILLION, phase_us)


def windowed_scenario(
    name: str,
    *,
    title: str,
    has_phase: bool,
    judge: Judge,
    subjects: tuple[str, ...] = (*OURS, *PEERS),
) -> Scenario:
    """Make a scenario of windows.

    Args:
        name: Its name.
        title: One line for people.
        has_phase: The seed chooses where in the cycle it begins.
        judge: Says which marks were reached.
        subjects: Who takes part.
    """

    def run(cell: Cell, folder: Path) -> Numbers:
        one_way, windows = shape(loss_percent=10), windows_of(cell.seed, has_phase=has_phase)
        plan = Plan(up=one_way, down=one_way, seed=cell.seed, windows=windows)
        return Delivery(plan, COUNT, SIZE_BYTES, DEADLINE_SECONDS).run(cell, folder)

    return Scenario(
        name=name,
        title=title,
        run=run,
        judge=judge,
        subjects=subjects,
        seeds=SEEDS,
        limit_seconds=DEADLINE_SECONDS + 400,
        figure="done",
        mark=None if has_phase else float(ON_SECONDS),
    )


def first_window_marks(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Count the runs that were over before the first window was."""
    runs = [one for one in outcomes if one.cell.subject in OURS]
    done = values(outcomes, "done")
    inside = sum(seconds <= ON_SECONDS for seconds in done)
    most = _CYCLE_SECONDS + ON_SECONDS
    is_enough = inside * SEEDS >= _IN_FIRST_WINDOW * len(runs) if runs else None
    is_short = len(done) == len(runs) and max(done) <= most if runs else None
    return [
        Mark("all in the first window in 7 of 8 seeds", f"{inside} of {len(runs)}", is_enough),
        Mark(f"the worst within two windows ({most} s)", worst(done), is_short),
        *(slower_mark(outcomes, peer, "", _SLOWER_FACTOR) for peer in PEERS),
    ]


def any_moment_marks(outcomes: Sequence[Outcome]) -> list[Mark]:
    """See that no run needs more than the end of one window and two more."""
    done = values(outcomes, "done")
    most = 2 * _CYCLE_SECONDS + ON_SECONDS
    is_short = max(done) <= most if done else None
    return [Mark(f"the worst within {most} s of any moment", worst(done), is_short)]


def worst(done: Sequence[float]) -> str:
    """Write the longest of some times."""
    return f"{max(done):.1f} s" if done else "no run finished"
