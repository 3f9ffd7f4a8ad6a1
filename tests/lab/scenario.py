"""What a scenario is, and how its file is found.

A file `tests/lab/scenarios/<name>.py` holds `SCENARIO`, a `Scenario`. Its `run` is called once per
cell, in a process of its own with a folder of its own, and gives numbers; its `judge` is called
once over the numbers of all cells of the scenario, and says which marks were reached.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.lab import scenarios

Numbers = Mapping[str, Any]
"""What a cell found; `failed` (a sentence) means that it does not count as measured."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One run: a subject, a variant of the scenario, a seed."""

    scenario: str
    subject: str
    seed: int
    variant: str = ""

    @property
    def key(self) -> str:
        """Name it in a results file."""
        return "/".join([self.scenario, self.variant or "-", self.subject, str(self.seed)])


@dataclass(frozen=True, slots=True)
class Outcome:
    """A cell and what it found."""

    cell: Cell
    numbers: Numbers

    @property
    def is_good(self) -> bool:
        """Tell whether it was measured, nothing was lost, and nothing stored twice by us."""
        return not self.numbers.get("failed")


@dataclass(frozen=True, slots=True)
class Mark:
    """One promise, and what came of it.

    Attributes:
        what: The promise in words, with its number.
        found: What was measured.
        is_reached: None where it could not be judged.
    """

    what: str
    found: str
    is_reached: bool | None


@dataclass(frozen=True)
class Scenario:
    """A scenario.

    Attributes:
        name: On the command line; `L20`.
        title: One line for people.
        run: Makes one cell's numbers in a folder.
        judge: Says which marks were reached.
        subjects: Which subjects it is for.
        variants: Names of variants; one nameless unless given.
        seeds: How many seeds (1, 2, ...).
        limit_seconds: A cell is ended after so long.
        memory_mib: Roughly what one cell takes.
        is_lonely: Its cells run while no other cell does (it measures the machine, not the link).
        figure: Which number to plot per subject; "" for none.
        unit: What stands under the plot's axis.
        mark: Where the plot shows a line; None for none.
        columns: Numbers shown in the table.
    """

    name: str
    title: str
    run: Callable[[Cell, Path], Numbers]
    judge: Callable[[Sequence[Outcome]], Sequence[Mark]]
    subjects: tuple[str, ...] = ("tocsin",)
    variants: tuple[str, ...] = ("",)
    seeds: int = 5
    limit_seconds: float = 1800.0
    memory_mib: int = 400
    is_lonely: bool = False
    figure: str = ""
    unit: str = "seconds until the last receipt (dots: seeds; bar and number: median)"
    mark: float | None = None
    columns: tuple[str, ...] = field(
        default=("first_receipt", "t50", "t90", "done", "bytes_per_byte", "requests", "connections")
    )

    def cells(self, most_seeds: int | None = None) -> list[Cell]:
        """List the cells, seed by seed, so that an early stop leaves every subject some."""
        seeds = self.seeds if most_seeds is None else most_seeds
        return [
            Cell(self.name, subject, seed, variant)
            for seed in range(1, seeds + 1)
            for variant in self.variants
            for subject in self.subjects
        ]


def find_scenarios() -> dict[str, Scenario]:
    """Collect every scenario by name."""
    found = {}
    for module in pkgutil.iter_modules(scenarios.__path__):
        loaded = importlib.import_module(f"{scenarios.__name__}.{module.name}")
        scenario = getattr(loaded, "SCENARIO", None)
        if isinstance(scenario, Scenario):
            found[scenario.name] = scenario
    return dict(sorted(found.items()))


def values(
    outcomes: Sequence[Outcome], name: str, subject: str = "tocsin", variant: str = ""
) -> list[float]:
    """List one number over the good cells of a subject, where it is there."""
    return [
        float(one.numbers[name])
        for one in outcomes
        if one.is_good
        and one.cell.subject == subject
        and one.cell.variant == variant
        and one.numbers.get(name) is not None
    ]


def middle(
    outcomes: Sequence[Outcome], name: str, subject: str = "tocsin", variant: str = ""
) -> float | None:
    """Give the median of one number over the good cells of a subject; None without any."""
    found = values(outcomes, name, subject, variant)
    return median(found) if found else None
