"""Learning and judging halves of the demonstration and of invented narratives, four times over.

Theory of operation: part k of both is judged by what was learned from the other parts. The
demonstration is dealt by document (incident, campaign, repeat), narratives by wording. What is
learned from takes turns: one report of the demonstration, one narrative, until it has the wanted
number of codings; where the demonstration ends, narratives go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from server.desk.suggestions.holding_out import CodedReport, documents, parts
from tests.support.demonstration import coded_reports
from tests.support.dice import Dice
from tests.support.narratives import PARTS, narrative

SEED: Final = 7


@dataclass(frozen=True)
class Half:
    """What is learned from and what is judged; no document and no wording stands in both."""

    learned: Sequence[CodedReport]
    demonstration: Sequence[CodedReport]
    narratives: Sequence[CodedReport]

    @property
    def judged(self) -> Sequence[CodedReport]:
        """Both kinds, as many of each."""
        return [*self.demonstration, *self.narratives]


def halves(codings: int, seed: int = SEED) -> list[Half]:
    """Deal the material.

    Args:
        codings: How many to learn from in each half.
        seed: Of order and narratives.
    """
    told = _shuffled(coded_reports(), seed)
    part_of = parts(documents(told))
    found = []
    for part in range(PARTS):
        own = [one for one, dealt in zip(told, part_of, strict=True) if dealt == part]
        others = [one for one, dealt in zip(told, part_of, strict=True) if dealt != part]
        invented = [
            narrative(seed, (part + 1 + number % (PARTS - 1)) % PARTS, number)
            for number in range(codings)
        ]
        judged = [narrative(seed, part, codings + number) for number in range(len(own))]
        found.append(Half(_until(codings, others, invented), own, judged))
    return found


def many(codings: int, seed: int = SEED) -> list[CodedReport]:
    """Write narratives of all wordings until they have so many codings: what a large desk holds."""
    written = (narrative(seed, number % PARTS, number) for number in range(codings))
    return _taken(codings, list(written))


def _until(
    codings: int, told: Sequence[CodedReport], invented: Sequence[CodedReport]
) -> list[CodedReport]:
    turns = chain.from_iterable(zip_longest(told, invented))
    return _taken(codings, [one for one in turns if one is not None])


def _taken(codings: int, reports: Sequence[CodedReport]) -> list[CodedReport]:
    taken: list[CodedReport] = []
    held = 0
    for report in reports:
        if held >= codings:
            break
        taken.append(report)
        held += len(report.indicators)
    return taken


def _shuffled(reports: Sequence[CodedReport], seed: int) -> list[CodedReport]:
    dice = Dice(seed)
    return sorted(reports, key=lambda _one: dice.bytes(8))
