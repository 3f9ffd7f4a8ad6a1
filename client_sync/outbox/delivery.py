"""How a report stands, told from the states of its blobs: arithmetic only.

Theory of operation: a report is as far as its slowest blob. So a report whose text is at the
desk while its photo still waits is not called acknowledged. `done` is kept for what the desk
has closed: that a blob's bytes were wiped here says nothing to the person who asks.
"""

from collections.abc import Collection
from typing import Final

from client_sync.outbox.states import BlobState
from schemas.domain.vocabulary import AckStatus

_ORDER: Final = tuple(BlobState)


def report_state(states: Collection[BlobState], ack_statuses: Collection[int]) -> BlobState:
    """Tell how a sealed report stands.

    Args:
        states: State of each of its blobs.
        ack_statuses: What the desk said of it on the board.

    Returns:
        The state of the slowest blob; `acknowledged` for wiped ones unless the desk closed it;
        `in_doubt` when the outbox knows none of them, as after its file was deleted.
    """
    slowest = min(states, key=_ORDER.index, default=BlobState.IN_DOUBT)
    if slowest is BlobState.DONE and AckStatus.CLOSED not in ack_statuses:
        return BlobState.ACKNOWLEDGED
    return slowest
