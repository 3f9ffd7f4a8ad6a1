"""Changes to a form document: each gives a new one, and none checks what `checking` checks.

Theory of operation: the editor may stand half-way: a question without words, a condition whose
question has gone. So nothing is refused here that can be mended later; publishing is where the
rules bind. What a question or an answer is called can change, and conditions follow it.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.constants import FIRST_DESK_FORM_VERSION, FORM_DOCUMENT_VERSION
from schemas.domain.forms import FALLBACK_LANGUAGE
from server.desk.forms.sheet_reader import KEY_CHARACTERS, key_of
from server.desk.forms.xpath import leaves

Document = dict[str, Any]
Question = dict[str, Any]
TEXTS: Final = ("label", "hint")


def new_form(key: str, title: str, language: str) -> Document:
    """Begin a form with nothing but its title."""
    return {
        "v": FORM_DOCUMENT_VERSION,
        "key": key,
        "categories": [],
        "title": {language: title},
        "questions": [],
    }


def tags_of(document: Mapping[str, Any]) -> list[str]:
    """List the languages of a form, English first."""
    return sorted(document["title"], key=lambda tag: (tag != FALLBACK_LANGUAGE, tag))


def with_about(document: Document, about: Mapping[str, Any]) -> Document:
    """Change what stands above the questions; None takes a part away."""
    changed = {**document, **about}
    return {part: held for part, held in changed.items() if held is not None}


def with_language(document: Document, tag: str) -> Document:
    """Add a language, with every sentence still to be written."""
    changed = copy.deepcopy(document)
    for text in _texts(changed):
        text.setdefault(tag, "")
    return changed


def without_language(document: Document, tag: str) -> Document:
    """Remove a language and its sentences; the last one stays."""
    if list(document["title"]) == [tag]:
        return document
    changed = copy.deepcopy(document)
    for text in _texts(changed):
        text.pop(tag, None)
    return changed


def _texts(document: Document) -> list[dict[str, str]]:
    found = [document["title"], document.get("note")]
    for question in document["questions"]:
        found += [question.get(part) for part in TEXTS]
        found += [option["label"] for option in question.get("options", ())]
    return [text for text in found if text is not None]


def in_language(document: Document, tag: str) -> Document:
    """Give a form as a reader of one language has it: with the sentences of that language alone."""
    changed = {"version": FIRST_DESK_FORM_VERSION, **copy.deepcopy(document)}
    for text in _texts(changed):
        said = text.get(tag, "")
        text.clear()
        text[tag] = said
    return changed


def moved(document: Document, place: int, by: int) -> Document:
    """Move a question up (-1) or down (1); at the end it stays."""
    questions = list(document["questions"])
    if not 0 <= place + by < len(questions):
        return document
    questions.insert(place + by, questions.pop(place))
    return {**document, "questions": questions}


def without_question(document: Document, place: int) -> Document:
    """Remove a question; conditions about it are left for the check to name."""
    questions = document["questions"]
    return {**document, "questions": [*questions[:place], *questions[place + 1 :]]}


def with_question(document: Document, kind: str) -> Document:
    """Add an empty question at the end."""
    keys = [question["key"] for question in document["questions"]]
    label = dict.fromkeys(tags_of(document), "")
    question = {"key": free_key("question", keys), "type": kind, "label": label}
    return {**document, "questions": [*document["questions"], question]}


def put(document: Document, place: int, question: Question, renamed: Mapping[str, str]) -> Document:
    """Put a question in the place of another; conditions follow what was renamed.

    Args:
        document: The form.
        place: Of the question, from 0.
        question: What it says now.
        renamed: Old to new value of each answer that is called otherwise now.
    """
    questions = copy.deepcopy(document["questions"])
    old = questions[place]["key"]
    questions[place] = question
    for other in questions[place + 1 :]:
        for leaf in leaves(other["when"]) if other.get("when") else ():
            if leaf["question"] == old:
                leaf["question"] = question["key"]
                leaf["is"] = [renamed.get(value, value) for value in leaf["is"]]
    return {**document, "questions": questions}


def free_key(words: str, taken: Sequence[str]) -> str:
    """Make a key of some words that is not taken yet."""
    key, number = key_of(words), 1
    free = key
    while free in taken:
        number += 1
        end = f"_{number}"
        free = key[: KEY_CHARACTERS - len(end)] + end
    return free
