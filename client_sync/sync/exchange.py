"""One request of a run, as it was made: what an answer to it is held against."""

from dataclasses import dataclass

from client_sync.outbox.rows import OutboxRow
from schemas.domain.ids import EnvelopeId, RelayKey


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was put and asked, in the order it stands in the request.

    Attributes:
        is_repeat: What is put is in flight elsewhere as well.
    """

    relay_key: RelayKey
    puts: tuple[OutboxRow, ...]
    queries: tuple[EnvelopeId, ...]
    is_repeat: bool = False
