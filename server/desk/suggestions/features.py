"""What of a report a model looks at: its words, pieces of its words, and what the rules say of it.

Theory of operation: words are folded as the desk's search folds them, so that letter forms of one
word fall together. Pieces of three and four letters inside a word make endings, prefixes and slips
of the pen count little in any language, Arabic too. Both are weighed by how rare they are (TF-IDF)
and each of the two blocks is brought to length one, so that long texts do not outweigh short ones.
Beside them stand the witness's category and the rules' own weights: with few codings the rules
carry a model, with many the words do.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from schemas.domain.vocabulary import Category
from server.desk.suggestions.rules import Guide, suggest
from server.desk.triage.index.folding import words_of

PIECE_LETTERS = (3, 4)
"""On the demonstration, held out by incident, pieces of five change nothing and double the size."""
SIDE_WEIGHT = 0.7
"""Of category and rules beside words: 0.5 to 1 are alike on the demonstration, 2 is worse."""
MOST_FEATURES = 50_000
"""The most frequent are kept: sixty indicators then take 6 MB."""
WORD, PIECE, CATEGORY, PLACE, LISTED = "w", "p", "c", "r", "l"
"""First letter of a feature's name: its kind."""
RULES = (PLACE, LISTED)
"""What the rules say: the category's list, the word list."""


@dataclass(frozen=True, slots=True, repr=False)
class Traits:
    """One report as a model sees it.

    Attributes:
        words: Word as the witness wrote it -> names of its features, in reading order.
        counts: Feature of the text -> how often.
        side: Category and rules -> weight.
    """

    words: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, int]
    side: Mapping[str, float]

    def __repr__(self) -> str:
        """Hide the words."""
        return "<Traits>"


@dataclass(frozen=True, slots=True, repr=False)
class Vocabulary:
    """The features a model knows.

    Attributes:
        places: Feature -> its place from 0.
        rarity: Place -> inverse document frequency; 1 for what stands beside the text.
    """

    places: Mapping[str, int]
    rarity: Sequence[float]

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<Vocabulary of {len(self.rarity)}>"


def traits_of(category: Category, text: str, guide: Guide) -> Traits:
    """Look at one report.

    Args:
        category: What the witness chose.
        text: What the witness wrote.
        guide: What the rules go by.
    """
    words: dict[str, tuple[str, ...]] = {}
    counts: Counter[str] = Counter()
    for written in text.split():
        bare = written.strip("".join(c for c in set(written) if not c.isalnum()))
        names = tuple(chain.from_iterable(_names(word) for word in words_of(bare)))
        counts.update(names)
        if names:
            words.setdefault(bare, names)
    side = {CATEGORY + category.value: 1.0}
    for found in suggest(category, text, guide, most=len(guide.words) + len(guide.of_category)):
        side[PLACE + found.indicator_id] = found.category_weight
        side[LISTED + found.indicator_id] = found.word_weight
    return Traits(words, counts, side)


def _names(word: str) -> Iterable[str]:
    yield WORD + word
    fenced = f"_{word}_"
    for letters in PIECE_LETTERS:
        for start in range(len(fenced) - letters + 1):
            yield PIECE + fenced[start : start + letters]


def vocabulary_of(seen: Sequence[Traits]) -> Vocabulary:
    """Gather the features of some reports, the most frequent ones where there are too many."""
    frequency: Counter[str] = Counter()
    beside: set[str] = set()
    for traits in seen:
        frequency.update(traits.counts.keys())
        beside.update(traits.side)
    kept = sorted(frequency, key=lambda name: (-frequency[name], name))[:MOST_FEATURES]
    names = sorted(kept) + sorted(beside)
    total = len(seen) + 1
    rarity = [math.log(total / (frequency[n] + 1)) + 1 if n in frequency else 1.0 for n in names]
    return Vocabulary({name: place for place, name in enumerate(names)}, rarity)


def vector(traits: Traits, vocabulary: Vocabulary) -> dict[int, float]:
    """Turn a report into numbers: place -> value, of known features only."""
    found: dict[int, float] = {}
    for kind in (WORD, PIECE):
        block = {
            place: (1 + math.log(count)) * vocabulary.rarity[place]
            for name, count in traits.counts.items()
            if name[0] == kind and (place := vocabulary.places.get(name)) is not None
        }
        length = math.sqrt(sum(value * value for value in block.values())) or 1.0
        found.update((place, value / length) for place, value in block.items())
    for name, weight in traits.side.items():
        place = vocabulary.places.get(name)
        if place is not None:
            found[place] = weight * SIDE_WEIGHT
    return found
