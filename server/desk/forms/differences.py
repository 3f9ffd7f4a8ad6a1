"""What changes for people when one form takes the place of another, said one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]
Question = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes.

    Attributes:
        code: One of those in `difference_words.SENTENCES`.
        values: What the sentence names.
        before: The words of before, where words change.
        after: The words from now on.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""


def differences(before: Document | None, after: Document, language: str) -> tuple[Difference, ...]:
    """List what changes.

    Args:
        before: What is in force; None for a form that is new.
        after: What is to be.
        language: In which questions are named.
    """
    if before is None:
        return (Difference("new", {"number": str(len(after["questions"]))}),)
    return (*_about(before, after), *_questions(before, after, language))


def _about(before: Document, after: Document) -> Iterator[Difference]:
    yield from _text("title", before["title"], after["title"], {})
    yield from _text("note", before.get("note") or {}, after.get("note") or {}, {})
    for tag in sorted(set(after["title"]) - set(before["title"])):
        yield Difference("language-new", {"language": tag})
    for tag in sorted(set(before["title"]) - set(after["title"])):
        yield Difference("language-gone", {"language": tag})
    for category in [one for one in after["categories"] if one not in before["categories"]]:
        yield Difference("category-new", {"category": category})
    for category in [one for one in before["categories"] if one not in after["categories"]]:
        yield Difference("category-gone", {"category": category})
    if bool(before.get("optional")) != bool(after.get("optional")):
        yield Difference("offered" if after.get("optional") else "asked")


def _text(
    code: str, before: Mapping[str, str], after: Mapping[str, str], values: Mapping[str, str]
) -> Iterator[Difference]:
    """Compare the languages that both have; all of one where the other says nothing."""
    tags = set(before) & set(after) if before and after else set(before) | set(after)
    for tag in sorted(tags):
        was, now = before.get(tag, ""), after.get(tag, "")
        if was != now:
            yield Difference(code, {**values, "language": tag}, was, now)


def _questions(before: Document, after: Document, language: str) -> Iterator[Difference]:
    old = {question["key"]: question for question in before["questions"]}
    new = {question["key"]: question for question in after["questions"]}
    for key, question in new.items():
        named = {"question": named_in(question, language)}
        if key not in old:
            yield Difference("question-new", named)
        else:
            yield from _question(old[key], question, named)
    for key, question in old.items():
        if key not in new:
            yield Difference("question-gone", {"question": named_in(question, language)})
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield Difference("order")


def _question(before: Question, after: Question, named: Mapping[str, str]) -> Iterator[Difference]:
    yield from _text("label", before["label"], after["label"], named)
    yield from _text("hint", before.get("hint") or {}, after.get("hint") or {}, named)
    if before["type"] != after["type"]:
        yield Difference("type", named)
    if bool(before.get("required")) != bool(after.get("required")):
        yield Difference("needed" if after.get("required") else "not-needed", named)
    if [before.get(limit) for limit in ("least", "most")] != [
        after.get(limit) for limit in ("least", "most")
    ]:
        yield Difference("limits", named)
    if before.get("when") != after.get("when"):
        yield Difference("condition", named)
    yield from _options(before, after, named)


def _options(before: Question, after: Question, named: Mapping[str, str]) -> Iterator[Difference]:
    old = {option["value"]: option["label"] for option in before.get("options", ())}
    new = {option["value"]: option["label"] for option in after.get("options", ())}
    if gained := _listed(value for value in new if value not in old):
        yield Difference("options-new", {**named, "answers": gained})
    if lost := _listed(value for value in old if value not in new):
        yield Difference("options-gone", {**named, "answers": lost})
    for value in [one for one in new if one in old]:
        yield from _text("option", old[value], new[value], {**named, "answer": value})


def _listed(values: Iterator[str]) -> str:
    return ", ".join(values)


def named_in(question: Question, language: str) -> str:
    """Name a question by its words for a reader, or by its key while it has none."""
    label: Mapping[str, str] = question["label"]
    wanted: Sequence[str] = (language, language.split("-", maxsplit=1)[0], "en", *sorted(label))
    return next((label[tag] for tag in wanted if label.get(tag)), str(question["key"]))
