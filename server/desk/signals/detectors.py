"""Detectors: from a line of weekly counts to what was expected and whether it was passed.

Theory of operation: each detector is a pure function of the counts before a week and the count of
that week; none looks ahead. A week without coverage is None: it is missing, never zero, and is
left out of every baseline. EARS C1-C3 look for a shock against the seven weeks before; they are
quick to answer and often wrong. The level detector looks for a count too high for up to half a
year of history. It fits mean and spread while giving less weight to weeks that stand out, so
that the last outbreak does not hide the next one, and leaves the last two weeks out of the
baseline. The silence detector looks for too few.

Source: Hutwagner, Thompson, Seeman, Treadwell (2003), EARS; parameters as in R `surveillance`
1.20, `earsC`. Re-weighting after Noufaily et al. (2013), with our own history window in place of
the same season of past years, which a young desk does not have.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from server.desk.signals.distribution import chance_of_at_most, normal_quantile, quantile

Counts = Sequence[int | None]

EARS_WEEKS: Final = 7
EARS_ALPHA: Final = 0.001
EARS_C3_ALPHA: Final = 0.025
C2_GUARD_WEEKS: Final = 2

LEVEL_WEEKS: Final = 26
LEVEL_FEWEST_WEEKS: Final = 8
"""Fewer weeks of history give a spread that means nothing."""
LEVEL_GUARD_WEEKS: Final = 2
LEVEL_ALPHA: Final = 0.008
LEVEL_LEAST_COUNT: Final = 3
"""One or two reports are never an alarm by their number; a person reads them anyway."""
OUTLIER_RESIDUAL: Final = 2.0
"""Standardised residual from which a week counts less; lower blunts, higher lets outbreaks in."""
FITTING_ROUNDS: Final = 4

SILENCE_ALPHA: Final = 0.01
SILENCE_LEAST_MEAN: Final = 3.0
"""An area that seldom reports cannot be told from one that fell silent."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a detector says of one week.

    Attributes:
        expected: Mean of the baseline, or None where history is too short.
        upper: The count that is still expected, or None where history is too short.
        alarm: Whether the week's count passed it.
    """

    expected: float | None
    upper: float | None
    alarm: bool


QUIET: Final = Reading(None, None, alarm=False)
Detector = Callable[[Counts], Reading]
"""Counts up to and with the week asked about, oldest first."""


def ears_c1(counts: Counts) -> Reading:
    """Compare with mean and spread of the seven weeks just before."""
    return _ears(counts, guard_weeks=0)


def ears_c2(counts: Counts) -> Reading:
    """Compare with the seven weeks that end two weeks before, so that a slow rise still shows."""
    return _ears(counts, guard_weeks=C2_GUARD_WEEKS)


def ears_c3(counts: Counts) -> Reading:
    """Add up what C2 saw in the two weeks before."""
    baseline = _baseline(counts, C2_GUARD_WEEKS)
    now = counts[-1]
    if baseline is None or now is None:
        return QUIET
    carried = sum(max(0.0, _c2_score(counts[:-back]) - 1.0) for back in (1, 2))
    mean, spread = fmean(baseline), stdev(baseline)
    upper = mean + spread * (normal_quantile(1 - EARS_C3_ALPHA) - carried)
    return Reading(mean, upper, alarm=now > upper)


def _c2_score(counts: Counts) -> float:
    """C2's standardised excess of the last week; 0 where it cannot be told."""
    baseline = _baseline(counts, C2_GUARD_WEEKS)
    if baseline is None or counts[-1] is None:
        return 0.0
    spread = stdev(baseline)
    return (counts[-1] - fmean(baseline)) / spread if spread > 0 else 0.0


def _ears(counts: Counts, *, guard_weeks: int) -> Reading:
    baseline = _baseline(counts, guard_weeks)
    now = counts[-1]
    if baseline is None or now is None:
        return QUIET
    mean = fmean(baseline)
    upper = mean + normal_quantile(1 - EARS_ALPHA) * stdev(baseline)
    return Reading(mean, upper, alarm=now > upper)


