"""What a person makes of a signal, and how it comes to carry two signatures.

Theory of operation: an assessment is drafted by one person and signed by another; nobody signs
their own, and changing the words takes every signature away, because what was signed must be what
is read. The table below is the only place that moves an assessment. Publishing is a later room's
act and does not move it.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from server.desk.signals.errors import AssessmentError, OwnSignatureError

FEWEST_CHARACTERS: Final = 20
"""An answer shorter than this says nothing a second person could sign."""
MOST_CHARACTERS: Final = 4000


class Pillar(StrEnum):
    """Pillars of the responsibility to protect, by which a step is recommended.

    Source: report of the Secretary-General, A/63/677, section I.
    """

    STATE = "state"
    ASSISTANCE = "assistance"
    RESPONSE = "response"


class AssessmentState(StrEnum):
    """How far an assessment has come."""

    DRAFT = "draft"
    AWAITING = "awaiting"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class AssessmentAct(StrEnum):
    """What a person does to an assessment."""

    REVISE = "revise"
    SUBMIT = "submit"
    RETURN = "return"
    SIGN = "sign"
    WITHDRAW = "withdraw"


TRANSITIONS = MappingProxyType(
    {
        AssessmentState.DRAFT: {
            AssessmentAct.REVISE: AssessmentState.DRAFT,
            AssessmentAct.SUBMIT: AssessmentState.AWAITING,
            AssessmentAct.WITHDRAW: AssessmentState.WITHDRAWN,
        },
        AssessmentState.AWAITING: {
            AssessmentAct.REVISE: AssessmentState.DRAFT,
            AssessmentAct.RETURN: AssessmentState.DRAFT,
            AssessmentAct.SIGN: AssessmentState.SIGNED,
            AssessmentAct.WITHDRAW: AssessmentState.WITHDRAWN,
        },
        AssessmentState.SIGNED: {AssessmentAct.REVISE: AssessmentState.DRAFT},
        AssessmentState.WITHDRAWN: {},
    }
)
"""State -> act -> next state. docs draw their diagram from this table."""

AUTHOR_ONLY: Final = frozenset({AssessmentAct.REVISE, AssessmentAct.SUBMIT, AssessmentAct.WITHDRAW})
OTHERS_ONLY: Final = frozenset({AssessmentAct.SIGN, AssessmentAct.RETURN})


@dataclass(frozen=True, slots=True, repr=False)
class Findings:
    """The answers an assessment gives; all of them leave the desk when it is published.

    Attributes:
        headline: One line.
        known: What we know.
        basis: How we know it.
        unknown: What we do not know.
        explanations: Competing explanations.
        step: The preventive step recommended.
        pillar: Under which pillar.
    """

    headline: str
    known: str
    basis: str
    unknown: str
    explanations: str
    step: str
    pillar: Pillar

    def __repr__(self) -> str:
        """Hide the words."""
        return "<Findings>"

    def texts(self) -> tuple[str, ...]:
        """Give every text of the answers."""
        return tuple(str(getattr(self, field.name)) for field in fields(self))


def check(findings: Findings) -> None:
    """Refuse an assessment that leaves a question open without saying so.

    Raises:
        AssessmentError: An answer is too short or too long.
    """
    answers = (
        findings.headline,
        findings.known,
        findings.basis,
        findings.unknown,
        findings.explanations,
        findings.step,
    )
    if any(not FEWEST_CHARACTERS <= len(text.strip()) <= MOST_CHARACTERS for text in answers):
        raise AssessmentError(
            f"every answer has {FEWEST_CHARACTERS} to {MOST_CHARACTERS} characters; "
            "where nothing is known, say that"
        )


def step(state: AssessmentState, act: AssessmentAct, *, author: str, actor: str) -> AssessmentState:
    """Take an act.

    Args:
        state: Where the assessment stands.
        act: What is done.
        author: Who wrote it.
        actor: Who acts.

    Returns:
        Where it stands then.

    Raises:
        OwnSignatureError: The author signs or returns their own.
        AssessmentError: The table has no such step, or only the author may do this.
    """
    following = TRANSITIONS[state].get(act)
    if following is None:
        raise AssessmentError(f"an assessment that is {state} cannot be asked to {act}")
    if act in OTHERS_ONLY and actor == author:
        raise OwnSignatureError("the second signature must be somebody else's than the author's")
    if act in AUTHOR_ONLY and actor != author:
        raise AssessmentError(f"only the author may {act} an assessment")
    return following
