"""The fields of the page of one question: from a posted form to a question, and back.

Theory of operation: the page works without a script, so an option is a row of fields with a number,
and a few empty rows always stand below. A condition is rows of "is" or "is not" and one answer of
an earlier question; one that needs more than that is kept as it is, or replaced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.constants import MAX_ANSWER_NUMBER, MAX_CONDITION_PARTS, MAX_OPTIONS
from schemas.domain.forms import QuestionType
from server.desk.forms.checking import LISTED, values_of
from server.desk.forms.editing import free_key
from server.desk.forms.sheet_reader import key_of
from server.desk.forms.xpath import plain

EMPTY_ROWS: Final = 3
"""Below the options and the conditions that are there; saving gives as many again."""
MAX_SENTENCE_CHARACTERS: Final = 1000
"""Three times the longest that fits: what is too long is kept, and named by the check."""
ALWAYS, EVERY, EITHER, KEEP = "always", "all", "any", "keep"
IS, IS_NOT = "is", "not"

Question = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One row: an answer of an earlier question, and whether it is to be so.

    Attributes:
        sign: `is` or `not`.
        answer: `question=value`, empty for a row that says nothing.
    """

    sign: str = IS
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ConditionFields:
    """A condition as the page shows it.

    Attributes:
        mode: `always`, `all`, `any`, or `keep` for one that needs more than rows.
    """

    mode: str
    rows: tuple[ConditionRow, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a person sent.

    Attributes:
        renamed: Old to new value of each answer that is called otherwise now.
    """

    question: Question
    renamed: Mapping[str, str]


def filled(
    fields: Mapping[str, str], before: Question, tags: Sequence[str], taken: Sequence[str]
) -> Filled:
    """Read the page of a question.

    Args:
        fields: What was sent.
        before: The question as it stands in the draft.
        tags: Languages of the form.
        taken: Keys of the other questions.
    """
    kind = fields.get("type", "")
    kind = kind if kind in set(QuestionType) else before["type"]
    label = _text(fields, "label", tags)
    written = fields.get("key", "").strip()
    first = next((said for said in label.values() if said), "question")
    key = key_of(written) if written else free_key(first, taken)
    question: Question = {"key": key, "type": kind, "label": label}
    hint = _text(fields, "hint", tags)
    if any(hint.values()):
        question["hint"] = hint
    if fields.get("required"):
        question["required"] = True
    options, renamed = _options(fields, tags)
    if kind in LISTED:
        question["options"] = options
    question |= _limits(fields, kind)
    condition = _condition(fields, before)
    if condition is not None:
        question["when"] = condition
    return Filled(question, renamed)


def _text(fields: Mapping[str, str], part: str, tags: Sequence[str]) -> dict[str, str]:
    return {tag: said_of(fields, f"{part}_{tag}") for tag in tags}


def said_of(fields: Mapping[str, str], name: str) -> str:
    """Read a sentence: one line, of a length that can be kept."""
    return " ".join(fields.get(name, "").replace("\x00", " ").split())[:MAX_SENTENCE_CHARACTERS]


def _options(
    fields: Mapping[str, str], tags: Sequence[str]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    rows: list[tuple[tuple[int, int], dict[str, Any]]] = []
    renamed: dict[str, str] = {}
    for number in range(MAX_OPTIONS + EMPTY_ROWS):
        label = {tag: said_of(fields, f"option_{number}_{tag}") for tag in tags}
        written = fields.get(f"value_{number}", "").strip()
        if fields.get(f"remove_{number}") or not (written or any(label.values())):
            continue
        first = next((said for said in label.values() if said), "answer")
        values = [option["value"] for _, option in rows]
        value = key_of(written) if written else free_key(first, values)
        was = fields.get(f"was_{number}", "")
        if was and was != value:
            renamed[was] = value
        rows.append((_order(fields, number), {"value": value, "label": label}))
    rows.sort(key=lambda row: row[0])
    return [option for _, option in rows], renamed


def _order(fields: Mapping[str, str], number: int) -> tuple[int, int]:
    """Tell where a row goes: to the place that was typed, before or after the one that is there."""
    written, here = fields.get(f"order_{number}", ""), number + 1
    if not _is_number(written):
        return here, 1
    place = int(written)
    return place, 1 + (place > here) - (place < here)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ANSWER_NUMBER))


def _limits(fields: Mapping[str, str], kind: str) -> dict[str, int]:
    names = {"number": ("least", "most"), "text": ("most",)}.get(kind, ())
    written = {name: fields.get(name, "").strip() for name in names}
    return {name: int(said) for name, said in written.items() if _is_number(said)}


def _condition(fields: Mapping[str, str], before: Question) -> dict[str, Any] | None:
    mode = fields.get("when", ALWAYS)
    if mode == KEEP:
        return before.get("when")
    if mode not in (EVERY, EITHER):
        return None
    parts = []
    for number in range(MAX_CONDITION_PARTS):
        question, _, value = fields.get(f"answer_{number}", "").partition("=")
        if question and value:
            leaf = {"question": question, "is": [value]}
            parts.append({"not": leaf} if fields.get(f"sign_{number}") == IS_NOT else leaf)
    return plain({mode: parts}) if parts else None


def condition_fields(question: Question) -> ConditionFields:
    """Lay a condition out as rows, with empty ones below."""
    condition = question.get("when")
    if condition is None:
        return ConditionFields(ALWAYS, (ConditionRow(),) * EMPTY_ROWS)
    mode, parts = EVERY, [condition]
    if "all" in condition:
        parts = condition["all"]
    elif "any" in condition:
        mode, parts = EITHER, condition["any"]
    elif len(condition.get("is", ())) > 1:
        mode = EITHER
    rows = _rows(mode, parts)
    if rows is None or len(rows) > MAX_CONDITION_PARTS:
        return ConditionFields(KEEP, (ConditionRow(),) * EMPTY_ROWS)
    empty = min(EMPTY_ROWS, MAX_CONDITION_PARTS - len(rows))
    return ConditionFields(mode, tuple(rows) + (ConditionRow(),) * empty)


def _rows(mode: str, parts: Sequence[Mapping[str, Any]]) -> list[ConditionRow] | None:
    rows: list[ConditionRow] = []
    for part in parts:
        sign = IS_NOT if "not" in part else IS
        leaf = part.get("not", part)
        several = len(leaf.get("is", ())) > 1
        if "is" not in leaf or (several and (mode == EVERY or sign == IS_NOT)):
            return None
        rows += [ConditionRow(sign, f"{leaf['question']}={value}") for value in leaf["is"]]
    return rows


def askable(questions: Sequence[Question]) -> list[tuple[Question, tuple[str, ...]]]:
    """List the questions that a condition may ask about, each with its answers."""
    found = [(question, values_of(question)) for question in questions]
    return [(question, values) for question, values in found if values]
