"""What is put in order before a sync: bytes the desk has are wiped, overdue ones are queued again.

Spec: docs/spec/sync.md section 5
"""

from typing import Final

from client_sync.clock import Clock
from client_sync.outbox.states import BlobEvent
from client_sync.outbox.store import OutboxStore
from client_sync.sync.overdue import overdue
from client_sync.vault.vault import Vault
from schemas.domain.vocabulary import AckStatus

_SECONDS_PER_HOUR: Final = 3600
_ALL_THERE: Final = frozenset({AckStatus.ACCEPTED, AckStatus.CLOSED})


def prepare(vault: Vault, outbox: OutboxStore, clock: Clock) -> None:
    """Count one more sync and put rows in order, in one transaction."""
    ledger = outbox.ledger
    now_hour = int(clock.now().timestamp()) // _SECONDS_PER_HOUR
    with outbox.transaction():
        ledger.begin_sync()
        for kept in vault.contents.reports.values():
            if ledger.ack_statuses(kept.parcel) & _ALL_THERE:
                for blob_id in outbox.ids_of(kept.parcel):
                    outbox.happen(blob_id, BlobEvent.WIPE)
        late = overdue(ledger.holdings(), now_hour, ledger.sync_number(), ledger.relay_day())
        for blob_id in late:
            outbox.happen(blob_id, BlobEvent.OVERDUE)
            ledger.note_missed(blob_id)
