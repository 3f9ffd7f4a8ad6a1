"""How many independent voices tell of one incident, and whether a campaign may be behind them.

Theory of operation: two reports are one voice when one install sent both, when one follows the
other, or when their texts are alike: who passes a text on has not seen it for himself. Reports that
name no install cannot be told apart, so together they are one voice at most. Voices are what is
left when all of that is joined, so the number is never too high by these reasons. Many installs
with one text are a possible campaign: a person is told so, with the reason, and decides.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from server.desk.triage.likeness import likeness

PASSED_ON: Final = 0.3
"""Texts at least so alike are one voice. Of the 47 pairs in the demonstration in which two people
tell of one event in one language, the likest are at 0.17; of one text passed on, nearly all lie
over 0.5 (docs/adr/0099)."""
CAMPAIGN_LIKENESS: Final = 0.5
"""The demonstration's copied campaign lies over it in each language, no pair of two people does."""
CAMPAIGN_INSTALLS: Final = 4
"""A family that passes one message round has two or three phones; a fourth is worth a look."""


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What of a report tells whether it is a voice of its own.

    Attributes:
        report_id: Which report.
        runs: Of its text, as `runs_of` cuts them.
        author: The install's key, or None where it names none.
        about: The report it follows, or None.
    """

    report_id: str
    runs: frozenset[str]
    author: str | None = None
    about: str | None = None

    def __repr__(self) -> str:
        """Hide everything but the id."""
        return f"<Told {self.report_id[:8]}>"


@dataclass(frozen=True, slots=True)
class Corroboration:
    """What an incident's reports are worth together.

    Attributes:
        reports: How many were weighed.
        installs: Different installs and threads behind them; nameless reports are one together.
        voices: Independent ones: different installs with texts that are not alike.
        nameless: Reports that name no install and follow none that does.
        campaign_installs: Installs that sent one text, where they are many; else 0.
        campaign_percent: How alike the least alike of the pairs that join them are; 0 without one.
    """

    reports: int = 0
    installs: int = 0
    voices: int = 0
    nameless: int = 0
    campaign_installs: int = 0
    campaign_percent: int = 0

    @property
    def campaign(self) -> bool:
        """Tell whether many installs send one text."""
        return self.campaign_installs > 0


class _Joined:
    """Sets that grow together (union-find)."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def root(self, one: Hashable) -> Hashable:
        while (above := self._above.get(one, one)) != one:
            one = above
        return one

    def join(self, one: Hashable, other: Hashable) -> None:
        self._above[self.root(one)] = self.root(other)


def corroboration(told: Sequence[Told]) -> Corroboration:
    """Weigh the reports of one incident.

    Args:
        told: The reports that count, in any order; each id once.
    """
    senders = _senders(told)
    alike = {
        (one.report_id, other.report_id): share
        for one, other in combinations(told, 2)
        if senders[one.report_id] != senders[other.report_id]
        and (share := likeness(one.runs, other.runs)) >= PASSED_ON
    }
    installs, percent = _campaign(senders, alike)
    return Corroboration(
        reports=len(told),
        installs=len(set(senders.values())),
        voices=_groups(senders, alike),
        nameless=sum(sender is None for sender in senders.values()),
        campaign_installs=installs,
        campaign_percent=percent,
    )


def _senders(told: Sequence[Told]) -> dict[str, Hashable]:
    """Give each report its sender: None for those that name no install by any way."""
    joined = _Joined()
    for one in told:
        if one.author:
            joined.join(("report", one.report_id), ("install", one.author))
        if one.about:
            joined.join(("report", one.report_id), ("report", one.about))
    named = {joined.root(("install", one.author)) for one in told if one.author}
    roots = {one.report_id: joined.root(("report", one.report_id)) for one in told}
    return {report_id: root if root in named else None for report_id, root in roots.items()}


def _groups(senders: Mapping[str, Hashable], pairs: Iterable[tuple[str, str]]) -> int:
    """Count what is left of the senders when alike texts are joined."""
    joined = _Joined()
    for one, other in pairs:
        joined.join((senders[one],), (senders[other],))
    return len({joined.root((sender,)) for sender in senders.values()})


def _campaign(
    senders: Mapping[str, Hashable], alike: Mapping[tuple[str, str], float]
) -> tuple[int, int]:
    """Find the largest set of installs that sent one text; (0, 0) where it is too small."""
    copies = {pair: share for pair, share in alike.items() if share >= CAMPAIGN_LIKENESS}
    joined = _Joined()
    for one, other in copies:
        joined.join((senders[one],), (senders[other],))
    members: dict[Hashable, set[Hashable]] = defaultdict(set)
    for sender in senders.values():
        members[joined.root((sender,))].add(sender)
    largest = max(members, key=lambda root: len(members[root]), default=None)
    if largest is None or len(members[largest]) < CAMPAIGN_INSTALLS:
        return 0, 0
    shares = [
        share for (one, _), share in copies.items() if joined.root((senders[one],)) == largest
    ]
    return len(members[largest]), int(min(shares) * 100)
