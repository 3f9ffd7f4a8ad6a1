"""The answers of a report to a desk's forms, in a report's JSON.

Theory of operation: a report may come from a phone that held other forms than the desk holds now,
so nothing here knows a form: values are checked for size and kind, never against questions.

Spec: docs/spec/report.md section 2, docs/spec/forms.md section 4
"""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from schemas.constants import (
    MAX_ANSWER_CHARACTERS,
    MAX_ANSWER_NUMBER,
    MAX_OPTIONS,
    MAX_QUESTIONS,
    MAX_SAFE_INTEGER,
)
from schemas.domain.forms import AnswerValue, FilledForm
from schemas.wire import codec
from schemas.wire.forms import KEY_FORM

_KEY = re.compile(KEY_FORM)
_check_text = codec.text(1, MAX_ANSWER_CHARACTERS)


class _Answers(fields.Field[Mapping[str, AnswerValue]]):
    """Question key to answer."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Mapping[str, AnswerValue]:
        if not isinstance(value, dict) or not 1 <= len(value) <= MAX_QUESTIONS:
            raise ValidationError("one to 24 answers")
        if not all(_KEY.fullmatch(key) for key in value):
            raise ValidationError("not a question's key")
        return {key: answer_of(answer) for key, answer in value.items()}


class FilledFormSchema(Schema):
    """One entry of a report's `forms`."""

    key = fields.String(required=True, validate=codec.text(1, 32, KEY_FORM))
    version = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, MAX_SAFE_INTEGER)
    )
    answers = _Answers(required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> FilledForm:
        """Make the domain type."""
        return FilledForm(**loaded)


def answer_of(value: object) -> AnswerValue:
    """Take a JSON value as an answer.

    Raises:
        ValidationError: It is no text, number or list of words, or over a limit.
    """
    match value:
        case bool():
            raise ValidationError("yes, no and unknown are words")
        case int() if 0 <= value <= MAX_ANSWER_NUMBER:
            return value
        case str():
            _check_text(value)
            return value
        case list() if 1 <= len(value) <= MAX_OPTIONS:
            words = tuple(one for one in value if isinstance(one, str) and _KEY.fullmatch(one))
            if len(set(words)) != len(value):
                raise ValidationError("different words")
            return words
        case _:
            raise ValidationError("no answer of this contract")


def filled_to_json(filled: FilledForm) -> dict[str, object]:
    """Write one entry of `forms`."""
    answers = {
        key: list(answer) if isinstance(answer, tuple) else answer
        for key, answer in filled.answers.items()
    }
    return {"key": filled.key, "version": filled.version, "answers": answers}
