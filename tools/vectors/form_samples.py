"""Small forms, put together for the vectors."""

import json
from pathlib import Path

_BUNDLED = Path(__file__).resolve().parents[2] / "schemas" / "forms"


def text(sentence: str, *languages: str) -> dict[str, str]:
    """Say the same sentence in English and some more languages."""
    return dict.fromkeys(("en", *languages), sentence)


def option(value: str, *languages: str) -> dict[str, object]:
    """Write an option."""
    return {"value": value, "label": text(value, *languages)}


def question(key: str, type: str, *languages: str, **more: object) -> dict[str, object]:  # noqa: A002
    """Write a question; None takes a field away."""
    value = {"key": key, "type": type, "label": text(key, *languages)} | more
    return {name: one for name, one in value.items() if one is not None or name == "when"}


def form(**changes: object) -> dict[str, object]:
    """Write a form with some fields changed; None takes a field away."""
    value: dict[str, object] = {
        "v": 1,
        "key": "sample",
        "version": 1000,
        "categories": ["attack"],
        "title": text("A sample"),
        "questions": [question("free", "text")],
    }
    value.update(changes)
    return {name: one for name, one in value.items() if one is not None}


def bundled_json(key: str) -> object:
    """Read a form that comes with the app."""
    return json.loads((_BUNDLED / f"{key}.json").read_text("utf-8"))
