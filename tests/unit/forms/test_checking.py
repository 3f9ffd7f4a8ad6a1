"""What is in the way of publishing is named one by one, and nothing else is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.forms import BUNDLED_KEYS, bundled_document
from schemas.wire.forms import form_of
from server.desk.forms.checking import finished, troubles
from server.desk.forms.trouble_words import SENTENCES, trouble_said
from tools.vectors.form_samples import form, option, question

WHO = question("who", "choice", options=[option("army"), option("police")])


def _codes(**changes: object) -> list[tuple[str, str]]:
    return [(one.place, one.code) for one in troubles(form(**changes))]


@pytest.mark.parametrize("key", BUNDLED_KEYS)
def test_nothing_is_in_the_way_of_the_bundled_forms(key: str) -> None:
    assert troubles(bundled_document(key)) == ()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"key": "Ä"}, ("form", "form-key")),
        ({"title": {"en": "x" * 161}}, ("form", "long-title")),
        ({"title": {"en": " "}}, ("form", "no-title")),
        ({"title": {"en": "A", "fr": ""}, "questions": []}, ("form", "no-title")),
        ({"optional": True}, ("form", "no-reason")),
        ({"questions": []}, ("form", "no-questions")),
        ({"questions": [question("Q", "text")]}, ("Q", "key")),
        ({"questions": [question("q", "text")] * 2}, ("q", "key-twice")),
        ({"questions": [question("q", "choice", options=[option("a")])]}, ("q", "options")),
        (
            {"questions": [question("q", "choice", options=[option("a"), option("a")])]},
            ("q", "value-twice"),
        ),
        (
            {"questions": [question("q", "choice", options=[option("A"), option("b")])]},
            ("q", "value"),
        ),
        ({"questions": [question("q", "number", least=5, most=2)]}, ("q", "limits")),
        ({"questions": [question("q", "text", most=5000)]}, ("q", "limits")),
        (
            {"questions": [question("q", "text", when={"question": "who", "is": ["army"]}), WHO]},
            ("q", "condition-order"),
        ),
        (
            {"questions": [WHO, question("q", "text", when={"question": "who", "is": ["navy"]})]},
            ("q", "condition-value"),
        ),
        (
            {"questions": [question(f"q{n}", "text", hint={"en": "é" * 300}) for n in range(23)]},
            ("form", "too-large"),
        ),
    ],
)
def test_each_rule_that_is_broken_is_named_at_its_place(
    changes: dict[str, object], found: tuple[str, str]
) -> None:
    assert found in _codes(**changes)


def test_a_hint_that_nobody_wrote_is_none() -> None:
    held = question("q", "text", hint={"en": ""})
    document = form(questions=[held], note={"en": " "})
    assert troubles(document) == ()
    assert "hint" not in finished(document)["questions"][0]
    assert "note" not in finished(document)


_TEXTS = st.dictionaries(st.sampled_from(["en", "fr"]), st.sampled_from(["", "A", "x" * 170]))
_KEYS = st.sampled_from(["a", "b", "c", "B", ""])
_OPTIONS = st.lists(st.fixed_dictionaries({"value": _KEYS, "label": _TEXTS}), max_size=3)
_WHEN = st.fixed_dictionaries({"question": _KEYS, "is": st.lists(_KEYS, min_size=1, max_size=2)})
_QUESTIONS = st.one_of(
    st.fixed_dictionaries(
        {"key": _KEYS, "type": st.sampled_from(["choice", "choices"]), "label": _TEXTS},
        optional={"options": _OPTIONS, "hint": _TEXTS, "when": _WHEN},
    ),
    st.fixed_dictionaries(
        {"key": _KEYS, "type": st.sampled_from(["number", "text"]), "label": _TEXTS},
        optional={"most": st.integers(-1, 2000), "when": _WHEN},
    ),
)


@given(st.lists(_QUESTIONS, max_size=3), _TEXTS)
def test_what_passes_here_passes_the_contract_too(
    questions: list[dict[str, object]], title: dict[str, str]
) -> None:
    document = form(questions=questions, title=title or {"en": "A"})
    found = troubles(document)
    assert "other" not in [one.code for one in found]
    if not found:
        form_of({**finished(json.loads(json.dumps(document))), "version": 1000})


def test_every_code_has_a_sentence() -> None:
    for one in troubles(form(key="", optional=True, questions=[question("q", "choice")])):
        assert one.code in SENTENCES
        assert trouble_said(one)
