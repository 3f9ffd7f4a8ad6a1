"""The two distributions the detectors lean on, without a numerical library.

Theory of operation: counts of reports scatter more than chance alone (one event brings several
reports), so their spread is fitted as variance = mean + mean^2 / size, the negative binomial;
with no extra spread it is the Poisson distribution, its limit. Quantiles are found by adding up
probabilities from zero, which is exact and quick for the counts a desk sees.
"""

import math
from collections.abc import Iterator
from statistics import NormalDist

MOST_COUNT = 1_000_000
"""A quantile search ends here; no week of any desk comes near."""

_NORMAL = NormalDist()


def normal_quantile(probability: float) -> float:
    """Give the standard normal quantile."""
    return _NORMAL.inv_cdf(probability)


def probabilities(mean: float, variance: float) -> Iterator[float]:
    """Yield the probability of 0, 1, 2 ... of a negative binomial, or Poisson, count.

    Args:
        mean: Positive.
        variance: Where it is not above the mean, the count is Poisson.
    """
    if variance <= mean * (1 + 1e-9):
        yield from _poisson(mean)
        return
    size = mean * mean / (variance - mean)
    share = mean / variance
    log_chance = size * math.log(share)
    for count in range(MOST_COUNT):
        yield math.exp(log_chance)
        log_chance += math.log((count + size) / (count + 1)) + math.log1p(-share)


def _poisson(mean: float) -> Iterator[float]:
    log_chance = -mean
    for count in range(MOST_COUNT):
        yield math.exp(log_chance)
        log_chance += math.log(mean) - math.log(count + 1)


def quantile(probability: float, mean: float, variance: float) -> int:
    """Find the smallest count that is reached with at least this probability.

    Args:
        probability: Between 0 and 1.
        mean: Zero or more.
        variance: Of the count.
    """
    if mean <= 0:
        return 0
    total = 0.0
    for count, chance in enumerate(probabilities(mean, variance)):
        total += chance
        if total >= probability:
            return count
    return MOST_COUNT


def chance_of_at_most(count: int, mean: float, variance: float) -> float:
    """Give the probability of a count as small as this or smaller."""
    if mean <= 0:
        return 1.0
    chances = probabilities(mean, variance)
    return min(1.0, math.fsum(next(chances) for _ in range(count + 1)))
