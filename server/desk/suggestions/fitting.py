"""Learning from coded reports: the home of scikit-learn, run in a process of its own.

Theory of operation: one logistic regression an indicator, since a report has several. Reports are
dealt into parts by document; each part is scored by a model of the other parts, which gives the
figures and the curve from scores to chances. For the figures' own calibration the curve comes from
the other parts' held-out reports, so that nothing is judged by what it was fitted to. The model
that is kept learns from all reports. One thread fits: the solver's dice are the library's own, so
that two would not give the same model twice, and a second core stays free for the console.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from server.desk.suggestions.accuracy import TOP, Accuracy, Judged, accuracy
from server.desk.suggestions.features import (
    RULES,
    Traits,
    Vocabulary,
    traits_of,
    vector,
    vocabulary_of,
)
from server.desk.suggestions.holding_out import PARTS, CodedReport, documents, parts
from server.desk.suggestions.learned_model import Curve, Model, packed
from server.desk.suggestions.rules import Guide, suggest

FEWEST_INDICATORS: Final = 2
"""With a single one there is nothing to tell apart."""
LOOSENESS: Final = 3.0
"""The solver's C. On the demonstration 3, 10 and 30 rank alike; the smallest is the calmest."""
PATIENCE: Final = 0.1
"""The solver's tolerance: weights agree with those of 0.0001 to the third digit, in a third of the
time."""
CURVE_LOOSENESS: Final = 1000.0
"""Three numbers from thousands of pairs need no reins."""
ALWAYS: Final = 5.0
"""Score of an indicator that every report has: 99 in a hundred."""

Numbers = NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""


class TooFewCodingsError(ValueError):
    """There are not two indicators to tell apart."""


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """Coded reports as the solver wants them."""

    reports: Sequence[CodedReport]
    traits: Sequence[Traits]

    def __repr__(self) -> str:
        """Hide the reports."""
        return f"<Material of {len(self.reports)}>"

    def only(self, rows: Sequence[int]) -> "Material":
        """Give some of the reports."""
        return Material([self.reports[row] for row in rows], [self.traits[row] for row in rows])


@dataclass(frozen=True, slots=True, repr=False)
class Fitted:
    """What the solver found, before it is written down as a model.

    Attributes:
        weights: Features by indicators.
        biases: One an indicator.
    """

    indicators: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Numbers
    biases: Numbers

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<Fitted {len(self.indicators)}>"

    def scored(self, material: Material) -> "Scored":
        """Score every indicator for some reports."""
        rows = [vector(traits, self.vocabulary) for traits in material.traits]
        scores = _matrix(rows, len(self.vocabulary.rarity)) @ self.weights + self.biases
        weights = [
            [[one.side.get(kind + name, 0.0) for kind in RULES] for name in self.indicators]
            for one in material.traits
        ]
        coded = [[name in one.indicators for name in self.indicators] for one in material.reports]
        return Scored(
            self.indicators,
            scores,
            np.array(weights, float),
            np.array(coded, bool),
            tuple(one.indicators for one in material.reports),
        )

    def model(self, curve: Curve) -> Model:
        """Write it down."""
        return Model(
            self.indicators,
            self.vocabulary,
            packed(self.weights.tolist()),
            tuple(self.biases.tolist()),
            curve,
        )


