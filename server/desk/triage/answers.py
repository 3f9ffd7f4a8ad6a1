"""Answers to forms, with their labels in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.domain.forms import AnswerValue, FilledForm, Form, Question, QuestionType, said_in
from server.desk.translations import _

FindForm = Callable[[str, int], Form | None]


@dataclass(frozen=True, slots=True, repr=False)
class AnswerView:
    """One answer.

    Attributes:
        question: Its label, or its key when the form is not known here.
        said: Each value in words.
        is_own_words: Written by the reporter, in their language.
    """

    question: str
    said: tuple[str, ...]
    is_own_words: bool

    def __repr__(self) -> str:
        """Hide the answer."""
        return "<AnswerView>"


@dataclass(frozen=True, slots=True, repr=False)
class FilledView:
    """The answers to one form."""

    title: str
    is_known: bool
    answers: tuple[AnswerView, ...]

    def __repr__(self) -> str:
        """Hide the answers."""
        return "<FilledView>"


def answers_said(
    filled: tuple[FilledForm, ...], find: FindForm, language: str
) -> tuple[FilledView, ...]:
    """Put the answers of a report into words.

    Args:
        filled: As the report holds them.
        find: Gives the form of a key and version, or None.
        language: The reader's.

    Returns:
        Known questions in the order of their form, then whatever else came, as it came.
    """
    return tuple(_filled(one, find(one.key, one.version), language) for one in filled)


def _filled(filled: FilledForm, form: Form | None, language: str) -> FilledView:
    known = {} if form is None else {question.key: question for question in form.questions}
    order = [key for key in known if key in filled.answers]
    order += [key for key in filled.answers if key not in known]
    said = tuple(_answer(key, known.get(key), filled.answers[key], language) for key in order)
    title = filled.key if form is None else said_in(form.title, language)
    return FilledView(title, form is not None, said)


def _answer(key: str, question: Question | None, answer: AnswerValue, language: str) -> AnswerView:
    values = answer if isinstance(answer, tuple) else (str(answer),)
    if question is None:
        return AnswerView(key, values, is_own_words=True)
    labels = _labels(question, language)
    return AnswerView(
        said_in(question.label, language),
        tuple(labels.get(value, value) for value in values),
        is_own_words=question.type is QuestionType.TEXT,
    )


def _labels(question: Question, language: str) -> dict[str, str]:
    if question.type is QuestionType.YES_NO:
        return {"yes": _("yes"), "no": _("no"), "unknown": _("does not know")}
    return {option.value: said_in(option.label, language) for option in question.options}
