"""Finished cells in a file of lines, so that a run that was stopped goes on where it was."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.lab.scenario import Cell, Mark, Outcome, Scenario, values

DEFAULT_FILE: Final = Path(__file__).resolve().parents[2] / ".cache" / "lab" / "results.jsonl"

_MOST_CHARACTERS: Final = 200
PROFILE: Final = (
    *("bytes_up", "bytes_down", "packets_up", "packets_down"),
    *("http_up_bytes", "http_down_bytes", "puts", "acknowledged", "load"),
)
"""Medians that say where the bytes went; beside a table's columns, in `lab.json` only."""


class Results:
    """Outcomes by cell; each is written the moment it is known."""

    def __init__(self, path: Path, *, is_fresh: bool = False) -> None:
        """Read what is there.

        Args:
            path: The file; made if missing.
            is_fresh: Cells that are run replace what is there; nothing counts as done before.
        """
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._outcomes = {} if is_fresh else _read(path)

    def done(self, cell: Cell) -> bool:
        """Tell whether a cell was measured; one that failed was not."""
        outcome = self._outcomes.get(cell.key)
        return outcome is not None and outcome.is_good

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        self._outcomes[outcome.cell.key] = outcome
        with self._path.open("a") as file:
            line = {"cell": asdict(outcome.cell), "numbers": dict(outcome.numbers)}
            file.write(json.dumps(line) + "\n")

    def of(self, scenario: str) -> list[Outcome]:
        """List the outcomes of a scenario by variant, subject and seed."""
        return sorted(
            (one for one in self._outcomes.values() if one.cell.scenario == scenario),
            key=lambda one: (one.cell.variant, one.cell.subject, one.cell.seed),
        )


def _read(path: Path) -> dict[str, Outcome]:
    if not path.exists():
        return {}
    outcomes = {}
    for line in path.read_text().splitlines():
        try:
            entry = json.loads(line)
            outcome = Outcome(Cell(**entry["cell"]), entry["numbers"])
        except (ValueError, KeyError, TypeError):
            continue  # a line that was cut when the machine stopped
        outcomes[outcome.cell.key] = outcome
    return outcomes


def spread(found: Sequence[float]) -> dict[str, float | int] | None:
    """Give median, least and most of some numbers; None without any."""
    if not found:
        return None
    return {
        "median": round(median(found), 4),
        "min": round(min(found), 4),
        "max": round(max(found), 4),
        "n": len(found),
    }


def row_of(
    scenario: Scenario, outcomes: Sequence[Outcome], subject: str, variant: str
) -> dict[str, Any]:
    """Give one line of a scenario's table as JSON."""
    ours = [one for one in outcomes if one.cell.subject == subject and one.cell.variant == variant]
    return {
        "subject": subject,
        "variant": variant,
        "cells": len(ours),
        "seeds": sorted(one.cell.seed for one in ours),
        "unfinished": sum(one.is_good and one.numbers.get("done") is None for one in ours),
        "failed": {str(one.cell.seed): one.numbers["failed"] for one in ours if not one.is_good},
        "lost": sum(int(one.numbers.get("lost") or 0) for one in ours),
        "stored_twice": sum(int(one.numbers.get("stored_twice") or 0) for one in ours),
        **{name: spread(values(outcomes, name, subject, variant)) for name in scenario.columns},
        "profile": {
            name: median(found)
            for name in PROFILE
            if (found := values(outcomes, name, subject, variant))
        },
    }


def summary(scenario: Scenario, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Give a scenario's table and marks as JSON."""
    subjects = sorted({one.cell.subject for one in outcomes}, key=_ours_first)
    rows = [
        row_of(scenario, outcomes, subject, variant)
        for variant in scenario.variants
        for subject in subjects
    ]
    return {
        "title": scenario.title,
        "rows": [row for row in rows if row["cells"]],
        "marks": [asdict(mark) for mark in marks_of(scenario, outcomes)],
    }


def marks_of(scenario: Scenario, outcomes: Sequence[Outcome]) -> list[Mark]:
    """Judge a scenario; a failed cell of ours is a mark missed, whatever else was reached."""
    failed = [
        f"{one.cell.key}: {_last_line(str(one.numbers['failed']))}"
        for one in outcomes
        if not one.is_good and one.cell.subject.startswith("tocsin")
    ]
    ours = sum(one.cell.subject.startswith("tocsin") for one in outcomes)
    clean = Mark(
        "every run: lost 0, stored twice 0",
        "; ".join(failed) or f"{ours} runs",
        not failed if ours else None,
    )
    return [*scenario.judge(outcomes), clean]


def _last_line(text: str) -> str:
    """Give what a traceback ends with."""
    return text.strip().splitlines()[-1][:_MOST_CHARACTERS] if text.strip() else text


def _ours_first(subject: str) -> tuple[bool, str]:
    return (not subject.startswith("tocsin"), subject)
