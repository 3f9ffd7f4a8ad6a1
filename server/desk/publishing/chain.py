"""How one message follows on another: the transition table of publications.

Theory of operation: a warning is a chain that begins with an Alert, may be changed by Updates and
ends with a Cancel. Every later message refers to all before it, so that a receiver who missed one
still knows what is over. Nothing is ever changed or taken back in silence.

Spec: OASIS Common Alerting Protocol 1.2, section 3.2.1, msgType and references.
"""

from collections.abc import Sequence
from types import MappingProxyType

from server.desk.publishing.alert import Alert, MessageType, Reference
from server.desk.publishing.errors import ChainError

TRANSITIONS = MappingProxyType(
    {
        None: frozenset({MessageType.ALERT}),
        MessageType.ALERT: frozenset({MessageType.UPDATE, MessageType.CANCEL}),
        MessageType.UPDATE: frozenset({MessageType.UPDATE, MessageType.CANCEL}),
        MessageType.CANCEL: frozenset[MessageType](),
    }
)
"""Last message of a chain, or None before the first -> what may follow."""


def follow(earlier: Sequence[Alert], following: MessageType) -> tuple[Reference, ...]:
    """Check that a message may follow, and name what it refers to.

    Args:
        earlier: The chain so far, oldest first.
        following: What kind of message comes next.

    Returns:
        References to all earlier messages, oldest first.

    Raises:
        ChainError: The table has no such step.
    """
    last = earlier[-1].message_type if earlier else None
    if following not in TRANSITIONS[last]:
        raise ChainError("begin with an alert; update or cancel one that is not cancelled yet")
    return tuple(Reference(item.sender, item.identifier, item.sent) for item in earlier)
