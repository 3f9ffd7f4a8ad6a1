"""Everything the demonstration says, read from its files."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TAXONOMY = HERE.parents[1] / "schemas" / "framework"

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the demonstration says."""

    reports: list[JsonObject]
    country: JsonObject
    assessments: list[JsonObject]
    replies: list[JsonObject]
    people: JsonObject
    hostile: JsonObject
    categories: frozenset[str]
    indicators: frozenset[str]


def _json(path: Path) -> Any:  # noqa: ANN401 - what a JSON file holds
    return json.loads(path.read_text(encoding="utf-8"))


def read_content() -> Content:
    """Read the bundled content and the taxonomy it is coded against."""
    framework = _json(TAXONOMY / "un_2014_draft_0.json")
    lines = (HERE / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    return Content(
        reports=[json.loads(line) for line in lines],
        country=_json(HERE / "country.json"),
        assessments=_json(HERE / "assessments.json"),
        replies=_json(HERE / "replies.json"),
        people=_json(HERE / "people.json"),
        hostile=_json(HERE / "hostile.json"),
        categories=frozenset(_json(TAXONOMY / "categories.json")["categories"]),
        indicators=frozenset(
            indicator["id"]
            for factor in framework["risk_factors"]
            for indicator in factor["indicators"]
        ),
    )
