"""How good suggestions are, counted on reports that the model had not seen.

Theory of operation: a report counts as met when one of the indicators that people coded it to
stands first (top 1) or among the first three (top 3). `covered` is stricter: the share of all
codings that stand among the first three. Calibration compares what a suggestion claimed with how
often people agreed: suggestions are sorted into ten bins by their chance, and the expected
calibration error is the mean gap, weighed by how many suggestions each bin holds.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

TOP = 3
"""As many suggestions as the report page shows."""
BINS = 10
"""Tenths: finer ones hold too few suggestions at a desk with some hundred codings."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was suggested for one report, and what people coded.

    Attributes:
        suggested: Indicators, first one first, at most three.
        chances: One a suggestion, 0 to 1; empty where none is claimed.
        coded: What people coded.
    """

    suggested: tuple[str, ...]
    chances: tuple[float, ...]
    coded: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of held-out reports and codings, 0 to 1."""

    top_1: float
    top_3: float
    covered: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Suggestions of about one chance.

    Attributes:
        claimed: Mean chance.
        found: Share that people coded.
        count: How many.
    """

    claimed: float
    found: float
    count: int


@dataclass(frozen=True, slots=True)
class Support:
    """One indicator in the held-out reports.

    Attributes:
        coded: Reports that people coded to it.
        met: Of those, how many had it among the first three.
    """

    indicator_id: str
    coded: int
    met: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What was measured.

    Attributes:
        reports: Held-out reports.
        codings: Their codings.
        model: By the model.
        rules: By the rules, on the same reports.
        bins: Of the model's suggestions, empty bins left out.
        error: Expected calibration error, 0 to 1.
        support: By indicator, most often coded first.
    """

    reports: int
    codings: int
    model: Rates
    rules: Rates
    bins: tuple[Bin, ...]
    error: float
    support: tuple[Support, ...]

    @property
    def beats_rules(self) -> bool:
        """Tell whether the model puts a coded indicator among three at least as often."""
        return (self.model.top_3, self.model.top_1) >= (self.rules.top_3, self.rules.top_1)


def rates(judged: Sequence[Judged]) -> Rates:
    """Count how often suggestions met codings."""
    codings = sum(len(one.coded) for one in judged)
    if not codings:
        return Rates(0.0, 0.0, 0.0)
    first = sum(bool(one.coded & set(one.suggested[:1])) for one in judged)
    among = sum(bool(one.coded & set(one.suggested[:TOP])) for one in judged)
    covered = sum(len(one.coded & set(one.suggested[:TOP])) for one in judged)
    return Rates(first / len(judged), among / len(judged), covered / codings)


def bins(judged: Sequence[Judged]) -> tuple[Bin, ...]:
    """Sort the suggestions into bins by their chance."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for one in judged:
        for name, chance in zip(one.suggested, one.chances, strict=True):
            held.setdefault(min(int(chance * BINS), BINS - 1), []).append(
                (chance, name in one.coded)
            )
    return tuple(
        Bin(
            sum(chance for chance, _ in found) / len(found),
            sum(agreed for _, agreed in found) / len(found),
            len(found),
        )
        for _, found in sorted(held.items())
    )


def calibration_error(found: Sequence[Bin]) -> float:
    """Give the mean gap between what was claimed and what was found, weighed by count."""
    total = sum(one.count for one in found)
    return sum(abs(one.claimed - one.found) * one.count for one in found) / total if total else 0.0


def support(judged: Sequence[Judged]) -> tuple[Support, ...]:
    """Count by indicator, most often coded first."""
    coded = Counter(name for one in judged for name in one.coded)
    met = Counter(name for one in judged for name in one.coded & set(one.suggested[:TOP]))
    ordered = sorted(coded, key=lambda name: (-coded[name], name))
    return tuple(Support(name, coded[name], met[name]) for name in ordered)


def accuracy(by_model: Sequence[Judged], by_rules: Sequence[Judged]) -> Accuracy:
    """Put the figures of the same held-out reports side by side."""
    found = bins(by_model)
    return Accuracy(
        reports=len(by_model),
        codings=sum(len(one.coded) for one in by_model),
        model=rates(by_model),
        rules=rates(by_rules),
        bins=found,
        error=calibration_error(found),
        support=support(by_model),
    )