@dataclass(frozen=True, slots=True, repr=False)
class Scored:
    """Scores of some reports: reports by indicators.

    Attributes:
        scores: By the model.
        weights: By each of the rules, 0 for none.
        coded: Whether people did.
        wanted: All that people coded, indicators that the model does not know too.
    """

    indicators: tuple[str, ...]
    scores: Numbers
    weights: Numbers
    coded: NDArray[np.bool_]
    wanted: tuple[frozenset[str], ...]

    def __repr__(self) -> str:
        """Hide what was judged."""
        return f"<Scored {len(self.wanted)}>"

    def suggestions(self, curve: Curve) -> list[Judged]:
        """Give the three likeliest of each report."""
        sums = curve.slope * self.scores + self.weights @ np.array(curve.trust)
        order = np.argsort(-sums, axis=1, kind="stable")[:, :TOP]
        return [
            Judged(
                tuple(self.indicators[place] for place in best),
                tuple(
                    curve.chance(float(self.scores[row, place]), self.weights[row, place].tolist())
                    for place in best
                ),
                self.wanted[row],
            )
            for row, best in enumerate(order)
        ]


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learned from all reports, and how it did on reports it had not seen."""

    fitted: Fitted
    curve: Curve
    accuracy: Accuracy

    def model(self) -> Model:
        """Write down what was learned."""
        return self.fitted.model(self.curve)


def train(reports: Sequence[CodedReport], guide: Guide, progress: Progress) -> Trained:
    """Learn a model and measure it on held-out reports.

    Args:
        reports: Coded reports, in any order.
        guide: What the rules go by.
        progress: Told after each step.

    Raises:
        TooFewCodingsError: Nothing can be learned yet.
    """
    # Many small sums gain nothing from a threaded BLAS, whose idle threads spin.
    with threadpool_limits(1):
        return _train(reports, guide, progress)


def _train(reports: Sequence[CodedReport], guide: Guide, progress: Progress) -> Trained:
    steps = PARTS + 2
    material = material_of(reports, guide)
    progress(1, steps)
    part_of = parts(documents(reports))
    held_out: list[tuple[list[int], Scored]] = []
    for part in range(PARTS):
        rows = [row for row, dealt in enumerate(part_of) if dealt == part]
        learned = fit(material.only([r for r, dealt in enumerate(part_of) if dealt != part]))
        held_out.append((rows, learned.scored(material.only(rows))))
        progress(part + 2, steps)
    fitted = fit(material)
    curve = curve_through([scored for _, scored in held_out])
    progress(steps, steps)
    return Trained(fitted, curve, accuracy(_judged(held_out), by_rules(reports, guide)))


def _judged(held_out: Sequence[tuple[list[int], Scored]]) -> list[Judged]:
    """Suggest for every held-out report by a curve that has not seen its part."""
    found: dict[int, Judged] = {}
    for rows, scored in held_out:
        curve = curve_through([other for _, other in held_out if other is not scored])
        found.update(zip(rows, scored.suggestions(curve), strict=True))
    return [found[row] for row in sorted(found)]


def material_of(reports: Sequence[CodedReport], guide: Guide) -> Material:
    """Look at reports as the solver wants them."""
    return Material(reports, [traits_of(one.category, one.text, guide) for one in reports])


def fit(material: Material) -> Fitted:
    """Learn from all of some reports.

    Raises:
        TooFewCodingsError: There is nothing to tell apart.
    """
    indicators = sorted({name for report in material.reports for name in report.indicators})
    if len(indicators) < FEWEST_INDICATORS:
        raise TooFewCodingsError
    vocabulary = vocabulary_of(material.traits)
    rows = [vector(traits, vocabulary) for traits in material.traits]
    matrix = _matrix(rows, len(vocabulary.rarity))

    solved = [
        _solve(matrix, np.array([name in one.indicators for one in material.reports]))
        for name in indicators
    ]
    weights = np.stack([weight for weight, _ in solved], axis=1)
    return Fitted(tuple(indicators), vocabulary, weights, np.array([bias for _, bias in solved]))


def by_rules(reports: Sequence[CodedReport], guide: Guide) -> list[Judged]:
    """Suggest by rules alone for some reports."""
    return [
        Judged(
            tuple(one.indicator_id for one in suggest(report.category, report.text, guide)),
            (),
            report.indicators,
        )
        for report in reports
    ]


def curve_through(held_out: Sequence[Scored]) -> Curve:
    """Lay the curve from scores and rules to chances through held-out reports."""
    scores = np.concatenate([one.scores.ravel() for one in held_out])
    weights = np.concatenate([one.weights.reshape(-1, len(RULES)) for one in held_out])
    coded = np.concatenate([one.coded.ravel() for one in held_out])
    if coded.all() or not coded.any():
        return Curve()
    solver = LogisticRegression(C=CURVE_LOOSENESS)
    solver.fit(np.column_stack([scores, weights]), coded)
    slope, *trust = (float(one) for one in solver.coef_[0])
    return Curve(slope, tuple(trust), float(solver.intercept_[0]))


def _matrix(rows: Sequence[Mapping[int, float]], width: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    places = np.fromiter((place for row in rows for place in row), np.int32, ends[-1])
    values = np.fromiter((value for row in rows for value in row.values()), float, ends[-1])
    return csr_matrix((values, places, ends), shape=(len(rows), width))


def _solve(matrix: csr_matrix, coded: NDArray[np.bool_]) -> tuple[Numbers, float]:
    if coded.all():
        # Every report has it: nothing tells reports apart, and the solver wants two outcomes.
        return np.zeros(matrix.shape[1]), ALWAYS
    solver = LogisticRegression(
        C=LOOSENESS, solver="liblinear", dual=True, tol=PATIENCE, random_state=0
    )
    solver.fit(matrix, coded)
    return solver.coef_[0], float(solver.intercept_[0])
