"""What was learned from a desk's codings: it ranks indicators for a report and says why.

Theory of operation: for each indicator the model holds one weight a feature and a bias (logistic
regression). The sum over a report's features orders the indicators. How likely a suggestion is to
be coded comes from a curve laid through held-out reports (Platt), so that "70 %" was seen to mean
seven in ten. A word's say is the sum over its features, pieces included. Applying a model needs
neither the library that fitted it nor its processes: the desk's own process only multiplies.

A model holds words of witnesses. It exists in memory and in a sealed column, nowhere else.
"""

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from server.desk.suggestions.features import (
    CATEGORY,
    RULES,
    Traits,
    Vocabulary,
    vector,
)

SIZE = struct.Struct(">I")
WEIGHT_BYTES = 2
"""Half precision: a weight's last digits never change an order that matters."""
MOST_WORDS = 3
"""More words than three are not read beside a suggestion."""
LEAST_SAY = 0.15
"""A word that moves the odds by less than a seventh is no reason worth reading."""


@dataclass(frozen=True, slots=True)
class Curve:
    """From a score and the rules' weight to how likely an indicator is coded.

    It is 1 / (1 + exp(-(slope * score + trust . weights + shift))). An indicator with few codings
    cannot learn alone how far to trust the rules; all of them together can.
    """

    slope: float = 1.0
    trust: tuple[float, ...] = (0.0,) * len(RULES)
    shift: float = 0.0

    def chance(self, score: float, weights: Sequence[float]) -> float:
        """Read the curve; 0 to 1."""
        trusted = sum(a * b for a, b in zip(self.trust, weights, strict=True))
        sum_ = self.slope * score + trusted + self.shift
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, sum_))))


@dataclass(frozen=True, slots=True, repr=False)
class Ranked:
    """One indicator with its score, chance, and what spoke for it.

    Attributes:
        chance: How likely a person codes it, 0 to 1.
        words: Words of the text that weighed most, as written there.
        by_category: Whether the witness's category spoke for it.
        by_rules: Whether the rules did.
    """

    indicator_id: str
    chance: float
    words: tuple[str, ...]
    by_category: bool
    by_rules: bool

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<Ranked {self.chance:.2f}>"


@dataclass(frozen=True, repr=False)
class Model:
    """Weights learned from codings.

    Attributes:
        indicators: In the order of the weights.
        vocabulary: Known features.
        weights: Half-precision numbers: one row a feature, one column an indicator.
        biases: One an indicator.
        curve: From scores to chances.
    """

    indicators: tuple[str, ...]
    vocabulary: Vocabulary
    weights: bytes
    biases: tuple[float, ...]
    curve: Curve

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<Model of {len(self.indicators)} indicators>"

    @cached_property
    def _row(self) -> struct.Struct:
        return struct.Struct(f"<{len(self.indicators)}e")

    def row(self, place: int) -> tuple[float, ...]:
        """Give one feature's weights."""
        return self._row.unpack_from(self.weights, place * self._row.size)

    def scores(self, values: Mapping[int, float]) -> list[float]:
        """Sum a report's features for each indicator."""
        sums = list(self.biases)
        for place, value in values.items():
            for index, weight in enumerate(self.row(place)):
                sums[index] += value * weight
        return sums

    def rank(self, traits: Traits, most: int) -> list[Ranked]:
        """Rank the indicators that something in the report speaks for.

        Args:
            traits: The report.
            most: How many to give at most.
        """
        values = vector(traits, self.vocabulary)
        chances = [
            self.curve.chance(score, [traits.side.get(kind + name, 0.0) for kind in RULES])
            for name, score in zip(self.indicators, self.scores(values), strict=True)
        ]
        order = sorted(range(len(chances)), key=lambda index: (-chances[index], index))
        ranked = [self._ranked(traits, values, index, chances[index]) for index in order[:most]]
        return [one for one in ranked if one.words or one.by_category or one.by_rules]

    def _ranked(
        self, traits: Traits, values: Mapping[int, float], index: int, chance: float
    ) -> Ranked:
        said = {
            word: sum(self._say(name, values, index) for name in dict.fromkeys(names))
            for word, names in traits.words.items()
        }
        telling = sorted(said, key=lambda word: -said[word])[:MOST_WORDS]
        side = {name[0] for name in traits.side if self._say(name, values, index) > LEAST_SAY}
        return Ranked(
            self.indicators[index],
            chance,
            tuple(word for word in telling if said[word] > LEAST_SAY),
            CATEGORY in side,
            any(traits.side.get(kind + self.indicators[index]) for kind in RULES),
        )

    def _say(self, name: str, values: Mapping[int, float], index: int) -> float:
        place = self.vocabulary.places.get(name)
        if place is None or place not in values:
            return 0.0
        return values[place] * self.row(place)[index]


def encode(model: Model) -> bytes:
    """Write a model as bytes, to be sealed."""
    names = sorted(model.vocabulary.places, key=model.vocabulary.places.__getitem__)
    head = json.dumps(
        {
            "indicators": model.indicators,
            "features": names,
            "rarity": [round(one, 4) for one in model.vocabulary.rarity],
            "biases": model.biases,
            "curve": [model.curve.slope, model.curve.trust, model.curve.shift],
        },
        ensure_ascii=False,
    ).encode()
    return SIZE.pack(len(head)) + head + model.weights


def decode(held: bytes) -> Model:
    """Read what :func:`encode` wrote; only bytes that came out of a sealed column are given."""
    (size,) = SIZE.unpack_from(held)
    head = json.loads(held[SIZE.size : SIZE.size + size])
    places = {name: place for place, name in enumerate(head["features"])}
    slope, trust, shift = head["curve"]
    return Model(
        tuple(head["indicators"]),
        Vocabulary(places, head["rarity"]),
        held[SIZE.size + size :],
        tuple(head["biases"]),
        Curve(slope, tuple(trust), shift),
    )


def packed(rows: Sequence[Sequence[float]]) -> bytes:
    """Write weights in half precision: one row a feature."""
    return b"".join(struct.pack(f"<{len(row)}e", *row) for row in rows)
