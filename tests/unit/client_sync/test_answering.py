"""Answers to forms on the command line."""

import pytest

from client_sync.answering import filled_forms
from schemas.domain.vocabulary import Category
from schemas.errors import InvalidReportError
from schemas.forms import bundled

WHO: dict[str, object] = {"who": "police", "done": "looted"}


def fill(typed: dict[str, object], category: str = "security_forces") -> list[dict[str, object]]:
    filled = filled_forms(bundled(), Category(category), typed)
    return [{"key": one.key, **one.answers} for one in filled]


def test_typed_answers_become_a_form() -> None:
    (conduct,) = fill({"who": "police", "done": "took_away, beat", "affected": "3"})
    assert conduct == {
        "key": "conduct",
        "who": "police",
        "done": ("beat", "took_away"),
        "affected": 3,
    }


def test_two_forms_stand_in_their_order() -> None:
    keys = [one["key"] for one in fill({"people": ["men"], **WHO})]
    assert keys == ["conduct", "affected"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({**WHO, "weather": "x"}, "no question weather is asked for security_forces"),
        ({**WHO, "who": "navy"}, "who takes one of: police army"),
        ({**WHO, "done": "sang"}, "done takes one or more"),
        ({**WHO, "ordered_by": "x"}, "does not ask: ordered_by"),
        ({"who": "police"}, "conduct still needs: done"),
        ({**WHO, "done": "beat", "affected": "many"}, "affected takes a whole number from 0"),
        ({**WHO, "unit": "u" * 121}, "unit takes 1 to 120 characters"),
        ({**WHO, "insignia": None}, "insignia takes"),
        ({**WHO, "ordered": True}, "ordered takes one of: yes no unknown"),
    ],
)
def test_what_does_not_fit_is_refused_and_told(typed: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidReportError, match=says):
        fill(typed)


def test_a_question_may_be_named_with_its_form() -> None:
    said: dict[str, object] = {
        "words": "w",
        "medium": "radio",
        "violence": "no",
        "online.site": "s",
    }
    (utterance, _) = fill(said, "incitement")
    assert utterance["medium"] == "radio"