def _baseline(counts: Counts, guard_weeks: int) -> list[int] | None:
    """Give EARS's seven weeks, or None where one is missing or history is too short."""
    end = len(counts) - 1 - guard_weeks
    window = counts[max(0, end - EARS_WEEKS) : max(0, end)]
    held = [count for count in window if count is not None]
    return held if len(held) == EARS_WEEKS else None


def level(counts: Counts) -> Reading:
    """Compare with the count that half a year of history, outbreaks played down, makes unlikely."""
    history = _history(counts)
    now = counts[-1]
    if now is None or len(history) < LEVEL_FEWEST_WEEKS:
        return QUIET
    mean, variance = fitted(history)
    # The mean itself is uncertain; a short history widens the band instead of crying wolf.
    upper = quantile(1 - LEVEL_ALPHA, mean, variance * (1 + 1 / len(history)))
    return Reading(mean, float(upper), alarm=now > upper and now >= LEVEL_LEAST_COUNT)


def silence(counts: Counts) -> Reading:
    """Look for too few: a week whose count is unlikely to be so small.

    `upper` holds the smallest count that would still be expected.
    """
    history = _history(counts)
    now = counts[-1]
    if now is None or len(history) < LEVEL_FEWEST_WEEKS:
        return QUIET
    mean, variance = fitted(history)
    if mean < SILENCE_LEAST_MEAN:
        return Reading(mean, None, alarm=False)
    chance = chance_of_at_most(now, mean, variance)
    return Reading(mean, float(quantile(SILENCE_ALPHA, mean, variance)), chance < SILENCE_ALPHA)


def _history(counts: Counts) -> list[int]:
    end = max(0, len(counts) - 1 - LEVEL_GUARD_WEEKS)
    window = counts[max(0, end - LEVEL_WEEKS) : end]
    return [count for count in window if count is not None]


def fitted(history: Sequence[int]) -> tuple[float, float]:
    """Fit mean and variance, weeks that stand out counting less.

    Args:
        history: At least two counts.

    Returns:
        Mean, and a variance that is never below the mean's.
    """
    weights = [1.0] * len(history)
    mean, variance = _moments(history, weights)
    for _ in range(FITTING_ROUNDS):
        weights = [_weight(count, mean, variance) for count in history]
        mean, variance = _moments(history, weights)
    return mean, variance


def _moments(history: Sequence[int], weights: Sequence[float]) -> tuple[float, float]:
    total = math.fsum(weights)
    mean = math.fsum(w * c for w, c in zip(weights, history, strict=True)) / total
    squares = math.fsum(w * (c - mean) ** 2 for w, c in zip(weights, history, strict=True))
    # Weeks of zeros still leave room for one report: half a report stands in for the unseen.
    mean = max(mean, 0.5 / len(history))
    return mean, max(mean, squares / max(total - 1.0, 1.0))


def _weight(count: int, mean: float, variance: float) -> float:
    """Weigh a week by how far it stands out above; weeks below the mean always count in full."""
    residual = (count - mean) / math.sqrt(variance)
    return 1.0 if residual <= OUTLIER_RESIDUAL else (OUTLIER_RESIDUAL / residual) ** 2


DETECTORS: Final[dict[str, Detector]] = {
    "ears_c1": ears_c1,
    "ears_c2": ears_c2,
    "ears_c3": ears_c3,
    "level": level,
}
"""By the name that stands beside an alarm and in the table of measured rates."""


def readings(counts: Counts, detector: Detector, weeks: int) -> tuple[Reading, ...]:
    """Run a detector over the last weeks of a line.

    Args:
        counts: Oldest first.
        detector: One of `DETECTORS`, or `silence`.
        weeks: How many of the last weeks to read.
    """
    first = max(1, len(counts) - weeks + 1)
    return tuple(detector(counts[:end]) for end in range(first, len(counts) + 1))
