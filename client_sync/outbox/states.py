"""The one transition table of a blob.

Theory of operation: a blob moves only by an event of this table; nothing else assigns a
state. Everything that happens outside (a cut connection, a signed receipt, a tag on the
board) is first named as an event. An event that a state does not know is a programming
error and raises; whoever may meet a late event asks `knows` first.

Spec: docs/spec/sync.md section 5
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from client_sync.errors import IllegalTransitionError


class BlobState(StrEnum):
    """Where a blob stands."""

    DRAFT = "draft"
    SEALED = "sealed"
    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    IN_DOUBT = "in_doubt"
    HELD = "held"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"


class BlobEvent(StrEnum):
    """What can happen to a blob."""

    SEAL = "seal"
    ENQUEUE = "enqueue"
    PUT = "put"
    RECEIPT = "receipt"
    REFUSED = "refused"
    LOST = "lost"
    ABSENT = "absent"
    OVERDUE = "overdue"
    WANTED = "wanted"
    ACK = "ack"
    WIPE = "wipe"


TRANSITIONS: Mapping[tuple[BlobState, BlobEvent], BlobState] = MappingProxyType(
    {
        (BlobState.DRAFT, BlobEvent.SEAL): BlobState.SEALED,
        (BlobState.SEALED, BlobEvent.ENQUEUE): BlobState.QUEUED,
        (BlobState.QUEUED, BlobEvent.PUT): BlobState.IN_FLIGHT,
        (BlobState.QUEUED, BlobEvent.ACK): BlobState.ACKNOWLEDGED,
        (BlobState.IN_FLIGHT, BlobEvent.RECEIPT): BlobState.HELD,
        (BlobState.IN_FLIGHT, BlobEvent.REFUSED): BlobState.QUEUED,
        (BlobState.IN_FLIGHT, BlobEvent.LOST): BlobState.IN_DOUBT,
        (BlobState.IN_FLIGHT, BlobEvent.ACK): BlobState.ACKNOWLEDGED,
        (BlobState.IN_DOUBT, BlobEvent.RECEIPT): BlobState.HELD,
        (BlobState.IN_DOUBT, BlobEvent.ABSENT): BlobState.QUEUED,
        (BlobState.IN_DOUBT, BlobEvent.PUT): BlobState.IN_FLIGHT,
        (BlobState.IN_DOUBT, BlobEvent.ACK): BlobState.ACKNOWLEDGED,
        (BlobState.HELD, BlobEvent.ACK): BlobState.ACKNOWLEDGED,
        (BlobState.HELD, BlobEvent.OVERDUE): BlobState.QUEUED,
        (BlobState.HELD, BlobEvent.WANTED): BlobState.QUEUED,
        (BlobState.ACKNOWLEDGED, BlobEvent.WANTED): BlobState.QUEUED,
        (BlobState.ACKNOWLEDGED, BlobEvent.WIPE): BlobState.DONE,
    }
)


def knows(state: BlobState, event: BlobEvent) -> bool:
    """Tell whether an event means something in a state."""
    return (state, event) in TRANSITIONS


def after(state: BlobState, event: BlobEvent) -> BlobState:
    """Give the state that an event leads to.

    Args:
        state: Where the blob stands.
        event: What happened to it.

    Returns:
        The next state.

    Raises:
        IllegalTransitionError: when the table has no such line.
    """
    if not knows(state, event):
        raise IllegalTransitionError(f"a blob that is {state} cannot meet {event}")
    return TRANSITIONS[state, event]


def states_before(event: BlobEvent) -> tuple[BlobState, ...]:
    """List the states in which an event means something, in the order of the table."""
    return tuple(state for state, known in TRANSITIONS if known is event)
