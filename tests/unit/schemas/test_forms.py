"""Forms that come with the app, and a desk's own in their place."""

import json
from importlib import resources

import pytest

from schemas.domain.forms import QuestionType, said_in
from schemas.domain.vocabulary import Category
from schemas.forms import BUNDLED_KEYS, asked_for, bundled, in_force
from schemas.wire import canonical
from tools.vectors.form_samples import bundled_json, form, question


def document(**changes: object) -> bytes:
    return canonical.encode(form(**changes))


@pytest.mark.parametrize("key", BUNDLED_KEYS)
def test_a_bundled_form_speaks_every_language_of_the_app(key: str) -> None:
    found = next(one for one in bundled() if one.key == key)
    assert set(found.title) == {"en", "fr", "ar"}
    assert found.version < 1000


def test_every_bundled_file_is_listed() -> None:
    files = {one.name for one in resources.files("schemas.forms").iterdir()}
    assert {name for name in files if name.endswith(".json")} == {f"{k}.json" for k in BUNDLED_KEYS}
    assert all(isinstance(json.dumps(bundled_json(key)), str) for key in BUNDLED_KEYS)


def test_the_utterance_form_asks_what_an_analyst_needs() -> None:
    utterance = next(one for one in bundled() if one.key == "utterance")
    keys = {question.key for question in utterance.questions}
    assert {
        "words",
        "language",
        "medium",
        "speaker",
        "target",
        "directed",
        "violence",
        "reach",
    } <= keys


def test_who_is_affected_is_offered_everywhere_with_a_reason_to_leave_it_out() -> None:
    affected = next(one for one in bundled() if one.key == "affected")
    assert affected.is_optional
    assert affected.note is not None
    assert set(affected.categories) == set(Category)
    assert not any(question.is_required for question in affected.questions)


def test_a_form_of_the_desk_takes_the_place_of_the_bundled_one() -> None:
    own = document(key="conduct", version=1001)
    found = in_force([own])
    assert [one.key for one in found] == list(BUNDLED_KEYS)
    assert found[0].version == 1001


def test_a_form_without_categories_silences_the_bundled_one() -> None:
    found = in_force([document(key="affected", categories=[])])
    assert asked_for(found, Category.OTHER) == ()


def test_a_form_that_cannot_be_read_leaves_the_others_as_they_are() -> None:
    later = question("q", "picture")
    found = in_force([document(key="conduct", questions=[later]), document(key="more")])
    assert [one.version for one in found] == [1, 1, 1, 1, 1000]


def test_a_reader_without_their_language_reads_english() -> None:
    text = {"en": "a", "fr": "b"}
    assert [said_in(text, one) for one in ("fr", "fr-CA", "sw")] == ["b", "b", "a"]
    assert said_in({"sw": "c", "rw": "d"}, "fr") == "d"


def test_texts_have_room_for_an_answer() -> None:
    texts = [q for one in bundled() for q in one.questions if q.type is QuestionType.TEXT]
    assert all(q.most is not None and q.most >= 40 for q in texts)
