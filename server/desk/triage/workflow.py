"""Where a report stands in the desk's work: the one transition table.

Theory of operation: the table maps (state, act) to the next state; what is not in it is refused.
Nothing else in the desk assigns a workflow state. A claim is a lease: it holds while the person
works and lets go by itself, so that a closed laptop never keeps a report from the others. A state
is therefore read together with the lease: a claim that has run out stands as `new` again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from schemas.domain.vocabulary import Workflow
from server.desk.triage.errors import ClaimHeldError, IllegalTransitionError

LEASE = timedelta(minutes=5)
"""Long enough to read a long report and take a call; renewed by every act and by the open page."""


class Act(StrEnum):
    """What a person does to a report's place in the work."""

    CLAIM = "claim"
    RELEASE = "release"
    TRIAGE = "triage"
    ESCALATE = "escalate"
    CLOSE = "close"
    MARK_DUPLICATE = "mark_duplicate"
    MARK_OUT_OF_SCOPE = "mark_out_of_scope"
    MARK_SPAM = "mark_spam"
    REOPEN = "reopen"


_LEAVE = {
    Act.MARK_DUPLICATE: Workflow.DUPLICATE,
    Act.MARK_OUT_OF_SCOPE: Workflow.OUT_OF_SCOPE,
    Act.MARK_SPAM: Workflow.SPAM,
}

TRANSITIONS = MappingProxyType(
    {
        Workflow.NEW: {Act.CLAIM: Workflow.CLAIMED, **_LEAVE},
        Workflow.CLAIMED: {
            Act.CLAIM: Workflow.CLAIMED,
            Act.RELEASE: Workflow.NEW,
            Act.TRIAGE: Workflow.TRIAGED,
            Act.ESCALATE: Workflow.ESCALATED,
            Act.CLOSE: Workflow.CLOSED,
            **_LEAVE,
        },
        Workflow.TRIAGED: {
            Act.ESCALATE: Workflow.ESCALATED,
            Act.CLOSE: Workflow.CLOSED,
            Act.REOPEN: Workflow.NEW,
            **_LEAVE,
        },
        Workflow.ESCALATED: {
            Act.TRIAGE: Workflow.TRIAGED,
            Act.CLOSE: Workflow.CLOSED,
            Act.REOPEN: Workflow.NEW,
        },
        Workflow.CLOSED: {Act.REOPEN: Workflow.NEW},
        Workflow.DUPLICATE: {Act.REOPEN: Workflow.NEW},
        Workflow.OUT_OF_SCOPE: {Act.REOPEN: Workflow.NEW},
        Workflow.SPAM: {Act.REOPEN: Workflow.NEW},
    }
)
"""State -> act -> next state. docs draw their diagram from this table."""

NOT_COUNTED = frozenset({Workflow.DUPLICATE, Workflow.OUT_OF_SCOPE, Workflow.SPAM})
"""States whose reports are in no count, map, line or publication."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands.

    Attributes:
        state: The stored state.
        holder: Who claims it, or None.
        lease_until: UTC, aware; when the claim lets go, or None.
    """

    state: Workflow = Workflow.NEW
    holder: str | None = None
    lease_until: datetime | None = None

    def at(self, now: datetime) -> "Standing":
        """Read the standing at a moment: a claim that has run out is nobody's."""
        if self.state is Workflow.CLAIMED and (self.lease_until is None or self.lease_until <= now):
            return Standing(Workflow.NEW)
        return self

    def held_by_another(self, person: str, now: datetime) -> bool:
        """Tell whether somebody else works on it at this moment."""
        standing = self.at(now)
        return standing.state is Workflow.CLAIMED and standing.holder != person


def acts_open(standing: Standing, person: str, now: datetime) -> tuple[Act, ...]:
    """List the acts a person may take now, in the table's order."""
    if standing.held_by_another(person, now):
        return ()
    return tuple(TRANSITIONS[standing.at(now).state])


def step(standing: Standing, act: Act, person: str, now: datetime) -> Standing:
    """Take an act.

    Args:
        standing: As stored.
        act: What the person does.
        person: Who does it.
        now: UTC, aware.

    Returns:
        The next standing; a claim holds for `LEASE` from now.

    Raises:
        ClaimHeldError: When somebody else holds an unexpired claim.
        IllegalTransitionError: When the table has no such step.
    """
    if standing.held_by_another(person, now):
        raise ClaimHeldError("somebody else is working on this report; wait or ask them to let go")
    state = TRANSITIONS[standing.at(now).state].get(act)
    if state is None:
        raise IllegalTransitionError(
            f"a report that is {standing.at(now).state} cannot be asked to {act}"
        )
    if state is Workflow.CLAIMED:
        return Standing(state, person, now + LEASE)
    return Standing(state)


def renew(standing: Standing, person: str, now: datetime) -> Standing:
    """Push the lease of one's own claim out; anything else is left as it is."""
    held = standing.at(now)
    if held.state is Workflow.CLAIMED and held.holder == person:
        return Standing(held.state, person, now + LEASE)
    return standing


def restored(state: Workflow, person: str, now: datetime) -> Standing:
    """Stand where an undone act had found the report; who undoes goes on working on it."""
    if state is Workflow.CLAIMED:
        return Standing(state, person, now + LEASE)
    return Standing(state)
