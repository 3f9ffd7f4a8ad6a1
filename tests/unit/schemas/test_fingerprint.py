"""The lists of words that a desk's fingerprint is said in."""

import unicodedata

import pytest

from schemas.fingerprint import LANGUAGES, word_list, words_language

# Arabic letters that differ by dots only, by the shape they share in the middle of a word.
SHAPES = str.maketrans(
    {
        **dict.fromkeys("\u062a\u062b\u0646\u064a\u0626", "\u0628"),
        **dict.fromkeys("\u062c\u062e", "\u062d"),
        "\u0630": "\u062f",
        "\u0632": "\u0631",
        "\u0634": "\u0633",
        "\u0636": "\u0635",
        "\u0638": "\u0637",
        "\u063a": "\u0639",
        "\u0642": "\u0641",
        "\u0629": "\u0647",
    }
)


def bare(word: str) -> str:
    """Take accents and dots away, as bad print does."""
    letters = unicodedata.normalize("NFD", word)
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    return plain.translate(SHAPES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_has_a_word_for_every_byte(language: str) -> None:
    words = word_list(language)
    assert len(words) == len(set(words)) == 256
    assert all(word.isalpha() and len(word) <= 11 for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_words_look_alike_in_bad_print(language: str) -> None:
    assert len({bare(word) for word in word_list(language)}) == 256


def test_a_reader_without_a_list_reads_english() -> None:
    assert words_language("fr") == "fr"
    assert words_language("sw") == "en"
