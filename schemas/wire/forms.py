"""A form document to its domain type.

Spec: docs/spec/forms.md
"""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from schemas.constants import (
    FORM_DOCUMENT_VERSION,
    MAX_ANSWER_CHARACTERS,
    MAX_ANSWER_NUMBER,
    MAX_CONDITION_DEPTH,
    MAX_CONDITION_PARTS,
    MAX_FORM_JSON_BYTES,
    MAX_FORM_LANGUAGES,
    MAX_HINT_CHARACTERS,
    MAX_LABEL_CHARACTERS,
    MAX_LANG_CHARACTERS,
    MAX_OPTIONS,
    MAX_QUESTIONS,
    MAX_SAFE_INTEGER,
)
from schemas.domain.forms import (
    Condition,
    Either,
    Every,
    Form,
    Is,
    Option,
    Question,
    QuestionType,
    Text,
    Unless,
)
from schemas.domain.vocabulary import Category
from schemas.errors import ContractError, FormError
from schemas.wire import canonical, codec

KEY_FORM = r"[a-z][a-z0-9_]{0,31}"
_LANG = r"[a-z]{2,8}(?:-[A-Za-z0-9]{1,8})*"
_CHOOSING = (QuestionType.CHOICE, QuestionType.CHOICES, QuestionType.YES_NO)
_LISTED = (QuestionType.CHOICE, QuestionType.CHOICES)


class _Text(fields.Field[Text]):
    """One sentence in each language."""

    def __init__(self, most: int, *, required: bool = False) -> None:
        super().__init__(required=required)
        self._sentence = codec.text(1, most)
        self._tag = codec.text(2, MAX_LANG_CHARACTERS, _LANG)

    def _deserialize(self, value: object, *_: object, **__: object) -> Text:
        if not isinstance(value, dict) or not 1 <= len(value) <= MAX_FORM_LANGUAGES:
            raise ValidationError("a sentence for each language")
        for tag, sentence in value.items():
            if not isinstance(sentence, str):
                raise ValidationError("not a sentence")
            self._tag(tag)
            self._sentence(sentence)
        return value


class _True(fields.Field[bool]):
    """Only `true`: what is not so is left out."""

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if value is not True:
            raise ValidationError("true, or left out")
        return True


