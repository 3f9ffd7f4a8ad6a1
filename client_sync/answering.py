"""Answers to the desk's forms as a person types them become what a report holds.

Spec: docs/spec/forms.md
"""

from collections.abc import Mapping, Sequence

from schemas.constants import DEFAULT_ANSWER_CHARACTERS, MAX_ANSWER_NUMBER
from schemas.domain.forms import (
    AnswerValue,
    FilledForm,
    Form,
    Question,
    QuestionType,
    fits,
    missing,
    shown,
)
from schemas.domain.vocabulary import Category
from schemas.errors import InvalidReportError
from schemas.forms import asked_for

_MOST_DIGITS = 10  # of the largest number an answer may be

TypedAnswers = Mapping[str, object]
"""`question` or `form.question` to text, a number, or a list of words."""


def filled_forms(
    forms: Sequence[Form], category: Category, typed: TypedAnswers
) -> tuple[FilledForm, ...]:
    """Put typed answers into the forms of a category.

    Args:
        forms: In force at the desk.
        category: Of the report.
        typed: As they were given; several choices as a list, or as words with commas.

    Returns:
        One entry for each form with an answer, in the order of the forms.

    Raises:
        InvalidReportError: A question that is not asked, an answer that does not fit, or a required
            one that lacks; the text says which and what would do.
    """
    asked = asked_for(forms, category)
    answers: dict[str, dict[str, AnswerValue]] = {form.key: {} for form in asked}
    for name, value in typed.items():
        form, question = _meant(asked, name, category)
        answers[form.key][question.key] = _taken(question, value)
    filled = [
        FilledForm(form.key, form.version, _complete(form, answers[form.key]))
        for form in asked
        if answers[form.key]
    ]
    return tuple(filled)


def _meant(asked: Sequence[Form], name: str, category: Category) -> tuple[Form, Question]:
    form_key, _, question_key = name.rpartition(".")
    found = [
        (form, question)
        for form in asked
        for question in form.questions
        if question.key == question_key and form_key in ("", form.key)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(f"{form.key}.{question_key}" for form, _ in found)
        raise InvalidReportError(hint=f"say which form is meant: {names}")
    known = " ".join(f"{form.key}.{one.key}" for form in asked for one in form.questions)
    raise InvalidReportError(
        hint=f"no question {name} is asked for {category.value}; there are: {known or 'none'}"
    )


def _taken(question: Question, value: object) -> AnswerValue:
    answer = _read(question, value)
    if answer is None or not fits(question, answer):
        raise InvalidReportError(hint=f"{question.key} takes {_what_does(question)}")
    return answer


def _read(question: Question, value: object) -> AnswerValue | None:
    if question.type is QuestionType.CHOICES:
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            return None
        chosen = {word.strip() for word in words}
        if not chosen <= set(question.values):
            return None
        return tuple(one for one in question.values if one in chosen)
    if question.type is QuestionType.NUMBER and isinstance(value, str):
        return (
            int(value)
            if value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
            else None
        )
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return None


def _what_does(question: Question) -> str:
    match question.type:
        case QuestionType.CHOICE | QuestionType.YES_NO:
            return "one of: " + " ".join(question.values)
        case QuestionType.CHOICES:
            return "one or more, with commas, of: " + " ".join(question.values)
        case QuestionType.NUMBER:
            most = MAX_ANSWER_NUMBER if question.most is None else question.most
            return f"a whole number from {question.least or 0} to {most}"
        case QuestionType.DATE:
            return "a day as 2026-11-23"
        case QuestionType.TEXT:
            return f"1 to {question.most or DEFAULT_ANSWER_CHARACTERS} characters"


def _complete(form: Form, answers: Mapping[str, AnswerValue]) -> dict[str, AnswerValue]:
    """Refuse answers that nothing asked for, and gaps: a script should hear of either."""
    open_keys = [question.key for question in shown(form, answers)]
    hidden = sorted(set(answers) - set(open_keys))
    if hidden:
        raise InvalidReportError(
            hint=f"with the other answers {form.key} does not ask: {' '.join(hidden)}"
        )
    lacking = missing(form, answers)
    if lacking:
        raise InvalidReportError(hint=f"{form.key} still needs: {' '.join(lacking)}")
    return {key: answers[key] for key in open_keys if key in answers}
