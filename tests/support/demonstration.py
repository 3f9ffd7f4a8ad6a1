"""The demonstration's coded reports, as a model learns from them."""

import json
from pathlib import Path
from typing import Final

from schemas.domain.vocabulary import Category
from server.desk.suggestions.holding_out import CodedReport

REPORTS: Final = Path(__file__).resolve().parents[2] / "tools" / "demo" / "reports.jsonl"


def coded_reports() -> list[CodedReport]:
    """Read every report of the demonstration that stands for at least one indicator."""
    lines = REPORTS.read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return [_coded(one) for one in told if one["gold"]["indicators"]]


def _coded(told: dict[str, object]) -> CodedReport:
    gold = told["gold"]
    if not isinstance(gold, dict):
        raise TypeError("gold is an object")
    kin = [f"{tie} {gold[tie]}" for tie in ("incident", "campaign") if gold[tie]]
    kin += [str(gold["duplicate_of"])] if gold["duplicate_of"] else []
    return CodedReport(
        str(told["ref"]),
        tuple(kin),
        Category(str(told["category"])),
        str(told["text"]),
        frozenset(gold["indicators"]),
    )
