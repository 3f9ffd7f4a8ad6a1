"""What is typed finds what was written: folding of words, and questions as expressions."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.desk.triage.index.folding import match_of, words_of


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("cafe", "Café"),
        ("STRASSE", "straße"),
        ("ecole", "ÉCOLE"),
        ("مدرسة", "المَدْرَسَة"),
        ("مدرسه", "والمدرسة"),
        ("مدرسة", "بالمدرسة"),
        ("مدرسة", "للمدرسة"),
        ("احمد", "أحمد"),
        ("على", "علي"),
        ("علی", "على"),
        ("كبير", "كبـــير"),
        ("1987", "١٩٨٧"),
        ("मकान", "मकान"),
    ],
)
def test_two_ways_of_writing_a_word_are_one(typed: str, written: str) -> None:
    assert words_of(typed) == words_of(written)


def test_a_short_arabic_word_keeps_its_first_letters() -> None:
    assert words_of("الم") == ["الم"]
    assert words_of("ولد") == ["ولد"]


def test_a_text_without_spaces_is_cut_into_pairs() -> None:
    assert words_of("村を焼いた") == ["村を", "を焼", "焼い", "いた"]


def found(question: str, *texts: str) -> list[int]:
    """Ask a real index, and give the places of the texts that fit."""
    memory = sqlite3.connect(":memory:")
    memory.execute("CREATE VIRTUAL TABLE words USING fts5 (text, content='', tokenize='ascii')")
    rows = [(place, " ".join(words_of(text))) for place, text in enumerate(texts)]
    memory.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
    match = match_of(question)
    hits = memory.execute("SELECT rowid FROM words WHERE words MATCH ?", (match,)) if match else ()
    places = [place for (place,) in hits]
    memory.close()
    return places


TEXTS = (
    "Soldiers burned the market.",
    "The market was open; a soldier bought bread.",
    "أحرقوا السوق ليلا",
    "村を焼いた",
    "Le marché de Béni a brûlé",
)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("market", [0, 1]),
        ("soldier market", [0, 1]),
        ('"the market"', [0, 1]),
        ('"burned the market"', [0]),
        ("market -burned", [1]),
        ('market -"burned the"', [1]),
        ("marche", [4]),
        ("beni brule", [4]),
        ("سوق", [2]),
        ("焼いた", [3]),
        ("村", []),
        ("mark OR bread", []),
        ("nothing", []),
        ("-market", []),
        ("", []),
        ('"', []),
        ("* ( ) ^ : NEAR", []),
    ],
)
def test_a_question_finds_what_it_says_and_nothing_typed_is_an_operator(
    question: str, places: list[int]
) -> None:
    assert found(question, *TEXTS) == places


@given(st.text(max_size=80))
def test_no_question_breaks_the_index(question: str) -> None:
    found(question, *TEXTS)


@given(st.text(max_size=80))
def test_folding_a_folded_text_finds_its_words_again(text: str) -> None:
    words = words_of(text)
    assert all(word and not word.isspace() for word in words)
