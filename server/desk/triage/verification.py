"""How far a report is verified: the other transition table.

Theory of operation: verification is its own axis and never follows from the workflow. The ladder
is received -> screened -> corroborated -> verified, contradicted or unverifiable; every rung can be
reconsidered, back to screened. Source and information are graded apart (Admiralty code) and are
never averaged: a reliable source can be wrong and an unknown one right. Until somebody judges, a
report is F6.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from schemas.domain.vocabulary import InformationCredibility, SourceReliability, Verification
from server.desk.triage.errors import IllegalTransitionError

FEWEST_SOURCES = 2
"""This report's own source and one independent of it: fewer is not corroboration."""


class Finding(StrEnum):
    """What a person found about the truth of a report."""

    SCREEN = "screen"
    CORROBORATE = "corroborate"
    VERIFY = "verify"
    CONTRADICT = "contradict"
    GIVE_UP = "give_up"
    RECONSIDER = "reconsider"


TRANSITIONS = MappingProxyType(
    {
        Verification.RECEIVED: {Finding.SCREEN: Verification.SCREENED},
        Verification.SCREENED: {
            Finding.CORROBORATE: Verification.CORROBORATED,
            Finding.CONTRADICT: Verification.CONTRADICTED,
            Finding.GIVE_UP: Verification.UNVERIFIABLE,
        },
        Verification.CORROBORATED: {
            Finding.VERIFY: Verification.VERIFIED,
            Finding.CONTRADICT: Verification.CONTRADICTED,
            Finding.GIVE_UP: Verification.UNVERIFIABLE,
            Finding.RECONSIDER: Verification.SCREENED,
        },
        Verification.VERIFIED: {
            Finding.CONTRADICT: Verification.CONTRADICTED,
            Finding.RECONSIDER: Verification.SCREENED,
        },
        Verification.CONTRADICTED: {Finding.RECONSIDER: Verification.SCREENED},
        Verification.UNVERIFIABLE: {Finding.RECONSIDER: Verification.SCREENED},
    }
)
"""Rung -> finding -> next rung. docs draw their diagram from this table."""


@dataclass(frozen=True, slots=True)
class Grade:
    """Admiralty code of one report: who says it, and what is said."""

    reliability: SourceReliability = SourceReliability.F
    credibility: InformationCredibility = InformationCredibility.UNJUDGED

    def __str__(self) -> str:
        """Write the grade as the field does: `B2`."""
        return f"{self.reliability}{self.credibility}"


def findings_open(rung: Verification) -> tuple[Finding, ...]:
    """List what may be found next, in the table's order."""
    return tuple(TRANSITIONS[rung])


def climb(rung: Verification, finding: Finding, independent_sources: int = 0) -> Verification:
    """Take a finding.

    Args:
        rung: Where the report stands.
        finding: What was found.
        independent_sources: Sources that do not repeat each other, this report's own counted;
            read only when corroborating.

    Returns:
        The next rung.

    Raises:
        IllegalTransitionError: When the ladder has no such step, or too few sources are named.
    """
    following = TRANSITIONS[rung].get(finding)
    if following is None:
        raise IllegalTransitionError(f"a report that is {rung} cannot be asked to {finding}")
    if finding is Finding.CORROBORATE and independent_sources < FEWEST_SOURCES:
        raise IllegalTransitionError(
            f"corroboration needs at least {FEWEST_SOURCES} sources independent of each other"
        )
    return following
