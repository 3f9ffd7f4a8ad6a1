"""Put the laboratory's tables into docs/delivery.md, so that no figure there was typed by hand.

Theory of operation: the document holds a pair of marks per scenario; what stands between them is
written from docs/figures/lab.json. `python -m tests.lab.document` writes it, and a contract test
fails when document and numbers differ.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENT: Final = ROOT / "docs" / "delivery.md"
NUMBERS: Final = ROOT / "docs" / "figures" / "lab.json"

_BLOCK: Final = re.compile(r"<!-- lab: (?P<name>\w+) -->\n.*?<!-- end -->", re.DOTALL)
_VERDICTS: Final = {True: "reached", False: "**missed**", None: "not judged"}


def written(text: str, whole: Mapping[str, Any]) -> str:
    """Fill every block of a document.

    Args:
        text: The document.
        whole: What lab.json holds.

    Returns:
        The document with the tables of now.

    Raises:
        KeyError: A block names a scenario of which there are no numbers.
    """

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        body = marks_table(whole) if name == "MARKS" else scenario_block(whole["scenarios"][name])
        return f"<!-- lab: {name} -->\n{body}\n<!-- end -->"

    return _BLOCK.sub(block, text)


def marks_table(whole: Mapping[str, Any]) -> str:
    """Write one line per mark of every scenario."""
    lines = ["| scenario | promise | measured | |", "|---|---|---|---|"]
    for name, found in whole["scenarios"].items():
        for mark in found["marks"]:
            words = [_plain(mark["what"]), _plain(mark["found"]), _VERDICTS[mark["is_reached"]]]
            lines.append(f"| {name} | " + " | ".join(words) + " |")
    return "\n".join(lines)


def scenario_block(found: Mapping[str, Any]) -> str:
    """Write one scenario's table: median, and least to most, per subject."""
    rows: Sequence[Mapping[str, Any]] = found["rows"]
    columns = [key for key in rows[0] if any(_is_spread(row.get(key)) for row in rows)]
    heads = ["subject", "runs", "not finished", *columns, "lost", "twice"]
    lines = [" | ".join(heads), "|".join(["---"] * len(heads))]
    lines += [" | ".join(_cells(row, columns)) for row in rows]
    table = "\n".join(f"| {line} |" for line in lines)
    return f"{table}\n\nMeasured on {found['measured_on']}."


def _cells(row: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
    name = row["subject"] + (f" ({row['variant']})" if row["variant"] else "")
    spreads = [_spread(row.get(column)) for column in columns]
    runs = [str(row["cells"]), str(row["unfinished"])]
    return [name, *runs, *spreads, str(row["lost"]), str(row["stored_twice"])]


def _is_spread(found: object) -> bool:
    return isinstance(found, Mapping) and {"min", "median", "max"} <= found.keys()


def _spread(found: Mapping[str, float] | None) -> str:
    if found is None:
        return "-"
    least, middle, most = (f"{found[name]:.4g}" for name in ("min", "median", "max"))
    return middle if least == most else f"{middle} ({least} to {most})"


def _plain(text: str) -> str:
    return text.replace("|", "/")


def main() -> int:
    """Write the document anew."""
    text = DOCUMENT.read_text()
    DOCUMENT.write_text(written(text, json.loads(NUMBERS.read_text())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
