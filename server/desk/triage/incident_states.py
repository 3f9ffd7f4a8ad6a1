"""Whether an incident is still worked on: the one transition table.

Theory of operation: an incident opens when a person puts two reports together, and closes when a
person says that no more is awaited. A closed one still takes late reports and can be opened again;
nothing is deleted. Nothing else in the desk assigns an incident's state.
"""

from enum import StrEnum
from types import MappingProxyType

from server.desk.triage.errors import IllegalTransitionError


class IncidentState(StrEnum):
    """Where an incident stands in the desk's work."""

    OPEN = "open"
    CLOSED = "closed"


class IncidentAct(StrEnum):
    """What a person does to an incident's place in the work."""

    CLOSE = "close"
    REOPEN = "reopen"


TRANSITIONS = MappingProxyType(
    {
        IncidentState.OPEN: {IncidentAct.CLOSE: IncidentState.CLOSED},
        IncidentState.CLOSED: {IncidentAct.REOPEN: IncidentState.OPEN},
    }
)
"""State -> act -> next state."""


def next_state(state: IncidentState, act: IncidentAct) -> IncidentState:
    """Take an act.

    Raises:
        IllegalTransitionError: The table has no such step.
    """
    found = TRANSITIONS[state].get(act)
    if found is None:
        raise IllegalTransitionError(f"an incident that is {state} cannot be asked to {act}")
    return found
