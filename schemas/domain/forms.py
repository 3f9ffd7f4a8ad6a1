"""Questions that a desk asks for a category, and what answers to them are worth.

Theory of operation: a question is shown when its condition holds for the answers to the questions
before it that are themselves shown. So one walk from the first question to the last decides
everything, and the answer to a hidden question never counts, is never kept and never sent.

Spec: docs/spec/forms.md
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from schemas.constants import DEFAULT_ANSWER_CHARACTERS, MAX_ANSWER_NUMBER
from schemas.domain.vocabulary import Category
from schemas.errors import FormError

Text: TypeAlias = Mapping[str, str]
"""One sentence in each language, by BCP 47 tag."""

AnswerValue: TypeAlias = str | int | tuple[str, ...]
FormAnswers: TypeAlias = Mapping[str, AnswerValue]

YES_NO_VALUES: Final = ("yes", "no", "unknown")
FALLBACK_LANGUAGE: Final = "en"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class QuestionType(StrEnum):
    """What an answer is."""

    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Is:
    """Holds when the question's answer is one of the values, or holds one of them."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """Holds when every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Holds when at least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Unless:
    """Holds when the part does not; also when nothing was answered."""

    part: "Condition"


Condition: TypeAlias = Is | Every | Either | Unless


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One screen of a form.

    Attributes:
        most: Characters of a text, or the largest number.
        least: The smallest number.
        when: Shown only when this holds; None is always.
    """

    key: str
    type: QuestionType
    label: Text
    hint: Text | None = None
    is_required: bool = False
    options: tuple[Option, ...] = ()
    least: int | None = None
    most: int | None = None
    when: Condition | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """What may be chosen."""
        if self.type is QuestionType.YES_NO:
            return YES_NO_VALUES
        return tuple(option.value for option in self.options)


@dataclass(frozen=True, slots=True)
class Form:
    """A list of questions for some categories.

    Attributes:
        is_optional: Offered beside the report with `note` as the reason; otherwise asked.
    """

    key: str
    version: int
    categories: tuple[Category, ...]
    title: Text
    questions: tuple[Question, ...]
    note: Text | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class FilledForm:
    """What a report holds of one form; its labels are in the form that key and version name."""

    key: str
    version: int
    answers: FormAnswers

    def __repr__(self) -> str:
        """Hide the answers."""
        return f"<FilledForm {self.key} {self.version}>"


def said_in(text: Text, language: str) -> str:
    """Choose the sentence for a reader: their language, English, or the first there is."""
    for wanted in (language, language.split("-", maxsplit=1)[0], FALLBACK_LANGUAGE):
        if wanted in text:
            return text[wanted]
    return text[min(text)]


def holds(condition: Condition | None, answers: FormAnswers) -> bool:
    """Tell whether a condition holds for the answers to the questions shown so far."""
    match condition:
        case None:
            return True
        case Is(question, values):
            answer = answers.get(question, ())
            chosen = answer if isinstance(answer, tuple) else (answer,)
            return any(one in values for one in chosen)
        case Every(parts):
            return all(holds(part, answers) for part in parts)
        case Either(parts):
            return any(holds(part, answers) for part in parts)
        case Unless(part):
            return not holds(part, answers)


def shown(form: Form, answers: FormAnswers) -> tuple[Question, ...]:
    """List the questions that are shown for these answers, in order."""
    found: list[Question] = []
    counted: dict[str, AnswerValue] = {}
    for question in form.questions:
        if not holds(question.when, counted):
            continue
        found.append(question)
        if question.key in answers:
            counted[question.key] = answers[question.key]
    return tuple(found)


def kept(form: Form, answers: FormAnswers) -> dict[str, AnswerValue]:
    """Keep the answers to questions that are shown, in the order of the form.

    Raises:
        FormError: `bad-answer` when a kept answer does not fit its question.
    """
    result = {one.key: answers[one.key] for one in shown(form, answers) if one.key in answers}
    for question in form.questions:
        if question.key in result and not fits(question, result[question.key]):
            raise FormError("bad-answer", f"check the answer to {question.key}")
    return result


def missing(form: Form, answers: FormAnswers) -> tuple[str, ...]:
    """List the keys of required questions that are shown and have no answer."""
    return tuple(
        one.key for one in shown(form, answers) if one.is_required and one.key not in answers
    )


def fits(question: Question, answer: AnswerValue) -> bool:
    """Tell whether an answer is of the question's type and inside of its limits."""
    match question.type, answer:
        case ((QuestionType.CHOICE | QuestionType.YES_NO), str()):
            return answer in question.values
        case QuestionType.CHOICES, tuple():
            # In the order of the options, so that one answer has one form.
            chosen = [value for value in question.values if value in answer]
            return bool(answer) and list(answer) == chosen
        case QuestionType.TEXT, str():
            most = DEFAULT_ANSWER_CHARACTERS if question.most is None else question.most
            return bool(answer.strip(" \t\r\n")) and len(answer) <= most and "\x00" not in answer
        case QuestionType.NUMBER, int():
            least = 0 if question.least is None else question.least
            most = MAX_ANSWER_NUMBER if question.most is None else question.most
            return least <= answer <= most
        case QuestionType.DATE, str():
            return _is_day(answer)
        case _:
            return False


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
