"""A watcher who learns: boosted decision trees over numbers, and how often they are right. Pure.

Theory of operation: each round fits a small tree to what is still wrong, by the gradient of the
logistic loss, and adds a little of it (Friedman's gradient boosting with Newton steps in the
leaves). Trees of depth two see pairs of features, which is what a watcher of sizes and times
would combine. Thresholds are taken from the quantiles of a feature.

How good it is, is measured on what it did not see: the examples are dealt into folds, each fold
is judged by a forest that learnt from the others. The folds are whole stretches of time, not
single examples, so that nothing leaks from a neighbour.

Source: J. H. Friedman, "Greedy function approximation: a gradient boosting machine" (2001).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ROUNDS: Final = 80
RATE: Final = 0.1
DEPTH: Final = 2
THRESHOLDS: Final = 24
LEAST_IN_LEAF: Final = 8
_SMOOTH: Final = 1.0

Row = Sequence[float]


@dataclass(frozen=True, slots=True)
class Node:
    """A question, or a leaf where `feature` is below zero."""

    feature: int
    bound: float
    value: float
    low: "Node | None" = None
    high: "Node | None" = None

    def says(self, row: Row) -> float:
        """Give the value of the leaf a row falls into."""
        if self.low is None or self.high is None:
            return self.value
        return (self.low if row[self.feature] <= self.bound else self.high).says(row)


class Forest:
    """A learnt watcher."""

    def __init__(self, rows: Sequence[Row], labels: Sequence[bool]) -> None:
        """Learn.

        Args:
            rows: Examples, all of one length.
            labels: What each is.
        """
        self._trees: list[Node] = []
        bounds = [_bounds([row[at] for row in rows]) for at in range(len(rows[0]))]
        scores = [0.0] * len(rows)
        for _ in range(ROUNDS):
            chances = [1 / (1 + math.exp(-score)) for score in scores]
            pulls = [label - chance for label, chance in zip(labels, chances, strict=True)]
            weights = [chance * (1 - chance) for chance in chances]
            tree = _grow(_Lesson(rows, pulls, weights, bounds), range(len(rows)), DEPTH)
            self._trees.append(tree)
            scores = [
                score + RATE * tree.says(row) for score, row in zip(scores, rows, strict=True)
            ]

    def guess(self, row: Row) -> bool:
        """Say what a row is."""
        return sum(tree.says(row) for tree in self._trees) > 0


@dataclass(frozen=True, slots=True)
class _Lesson:
    rows: Sequence[Row]
    pulls: Sequence[float]
    weights: Sequence[float]
    bounds: Sequence[Sequence[float]]


def _grow(lesson: _Lesson, chosen: Sequence[int], depth: int) -> Node:
    split = _best(lesson, chosen) if depth else None
    if split is None:
        pull = sum(lesson.pulls[at] for at in chosen)
        return Node(-1, 0.0, pull / (sum(lesson.weights[at] for at in chosen) + _SMOOTH))
    feature, bound = split
    low = [at for at in chosen if lesson.rows[at][feature] <= bound]
    high = [at for at in chosen if lesson.rows[at][feature] > bound]
    return Node(feature, bound, 0.0, _grow(lesson, low, depth - 1), _grow(lesson, high, depth - 1))


def _best(lesson: _Lesson, chosen: Sequence[int]) -> tuple[int, float] | None:
    """Find the question that explains most of what is still wrong."""
    pull = sum(lesson.pulls[at] for at in chosen)
    weight = sum(lesson.weights[at] for at in chosen)
    found, best = None, _gain(pull, weight) + 1e-9
    for feature, bounds in enumerate(lesson.bounds):
        values = sorted((lesson.rows[at][feature], at) for at in chosen)
        passed, low_pull, low_weight = 0, 0.0, 0.0
        for bound in bounds:
            while passed < len(values) and values[passed][0] <= bound:
                low_pull += lesson.pulls[values[passed][1]]
                low_weight += lesson.weights[values[passed][1]]
                passed += 1
            if min(passed, len(values) - passed) < LEAST_IN_LEAF:
                continue
            gain = _gain(low_pull, low_weight) + _gain(pull - low_pull, weight - low_weight)
            if gain > best:
                found, best = (feature, bound), gain
    return found


def _gain(pull: float, weight: float) -> float:
    return pull * pull / (weight + _SMOOTH)


def _bounds(values: Sequence[float]) -> list[float]:
    ordered = sorted(set(values))
    if len(ordered) <= THRESHOLDS:
        return ordered[:-1]
    whole = sorted(values)
    return sorted({whole[at * len(whole) // THRESHOLDS] for at in range(1, THRESHOLDS)})


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often a watcher was right.

    Attributes:
        right: Guesses that were right.
        total: Guesses.
    """

    right: int
    total: int

    @property
    def share(self) -> float:
        """Give the share of right guesses."""
        return self.right / self.total

    def interval(self) -> tuple[float, float]:
        """Give the 95 % interval.

        Source: E. B. Wilson, "Probable inference, the law of succession" (1927).
        """
        z, n = 1.96, self.total
        middle = (self.share + z * z / (2 * n)) / (1 + z * z / n)
        spread = math.sqrt(self.share * (1 - self.share) / n + z * z / (4 * n * n))
        half = z * spread / (1 + z * z / n)
        return middle - half, middle + half


def cross_validated(rows: Sequence[Row], labels: Sequence[bool], folds: int = 10) -> Accuracy:
    """Tell how often a watcher is right about what it did not learn from.

    Args:
        rows: Examples in the order of time.
        labels: What each is.
        folds: Stretches of time; each is judged by what was learnt from all others.
    """
    right = 0
    for fold in range(folds):
        first, last = (len(rows) * (fold + more) // folds for more in (0, 1))
        forest = Forest([*rows[:first], *rows[last:]], [*labels[:first], *labels[last:]])
        right += sum(forest.guess(rows[at]) == labels[at] for at in range(first, last))
    return Accuracy(right, len(rows))


def most_telling(rows: Sequence[Row], labels: Sequence[bool], names: Sequence[str]) -> list[str]:
    """Name the three features that tell most by themselves, each with its accuracy."""
    scored = []
    for at, name in enumerate(names):
        share = cross_validated([[row[at]] for row in rows], labels, folds=5).share
        scored.append((share, name))
    return [f"{name} {share:.2f}" for share, name in sorted(scored, reverse=True)[:3]]
