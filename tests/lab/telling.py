"""What a person reads: progress, tables, marks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.lab.scenario import Outcome

_WORDS: Final = {True: "reached", False: "MISSED", None: "not judged"}
_SECONDS_PER_MINUTE: Final = 60


def progress(done: int, total: int, outcome: Outcome, took_seconds: float, left: float) -> str:
    """Write one line about a cell that ended."""
    cell, numbers = outcome.cell, outcome.numbers
    name = " ".join(filter(None, [cell.scenario, cell.variant, cell.subject, f"seed {cell.seed}"]))
    told = (
        f"FAILED: {numbers['failed'].strip().splitlines()[-1][:200]}"
        if numbers.get("failed")
        else short(numbers)
    )
    eta = (
        f"{left / _SECONDS_PER_MINUTE:.0f} min left" if left > _SECONDS_PER_MINUTE else "soon over"
    )
    return f"[{done}/{total}] {name}: {told} ({took_seconds:.0f} s; {eta})"


def short(numbers: Mapping[str, Any]) -> str:
    """Give the numbers that a person waits for."""
    done = numbers.get("done")
    if done is not None:
        return f"done {done:.1f} s"
    if numbers.get("acknowledged"):
        return f"{numbers['acknowledged']} acknowledged"
    return "measured"


def table(summary: Mapping[str, Any], columns: Sequence[str]) -> str:
    """Write a scenario's table: median, and least to most, per subject."""
    heads = ["subject", "cells", *columns, "lost", "twice"]
    lines = [heads, *(_line(row, columns) for row in summary["rows"])]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def marks(summary: Mapping[str, Any]) -> str:
    """Write a scenario's marks, one a line."""
    return "\n".join(
        f"  {_WORDS[mark['is_reached']]:10}  {mark['what']}: {mark['found']}"
        for mark in summary["marks"]
    )


def _line(row: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
    name = row["subject"] + (f" ({row['variant']})" if row["variant"] else "")
    cells = f"{row['cells']}" + (f" ({len(row['failed'])} failed)" if row["failed"] else "")
    numbers = [_spread(row[name]) for name in columns]
    return [name, cells, *numbers, str(row["lost"]), str(row["stored_twice"])]


def _spread(found: Mapping[str, float] | None) -> str:
    if found is None:
        return "-"
    least, middle, most = (f"{found[name]:.4g}" for name in ("min", "median", "max"))
    return middle if least == most else f"{middle} ({least}-{most})"
