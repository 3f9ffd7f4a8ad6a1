"""Suggest indicators from the witness's category and from words, and say why.

Theory of operation: two kinds of reason count. The witness's category points to a short list of
indicators, likeliest first. Words of the text that the desk's word list ties to an indicator point
to it too, in any of the list's languages; a word matches at its start, so that endings do not
hide it. Reasons of both kinds add up; an indicator without a reason is never suggested. What a
person then codes is the person's own act.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.domain.ids import IndicatorId, ReportId
from schemas.domain.vocabulary import Category

WORD_LIST = Path(__file__).parent / "words.json"
MOST_SUGGESTIONS = 3
"""Three fit beside the text without scrolling, and a fourth is seldom taken."""
FIRST_PLACE = 1.0
PLACE_STEP = 0.12
"""What each later place in a category's list costs; the seventh still counts a little."""
WORD_WEIGHT = 0.7
"""One word alone ranks behind the category's first choices, two words before them."""
MOST_WORDS = 3
"""More hits than this say no more, they only repeat."""

# Harakat and tatweel are not letters; the article is written onto the noun.
_ARABIC_ARTICLE = re.compile(r"\b(?:وال|بال|لل|ال)(?=\w{3})")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One indicator with its reasons.

    Attributes:
        indicator_id: What the report may point to.
        category_place: Place in the category's list from 1, or 0 when the category is no reason.
        words: Words of the text that point to it, as written there.
        listed: Those of the word list, where a model suggests: its own words stand in `words`.
        by_category: Whether a model learned that the category speaks for it.
        chance: How likely a person codes it, 0 to 1; None where rules suggest.
        model: Number of the model that suggests, 0 for the rules.
        similar: Past reports that people coded so and that share words.
    """

    indicator_id: IndicatorId
    category_place: int
    words: tuple[str, ...]
    listed: tuple[str, ...] = ()
    by_category: bool = False
    chance: float | None = None
    model: int = 0
    similar: tuple[ReportId, ...] = ()

    @property
    def weight(self) -> float:
        """How strongly the reasons speak together; only the order of weights has a meaning."""
        return self.category_weight + self.word_weight

    @property
    def category_weight(self) -> float:
        """The category's part of it."""
        if not self.category_place:
            return 0.0
        return FIRST_PLACE - PLACE_STEP * (self.category_place - 1)

    @property
    def word_weight(self) -> float:
        """The words' part of it."""
        return WORD_WEIGHT * min(len(self.words), MOST_WORDS)


@dataclass(frozen=True, slots=True)
class Guide:
    """What the rules go by.

    Attributes:
        of_category: Category -> indicators, likeliest first.
        words: Indicator -> word starts, folded.
    """

    of_category: Mapping[Category, Sequence[IndicatorId]]
    words: Mapping[str, Sequence[str]]


def guide_for(known: Iterable[str], of_category: Mapping[Category, Sequence[IndicatorId]]) -> Guide:
    """Make a guide from the desk's word list.

    Args:
        known: Indicators of the taxonomy; words of others point nowhere.
        of_category: Category -> indicators, likeliest first.
    """
    ids = frozenset(known)
    return Guide(of_category, {name: starts for name, starts in word_list().items() if name in ids})


@cache
def word_list() -> Mapping[str, tuple[str, ...]]:
    """Read the desk's word list: indicator id -> word starts, folded."""
    document = json.loads(WORD_LIST.read_text(encoding="utf-8"))
    return {
        indicator: tuple(_line(start) for starts in by_language.values() for start in starts)
        for indicator, by_language in document["indicators"].items()
    }


def folded(text: str) -> str:
    """Fold case, marks and the Arabic article, so that one word is written one way."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ـ", ""))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _ARABIC_ARTICLE.sub("", plain)


def suggest(
    category: Category, text: str, guide: Guide, *, most: int = MOST_SUGGESTIONS
) -> tuple[Suggestion, ...]:
    """Rank the indicators that something in the report points to.

    Args:
        category: What the witness chose.
        text: What the witness wrote.
        guide: What the rules go by.
        most: How many to give at most.

    Returns:
        Suggestions, strongest first; equal ones in the order of their ids.
    """
    places = {name: place for place, name in enumerate(guide.of_category.get(category, ()), 1)}
    hits = words_found(text, guide.words)
    found = [
        Suggestion(IndicatorId(name), places.get(IndicatorId(name), 0), hits.get(name, ()))
        for name in {*places, *hits}
    ]
    return tuple(sorted(found, key=_strongest_first)[:most])


def words_found(text: str, words: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Find which words of a text point to which indicators.

    Returns:
        Indicator -> words as the text writes them, each once, in reading order.
    """
    written = {folded(word): word for word in reversed(_WORD.findall(text))}
    line = _line(text)
    found: dict[str, tuple[str, ...]] = {}
    for indicator, starts in words.items():
        hits = [hit for start in starts if (hit := _hit(start, line, written))]
        if hits:
            found[indicator] = tuple(dict.fromkeys(hits))
    return found


def _line(text: str) -> str:
    return " ".join(folded(word) for word in _WORD.findall(text))


def _hit(start: str, line: str, written: Mapping[str, str]) -> str:
    """Give the words that begin with a start, as the text writes them, or nothing."""
    if start not in line:
        return ""
    match = re.search(rf"(?:^| )({re.escape(start)}\w*)", line)
    if match is None:
        return ""
    return " ".join(written.get(word, word) for word in match.group(1).split())


def _strongest_first(suggestion: Suggestion) -> tuple[float, tuple[int, ...]]:
    number = tuple(int(part) for part in suggestion.indicator_id.split(".") if part.isdigit())
    return (-suggestion.weight, number)
