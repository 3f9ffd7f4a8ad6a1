"""A form document to the sheets of an XLSForm: what `xlsform.imported` reads back as it was.

Spec: docs/spec/xlsform.md section 5
"""

from collections.abc import Mapping
from typing import Any, Final

from schemas.domain.forms import FALLBACK_LANGUAGE, YES_NO_VALUES
from server.desk.forms.headings import written
from server.desk.forms.option_lists import YES_NO_LIST
from server.desk.forms.xlsx import Table
from server.desk.forms.xpath import xpath_of

NOTE_NAME: Final = "tocsin_note"
TYPES: Final[Mapping[str, str]] = {
    "text": "text",
    "number": "integer",
    "date": "date",
    "choice": "select_one",
    "choices": "select_multiple",
    "yes_no": "select_one",
}
YES_NO_LABELS: Final[Mapping[str, str]] = {"yes": "Yes", "no": "No", "unknown": "I do not know"}
"""For other programs; the phone says them in each of its languages."""


def tables(document: Mapping[str, Any]) -> dict[str, Table]:
    """Lay a form out as the three sheets.

    Args:
        document: A form document; a draft that is not whole is written as far as it goes.
    """
    tags = sorted(document["title"], key=lambda tag: (tag != FALLBACK_LANGUAGE, tag))
    return {
        "survey": _survey(document, tags),
        "choices": _choices(document, tags),
        "settings": _settings(document, tags),
    }


def _said(column: str, tags: list[str]) -> list[str]:
    return [f"{column}::{written(tag)}" for tag in tags]


def _texts(text: Mapping[str, str] | None, tags: list[str]) -> list[str]:
    return [(text or {}).get(tag, "") for tag in tags]


def _survey(document: Mapping[str, Any], tags: list[str]) -> Table:
    head = ["type", "name", *_said("label", tags), *_said("hint", tags)]
    rows = [[*head, "required", "relevant", "constraint"]]
    if document.get("note"):
        rows.append(["note", NOTE_NAME, *_texts(document["note"], tags)])
    return rows + [_row(question, tags) for question in document["questions"]]


def _row(question: Mapping[str, Any], tags: list[str]) -> list[str]:
    return [
        _type(question),
        question["key"],
        *_texts(question["label"], tags),
        *_texts(question.get("hint"), tags),
        "yes" if question.get("required") else "",
        xpath_of(question["when"]) if question.get("when") else "",
        _constraint(question),
    ]


def _type(question: Mapping[str, Any]) -> str:
    kind = TYPES[question["type"]]
    if question["type"] == "yes_no":
        return f"{kind} {YES_NO_LIST}"
    return f"{kind} {question['key']}" if "options" in question else kind


def _constraint(question: Mapping[str, Any]) -> str:
    least, most = question.get("least"), question.get("most")
    if question["type"] == "text":
        return f"string-length(.) <= {most}" if most is not None else ""
    parts = [f". >= {least}"] if least is not None else []
    parts += [f". <= {most}"] if most is not None else []
    return " and ".join(parts)


def _choices(document: Mapping[str, Any], tags: list[str]) -> Table:
    rows = [["list_name", "name", *_said("label", tags)]]
    for question in document["questions"]:
        rows += [
            [question["key"], option["value"], *_texts(option["label"], tags)]
            for option in question.get("options", ())
        ]
    if any(question["type"] == "yes_no" for question in document["questions"]):
        rows += [
            [YES_NO_LIST, value, *([YES_NO_LABELS[value]] * len(tags))] for value in YES_NO_VALUES
        ]
    return rows


def _settings(document: Mapping[str, Any], tags: list[str]) -> Table:
    title = document["title"]
    head = ["form_title", "form_id", "version", "default_language"]
    row = [title[tags[0]], document["key"], str(document.get("version", "")), written(tags[0])]
    for tag in tags[1:]:
        head.append(f"form_title::{written(tag)}")
        row.append(title[tag])
    head += ["tocsin_categories", "tocsin_offered"]
    row += [" ".join(document["categories"]), "yes" if document.get("optional") else ""]
    return [head, row]
