"""Suggestions: every one with a reason, none of them an act."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.domain.ids import IndicatorId
from schemas.domain.vocabulary import Category
from schemas.framework import bundled, load_categories, read_bundled
from server.desk.suggestions.rules import Guide, folded, suggest, word_list, words_found

FRAMEWORK = bundled()
OF_CATEGORY = load_categories(read_bundled("categories.json"), FRAMEWORK)
GUIDE = Guide(OF_CATEGORY, word_list())


def ids(category: Category, text: str) -> list[str]:
    """Suggest with the shipped mapping and word list."""
    found = suggest(category, text, GUIDE)
    return [suggestion.indicator_id for suggestion in found]


def test_the_witnesss_category_comes_first_in_its_own_order() -> None:
    assert ids(Category.MARKING, "They came at night.") == ["7.12", "12.2"]


def test_a_word_lifts_an_indicator_that_the_category_does_not_name() -> None:
    found = suggest(
        Category.OTHER,
        "The hospital has no medicine, the convoy blocked at the bridge.",
        GUIDE,
    )
    assert found[0].indicator_id == "13.8"
    assert set(found[0].words) == {"medicine", "convoy blocked"}
    assert found[0].category_place == 0


@pytest.mark.parametrize(
    ("text", "indicator"),
    [
        ("Des croix ont été peintes sur les portes", "7.12"),
        ("La radio dit : tuez-les tous", "8.7"),
        ("قطعوا الإنترنت منذ الصباح", "7.6"),
        ("وضعوا علامات حمراء على البيوت", "7.12"),
    ],
)
def test_words_are_found_in_other_languages_and_forms(text: str, indicator: str) -> None:
    assert indicator in words_found(text, word_list())


def test_a_reason_quotes_the_word_as_the_witness_wrote_it() -> None:
    assert words_found("Maisons BRÛLÉES hier", word_list())["7.11"] == ("BRÛLÉES",)


def test_without_a_reason_nothing_is_suggested() -> None:
    assert ids(Category.OTHER, "Good morning to all of you.") == []


def test_never_more_than_three_are_suggested() -> None:
    text = "Soldiers burned homes, painted doors, took men, shut down the radio, raped women."
    assert len(ids(Category.ATTACK, text)) == 3


def test_the_word_list_speaks_only_of_indicators_that_exist() -> None:
    known = {indicator.id for indicator in FRAMEWORK.indicators()}
    assert set(word_list()) <= known


def test_every_category_but_other_points_somewhere() -> None:
    assert all(OF_CATEGORY[category] for category in Category if category is not Category.OTHER)


def test_the_arabic_article_does_not_hide_a_word() -> None:
    assert folded("والسلاح") == folded("سلاح")


@given(st.sampled_from(list(Category)), st.text(max_size=200))
def test_every_suggestion_of_any_text_has_a_reason(category: Category, text: str) -> None:
    found = suggest(category, text, GUIDE)
    assert all(item.words or item.category_place for item in found)
    assert [item.weight for item in found] == sorted((i.weight for i in found), reverse=True)


def test_equal_reasons_stand_in_the_order_of_the_taxonomy() -> None:
    words = {"7.12": ("drum",), "7.2": ("drum",)}
    found = suggest(Category.OTHER, "a drum", Guide({}, words))
    assert [item.indicator_id for item in found] == [IndicatorId("7.2"), IndicatorId("7.12")]
