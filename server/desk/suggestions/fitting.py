"""Learning from coded reports: the home of scikit-learn, run in a process of its own.

Theory of operation: one logistic regression an indicator, since a report has several. Reports are
dealt into parts by document; each part is scored by a model of the other parts, which gives the
figures and the curve from scores to chances. For the figures' own calibration the curve comes from
the other parts' held-out reports, so that nothing is judged by what it was fitted to. The model
that is kept learns from all reports. One thread fits: the solver's dice are the library's own, so
that two would not give the same model twice, and a second core stays free for the console.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from server.desk.suggestions.accuracy import TOP, Accuracy, Judged, accuracy
from server.desk.suggestions.features import Traits, Vocabulary, traits_of, vector, vocabulary_of
from server.desk.suggestions.holding_out import PARTS, CodedReport, documents, parts
from server.desk.suggestions.learned_model import Curve, Model, packed
from server.desk.suggestions.rules import Guide, suggest

FEWEST_REPORTS: Final = 2
"""An indicator seen in a single report says more about that report than about the indicator."""
LOOSENESS: Final = 3.0
"""The solver's C. On the demonstration 3, 10 and 30 rank alike; the smallest is the calmest."""
PATIENCE: Final = 0.1
"""The solver's tolerance: weights agree with those of 0.0001 to the third digit, in a third of the
time."""
OUTCOMES: Final = 2
"""A curve needs suggestions that people took and such that they did not."""
CURVE_LOOSENESS: Final = 1000.0
"""Two numbers from hundreds of suggestions need no reins."""
ALWAYS: Final = 5.0
"""Score of an indicator that every report has: 99 in a hundred."""

Numbers = NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""


class TooFewCodingsError(ValueError):
    """No indicator stands in enough reports to be learned."""


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

    def suggestions(self, material: Material) -> list[Judged]:
        """Give the three best of each report, with scores where chances come later."""
        rows = [vector(traits, self.vocabulary) for traits in material.traits]
        scores = _matrix(rows, len(self.vocabulary.rarity)) @ self.weights + self.biases
        order = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
        return [
            Judged(
                tuple(self.indicators[place] for place in best),
                tuple(float(scores[row, place]) for place in best),
                material.reports[row].indicators,
            )
            for row, best in enumerate(order)
        ]

    def model(self, curve: Curve) -> Model:
        """Write it down."""
        return Model(
            self.indicators,
            self.vocabulary,
            packed(self.weights.tolist()),
            tuple(self.biases.tolist()),
            curve,
        )


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
    scored: list[Judged] = [Judged((), (), report.indicators) for report in reports]
    for part in range(PARTS):
        rows = [row for row, dealt in enumerate(part_of) if dealt == part]
        learned = fit(material.only([r for r, dealt in enumerate(part_of) if dealt != part]))
        for row, judged in zip(rows, learned.suggestions(material.only(rows)), strict=True):
            scored[row] = judged
        progress(part + 2, steps)
    fitted = fit(material)
    progress(steps, steps)
    found = accuracy(with_chances(scored, part_of), by_rules(reports, guide))
    return Trained(fitted, curve_through(scored), found)


def material_of(reports: Sequence[CodedReport], guide: Guide) -> Material:
    """Look at reports as the solver wants them."""
    return Material(reports, [traits_of(one.category, one.text, guide) for one in reports])


def fit(material: Material) -> Fitted:
    """Learn from all of some reports.

    Raises:
        TooFewCodingsError: No indicator stands in enough of them.
    """
    seen = Counter(name for report in material.reports for name in report.indicators)
    indicators = sorted(name for name, count in seen.items() if count >= FEWEST_REPORTS)
    if not indicators:
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


def curve_through(scored: Sequence[Judged]) -> Curve:
    """Lay the curve from scores to chances through held-out suggestions."""
    pairs = [
        (score, name in one.coded)
        for one in scored
        for name, score in zip(one.suggested, one.chances, strict=True)
    ]
    if len({agreed for _, agreed in pairs}) < OUTCOMES:
        return Curve()
    solver = LogisticRegression(C=CURVE_LOOSENESS)
    solver.fit([[score] for score, _ in pairs], [agreed for _, agreed in pairs])
    return Curve(float(solver.coef_[0][0]), float(solver.intercept_[0]))


def with_chances(scored: Sequence[Judged], part_of: Sequence[int]) -> list[Judged]:
    """Turn scores into chances by a curve that has not seen the report's part."""
    curves = [
        curve_through([one for one, dealt in zip(scored, part_of, strict=True) if dealt != part])
        for part in range(PARTS)
    ]
    return [
        Judged(
            one.suggested,
            tuple(curves[part].chance(score) for score in one.chances),
            one.coded,
        )
        for one, part in zip(scored, part_of, strict=True)
    ]


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
