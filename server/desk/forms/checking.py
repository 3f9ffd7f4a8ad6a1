"""What stands between a draft and its publication, each by its place, in the order of the form.

Theory of operation: the rules are those of forms.md, said one by one so that each can be named
where it is broken. The contract's own parser has the last word: what passes here and not there is
`other`, and a test holds that this never happens to what the editor makes.

Spec: docs/spec/forms.md sections 1 to 3
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.constants import (
    MAX_ANSWER_CHARACTERS,
    MAX_ANSWER_NUMBER,
    MAX_FORM_JSON_BYTES,
    MAX_FORM_LANGUAGES,
    MAX_HINT_CHARACTERS,
    MAX_LABEL_CHARACTERS,
    MAX_OPTIONS,
    MAX_QUESTIONS,
)
from schemas.domain.forms import YES_NO_VALUES
from schemas.errors import ContractError, FormError
from schemas.wire import canonical
from schemas.wire.forms import KEY_FORM, form_of
from server.desk.forms.xpath import UnsayableError, bounded, leaves

FORM: Final = "form"
LEAST_OPTIONS: Final = 2
LISTED: Final = ("choice", "choices")
_KEY: Final = re.compile(KEY_FORM)
_VERSION: Final = 1000
"""Any version of a desk's own: the true one is given when the form is published."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is in the way of publishing.

    Attributes:
        place: Key of the question, or `form`.
        code: One of those in `trouble_words.SENTENCES`.
        values: What the sentence names.
    """

    place: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def troubles(document: Document) -> tuple[Trouble, ...]:
    """List what is in the way; nothing if the form can be published."""
    whole = finished(document)
    found = [*_of_form(whole), *_of_questions(whole)]
    if not found:
        try:
            form_of({**whole, "version": _VERSION})
        except FormError:
            size = _size(whole)
            code = "too-large" if size > MAX_FORM_JSON_BYTES else "other"
            found.append(
                Trouble(FORM, code, {"bytes": str(size), "most": str(MAX_FORM_JSON_BYTES)})
            )
    return tuple(found)


def finished(document: Document) -> dict[str, Any]:
    """Give a draft as it would be published: without sentences that nobody wrote."""
    whole = {part: held for part, held in document.items() if part not in ("questions", "version")}
    if not _is_said(whole.get("note")):
        whole.pop("note", None)
    whole["questions"] = [_without_empty(question) for question in document["questions"]]
    return whole


def _without_empty(question: Mapping[str, Any]) -> dict[str, Any]:
    return {part: held for part, held in question.items() if part != "hint" or _is_said(held)}


def _is_said(text: Mapping[str, str] | None) -> bool:
    return any(sentence.strip() for sentence in (text or {}).values())


def _size(document: Document) -> int:
    try:
        return len(canonical.encode({**document, "version": _VERSION}))
    except ContractError:
        return 0


def _of_form(form: Document) -> Iterator[Trouble]:
    tags = list(form["title"])
    if not _KEY.fullmatch(form["key"]):
        yield Trouble(FORM, "form-key", {"key": form["key"]})
    if len(tags) > MAX_FORM_LANGUAGES:
        yield Trouble(FORM, "languages", {"most": str(MAX_FORM_LANGUAGES)})
    yield from _text(FORM, "title", form["title"], tags, MAX_LABEL_CHARACTERS)
    if "note" in form:
        yield from _text(FORM, "note", form["note"], tags, MAX_HINT_CHARACTERS)
    elif form.get("optional"):
        yield Trouble(FORM, "no-reason")
    if not form["questions"]:
        yield Trouble(FORM, "no-questions")
    if len(form["questions"]) > MAX_QUESTIONS:
        yield Trouble(FORM, "too-many-questions", {"most": str(MAX_QUESTIONS)})


def _of_questions(form: Document) -> Iterator[Trouble]:
    tags = list(form["title"])
    before: dict[str, Mapping[str, Any]] = {}
    for question in form["questions"]:
        key = question["key"]
        if not _KEY.fullmatch(key):
            yield Trouble(key, "key", {"key": key})
        if key in before:
            yield Trouble(key, "key-twice", {"key": key})
        yield from _text(key, "label", question["label"], tags, MAX_LABEL_CHARACTERS)
        if "hint" in question:
            yield from _text(key, "hint", question["hint"], tags, MAX_HINT_CHARACTERS)
        yield from _options(question, tags)
        yield from _limits(question)
        yield from _condition(question, before)
        before[key] = question


def _text(
    place: str, part: str, text: Mapping[str, str], tags: Sequence[str], most: int
) -> Iterator[Trouble]:
    for tag in tags:
        said = text.get(tag, "")
        if not said.strip():
            yield Trouble(place, f"no-{part}", {"language": tag})
        elif len(said) > most:
            over = {"language": tag, "length": str(len(said)), "most": str(most)}
            yield Trouble(place, f"long-{part}", over)


def _options(question: Mapping[str, Any], tags: Sequence[str]) -> Iterator[Trouble]:
    if question["type"] not in LISTED:
        return
    key, options = question["key"], question.get("options", [])
    if not LEAST_OPTIONS <= len(options) <= MAX_OPTIONS:
        yield Trouble(key, "options", {"least": str(LEAST_OPTIONS), "most": str(MAX_OPTIONS)})
    values = [option["value"] for option in options]
    for option in options:
        value = option["value"]
        if not _KEY.fullmatch(value):
            yield Trouble(key, "value", {"value": value})
        elif values.count(value) > 1:
            yield Trouble(key, "value-twice", {"value": value})
        for one in _text(key, "option", option["label"], tags, MAX_LABEL_CHARACTERS):
            yield Trouble(key, one.code, {**one.values, "value": value})


def _limits(question: Mapping[str, Any]) -> Iterator[Trouble]:
    largest = MAX_ANSWER_CHARACTERS if question["type"] == "text" else MAX_ANSWER_NUMBER
    least, most = question.get("least", 0), question.get("most", largest)
    if not 0 <= least <= most or not 1 <= most <= largest:
        yield Trouble(question["key"], "limits", {"most": str(largest)})


def _condition(
    question: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]]
) -> Iterator[Trouble]:
    condition = question.get("when")
    if condition is None:
        return
    try:
        bounded(condition)
    except UnsayableError:
        yield Trouble(question["key"], "condition-deep")
    for leaf in leaves(condition):
        asked = before.get(leaf["question"])
        if asked is None or asked["type"] not in (*LISTED, "yes_no"):
            yield Trouble(question["key"], "condition-order", {"question": leaf["question"]})
            continue
        for value in leaf["is"]:
            if value not in values_of(asked):
                about = {"question": leaf["question"], "value": value}
                yield Trouble(question["key"], "condition-value", about)


def values_of(question: Mapping[str, Any]) -> tuple[str, ...]:
    """List what may be chosen."""
    if question["type"] == "yes_no":
        return YES_NO_VALUES
    return tuple(option["value"] for option in question.get("options", ()))
