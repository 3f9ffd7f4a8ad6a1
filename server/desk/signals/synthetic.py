"""Made lines of counts on which the detectors are measured.

Theory of operation: a detector's error cannot be read off real alarms, because nobody knows which
were true. So lines are made whose truth is known: negative-binomial counts around a mean, some
with a season or a slow trend, and no outbreak at all; every alarm on them is false. The same lines
with an outbreak added tell how often it is found. Everything follows from one seed, so that the
printed rates can be measured again by anybody. The numbers made here are no secret and the
generator is not fit for one.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from server.desk.signals.detectors import Detector
from server.desk.signals.distribution import probabilities

LINE_WEEKS: Final = 60
FIRST_READ: Final = 30
"""Weeks before this one only fill the baseline."""
LINES: Final = 60
SEED: Final = 20_261_123

NO_CHANCE: Final = 1e-12
"""Past the middle, a count as unlikely as this ends the search: sums of floats may miss 1."""

_MULTIPLIER: Final = 6_364_136_223_846_793_005
_INCREMENT: Final = 1_442_695_040_888_963_407
_MASK: Final = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Scenario:
    """How a made line behaves.

    Attributes:
        name: For the table.
        mean: Counts a week.
        spread: Variance divided by mean; 1 is Poisson.
        season: Share by which a yearly wave lifts and lowers the mean.
        trend: Share by which the mean grows over the line.
    """

    name: str
    mean: float
    spread: float
    season: float = 0.0
    trend: float = 0.0


SCENARIOS: Final = (
    Scenario("rare", 0.4, 1.2),
    Scenario("low", 1.5, 1.5),
    Scenario("middle", 5.0, 1.8),
    Scenario("middle, bursts", 5.0, 3.0),
    Scenario("high", 20.0, 2.5),
    Scenario("season", 6.0, 1.6, season=0.4),
    Scenario("trend", 6.0, 1.6, trend=0.5),
)
OUTBREAK_DEVIATIONS: Final = (2.0, 3.0, 5.0, 8.0)
"""Size of an added outbreak, in standard deviations of the line, spread over its weeks."""
OUTBREAK_SHAPE: Final = (0.5, 1.0, 0.7)
"""Share of the size in each of three weeks."""


class Noise:
    """A repeatable run of numbers between 0 and 1 (a 64-bit congruential generator)."""

    def __init__(self, seed: int) -> None:
        """Start the run.

        Args:
            seed: Any whole number; the same seed gives the same run.
        """
        self._state = (seed * _MULTIPLIER + _INCREMENT) & _MASK

    def unit(self) -> float:
        """Give the next number: 0 or more, below 1."""
        self._state = (self._state * _MULTIPLIER + _INCREMENT) & _MASK
        return (self._state >> 11) / 2**53

    def count(self, mean: float, variance: float) -> int:
        """Draw a count from the negative binomial distribution."""
        target, total = self.unit(), 0.0
        for count, chance in enumerate(probabilities(mean, variance)):
            total += chance
            if total >= target or chance < NO_CHANCE < total - 0.5:
                return count
        return 0


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """How often a detector was wrong and right on made lines.

    Attributes:
        false_alarms: Share of quiet weeks with an alarm.
        detected: Share of outbreaks with an alarm in any of their weeks.
        first_week: Share of outbreaks with an alarm in the first.
        quiet_weeks: How many weeks the first share is of.
        outbreaks: How many outbreaks the other two are of.
    """

    false_alarms: float
    detected: float
    first_week: float
    quiet_weeks: int
    outbreaks: int


def lines(scenario: Scenario, count: int, seed: int) -> Iterator[list[int]]:
    """Make lines without any outbreak."""
    noise = Noise(seed)
    for _ in range(count):
        yield [_draw(noise, scenario, week) for week in range(LINE_WEEKS)]


def _draw(noise: Noise, scenario: Scenario, week: int) -> int:
    wave = 1 + scenario.season * math.sin(2 * math.pi * week / 52)
    growth = 1 + scenario.trend * week / LINE_WEEKS
    mean = scenario.mean * wave * growth
    return noise.count(mean, mean * scenario.spread)


def measure(detector: Detector, *, lines_each: int = LINES, seed: int = SEED) -> MeasuredRate:
    """Measure a detector on all scenarios.

    Args:
        detector: What to measure.
        lines_each: Lines a scenario.
        seed: Of the noise.
    """
    false, quiet, found, first, outbreaks = 0, 0, 0, 0, 0
    for number, scenario in enumerate(SCENARIOS):
        for line in lines(scenario, lines_each, seed + number):
            for end in range(FIRST_READ, LINE_WEEKS + 1):
                false += detector(line[:end]).alarm
                quiet += 1
            for size in OUTBREAK_DEVIATIONS:
                alarms = _alarms_in_outbreak(detector, line, scenario, size)
                found += any(alarms)
                first += alarms[0]
                outbreaks += 1
    return MeasuredRate(false / quiet, found / outbreaks, first / outbreaks, quiet, outbreaks)


def _alarms_in_outbreak(
    detector: Detector, line: list[int], scenario: Scenario, size: float
) -> list[bool]:
    """Add an outbreak near the end of a line and read its weeks."""
    start = LINE_WEEKS - len(OUTBREAK_SHAPE)
    deviation = math.sqrt(scenario.mean * scenario.spread)
    raised = list(line)
    for week, share in enumerate(OUTBREAK_SHAPE):
        raised[start + week] += math.ceil(size * deviation * share)
    return [detector(raised[: start + week + 1]).alarm for week in range(len(OUTBREAK_SHAPE))]
