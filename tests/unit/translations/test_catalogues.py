"""French and Arabic say everything that the desk and the phone say."""

import re
from collections.abc import Iterator
from functools import lru_cache
from gettext import c2py

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message

from tools.compile_messages import SLOT, read_catalogue
from tools.extract_messages import gather

COMPLETE = ("fr", "ar")
NUMBERS = range(201)  # every plural rule of every language repeats within these

# The project's own word for a thing, and how each language says it, whatever its ending.
# docs/translating.md holds the table for people.
WORDS = {
    "desk": {"fr": r"[Cc]ellule", "ar": "مكتب"},
    "relay": {"fr": r"[Rr]elais", "ar": "مرح"},
    "passphrase": {"fr": r"[Pp]hrase secrète", "ar": "عبارة (ال)?سر"},
    "indicator": {"fr": r"[Ii]ndicateur", "ar": "مؤشر"},
    "incident": {"fr": r"[Ii]ncident", "ar": "حادث|حوادث"},
    "draft": {"fr": r"[Bb]rouillon", "ar": "مسود"},
}
ARABIC_LETTER = re.compile("[\u0621-\u064a]")


@lru_cache(maxsize=4)
def _catalogue(language: str) -> Catalog:
    return read_catalogue(language)


@lru_cache(maxsize=1)
def _sources() -> Catalog:
    return gather()


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    strings = message.string or ""
    return (strings,) if isinstance(strings, str) else tuple(strings)


def _messages(language: str) -> Iterator[Message]:
    return (message for message in _catalogue(language) if message.id)


@pytest.mark.parametrize("language", COMPLETE)
def test_every_sentence_in_the_code_stands_in_the_catalogue(language: str) -> None:
    wanted = {message.id for message in _sources() if message.id}
    there = {message.id for message in _messages(language)}
    assert wanted - there == set(), "run: make messages, then translate what is new"
    assert there - wanted == set(), "run: make messages"


@pytest.mark.parametrize("language", COMPLETE)
def test_nothing_is_untranslated_or_fuzzy(language: str) -> None:
    unfinished = [
        _singular(message)
        for message in _messages(language)
        if message.fuzzy or not all(form.strip() for form in _forms(message))
    ]
    assert unfinished == []


@pytest.mark.parametrize("language", COMPLETE)
def test_every_plural_sentence_has_every_form(language: str) -> None:
    catalogue = _catalogue(language)
    for message in _messages(language):
        if not isinstance(message.id, str):
            assert len(_forms(message)) == catalogue.num_plurals, _singular(message)


@pytest.mark.parametrize("language", COMPLETE)
def test_the_plural_rule_parts_numbers_as_the_language_does(language: str) -> None:
    choose = c2py(_catalogue(language).plural_expr)
    category_of: dict[int, set[str]] = {}
    for number in NUMBERS:
        category = Locale.parse(language).plural_form(number)
        category_of.setdefault(choose(number), set()).add(category)
    assert all(len(categories) == 1 for categories in category_of.values())
    assert len(category_of) == _catalogue(language).num_plurals


@pytest.mark.parametrize("language", COMPLETE)
def test_slots_for_values_are_kept(language: str) -> None:
    for message in _messages(language):
        if isinstance(message.id, str):
            (form,) = _forms(message)
            assert sorted(SLOT.findall(form)) == sorted(SLOT.findall(message.id)), message.id


@pytest.mark.parametrize("language", COMPLETE)
def test_plural_forms_leave_out_a_slot_only_where_the_number_is_in_the_words(language: str) -> None:
    spelt_out = 3 if language == "ar" else 0  # zero, one and two are words in Arabic
    for message in _messages(language):
        if isinstance(message.id, str):
            continue
        wanted = sorted(SLOT.findall(message.id[1]))
        for number, form in enumerate(_forms(message)):
            found = sorted(SLOT.findall(form))
            if number >= spelt_out:
                assert found == wanted, _singular(message)
            else:
                assert set(found) <= set(wanted), _singular(message)


@pytest.mark.parametrize("language", COMPLETE)
def test_a_per_cent_sign_stays_escaped_where_the_sentence_is_formatted(language: str) -> None:
    for message in _messages(language):
        for form in _forms(message):
            assert form.count("%%") == _singular(message).count("%%"), _singular(message)


@pytest.mark.parametrize("language", COMPLETE)
def test_one_word_is_said_one_way(language: str) -> None:
    for message in _messages(language):
        for word, said in WORDS.items():
            if re.search(rf"\b{word}s?\b(?!top)", _singular(message)):
                for form in _forms(message):
                    assert re.search(said[language], form), f"{_singular(message)!r} lacks {word}"


def test_french_signs_do_not_fall_to_the_next_line() -> None:
    for message in _messages("fr"):
        for form in _forms(message):
            assert not re.search(" [;:?!»]|« ", form), form


def test_arabic_is_written_in_arabic() -> None:
    for message in _messages("ar"):
        for form in _forms(message):
            if re.search("[A-Za-z]{2}", SLOT.sub("", _singular(message))):
                assert ARABIC_LETTER.search(form), _singular(message)


def test_arabic_carries_no_invisible_direction_marks() -> None:
    for message in _messages("ar"):
        for form in _forms(message):
            assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", form), form