class _When(fields.Field[Condition]):
    """A condition, at most three deep."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Condition:
        return _condition(value, 1)


class _OptionSchema(Schema):
    value = fields.String(required=True, validate=codec.text(1, 32, KEY_FORM))
    label = _Text(MAX_LABEL_CHARACTERS, required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Option:
        return Option(**loaded)


class _QuestionSchema(Schema):
    key = fields.String(required=True, validate=codec.text(1, 32, KEY_FORM))
    type = fields.Enum(QuestionType, by_value=True, required=True)
    label = _Text(MAX_LABEL_CHARACTERS, required=True)
    hint = _Text(MAX_HINT_CHARACTERS)
    is_required = _True(data_key="required")
    options = fields.List(fields.Nested(_OptionSchema), validate=validate.Length(2, MAX_OPTIONS))
    least = fields.Integer(strict=True, validate=validate.Range(0, MAX_ANSWER_NUMBER))
    most = fields.Integer(strict=True, validate=validate.Range(1, MAX_ANSWER_NUMBER))
    when = _When()

    @validates_schema
    def parts_fit_the_type(self, loaded: dict[str, Any], **_: object) -> None:
        kind = loaded["type"]
        if (kind in _LISTED) != ("options" in loaded):
            raise ValidationError("options for choices only", "options")
        if "least" in loaded and kind is not QuestionType.NUMBER:
            raise ValidationError("for numbers only", "least")
        if "most" in loaded and kind not in (QuestionType.NUMBER, QuestionType.TEXT):
            raise ValidationError("for numbers and texts only", "most")
        if kind is QuestionType.TEXT and loaded.get("most", 1) > MAX_ANSWER_CHARACTERS:
            raise ValidationError("longer than an answer may be", "most")
        if loaded.get("least", 0) > loaded.get("most", MAX_ANSWER_NUMBER):
            raise ValidationError("over most", "least")

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Question:
        loaded["options"] = tuple(loaded.get("options", ()))
        values = [option.value for option in loaded["options"]]
        if len(set(values)) != len(values):
            raise ValidationError("an option twice", "options")
        return Question(**loaded)


class _FormSchema(Schema):
    v = fields.Integer(strict=True, required=True, validate=validate.Equal(FORM_DOCUMENT_VERSION))
    key = fields.String(required=True, validate=codec.text(1, 32, KEY_FORM))
    version = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, MAX_SAFE_INTEGER)
    )
    categories = fields.List(
        fields.Enum(Category, by_value=True), required=True, validate=validate.Length(0, 14)
    )
    title = _Text(MAX_LABEL_CHARACTERS, required=True)
    note = _Text(MAX_HINT_CHARACTERS)
    is_optional = _True(data_key="optional")
    questions = fields.List(
        fields.Nested(_QuestionSchema), required=True, validate=validate.Length(1, MAX_QUESTIONS)
    )

    @validates_schema
    def whole(self, loaded: dict[str, Any], **_: object) -> None:
        if len(set(loaded["categories"])) != len(loaded["categories"]):
            raise ValidationError("a category twice", "categories")
        if "is_optional" in loaded and "note" not in loaded:
            raise ValidationError("an optional form says why", "note")

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Form:
        del loaded["v"]
        loaded["categories"] = tuple(loaded["categories"])
        loaded["questions"] = tuple(loaded["questions"])
        _check_order(loaded["questions"])
        form = Form(**loaded)
        _check_languages(form)
        return form


_SCHEMA = _FormSchema()


def decode_form(plain_json: bytes) -> Form:
    """Parse a form document.

    Raises:
        FormError: `bad-form` when it is not canonical, too long, or breaks a rule.
    """
    if len(plain_json) > MAX_FORM_JSON_BYTES:
        raise FormError(hint="the form is too long")
    try:
        value = canonical.decode(plain_json)
    except ContractError as error:
        raise FormError(hint="not canonical JSON") from error
    return codec.load(_SCHEMA, value, Form, lambda hint: FormError(hint=hint))


def form_of(value: object) -> Form:
    """Parse a form document that is a JSON value already.

    Raises:
        FormError: As `decode_form`.
    """
    try:
        plain_json = canonical.encode(value)
    except ContractError as error:
        raise FormError(hint="no JSON of this contract") from error
    return decode_form(plain_json)


def _condition(value: object, depth: int) -> Condition:
    if not isinstance(value, dict) or depth > MAX_CONDITION_DEPTH:
        raise ValidationError("a condition, at most three deep")
    match sorted(value):
        case ["is", "question"]:
            return _is(value)
        case ["all"]:
            return Every(_parts(value["all"], depth))
        case ["any"]:
            return Either(_parts(value["any"], depth))
        case ["not"]:
            return Unless(_condition(value["not"], depth + 1))
        case _:
            raise ValidationError("not a condition")


def _is(value: Mapping[str, object]) -> Is:
    question, values = value["question"], value["is"]
    if not isinstance(question, str) or not isinstance(values, list):
        raise ValidationError("a question and a list of values")
    words = [one for one in values if isinstance(one, str)]
    if not 1 <= len(words) <= MAX_OPTIONS or len(set(words)) != len(values):
        raise ValidationError("different values")
    return Is(question, tuple(words))


def _parts(value: object, depth: int) -> tuple[Condition, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_CONDITION_PARTS:
        raise ValidationError("a list of conditions")
    return tuple(_condition(one, depth + 1) for one in value)


def _check_order(questions: Sequence[Question]) -> None:
    """Refuse a key used twice, and conditions on what does not stand before them."""
    before: dict[str, Question] = {}
    for question in questions:
        if question.key in before:
            raise ValidationError("a question twice", "questions")
        for asked in _asked(question.when):
            known = before.get(asked.question)
            if known is None or known.type not in _CHOOSING:
                raise ValidationError("asks no earlier choice", "when")
            if not set(asked.values) <= set(known.values):
                raise ValidationError("asks for no option", "when")
        before[question.key] = question


def _asked(condition: Condition | None) -> list[Is]:
    match condition:
        case None:
            return []
        case Is():
            return [condition]
        case Unless(part):
            return _asked(part)
        case Every(parts) | Either(parts):
            return [one for part in parts for one in _asked(part)]


def _check_languages(form: Form) -> None:
    """Refuse a sentence that lacks a language of the title, or has one more."""
    texts = [form.title, form.note]
    for question in form.questions:
        texts += [question.label, question.hint, *(option.label for option in question.options)]
    if any(text is not None and set(text) != set(form.title) for text in texts):
        raise ValidationError("another set of languages than the title", "questions")
