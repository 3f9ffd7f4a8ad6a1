"""A sync of an open home: its parts put together.

Theory of operation: what is remembered of relays belongs to the network this machine is on now;
work that relays ask for is done while there is time, right after a report was written.

Spec: docs/spec/engine.md section 5
"""

from typing import Final

from client_sync.clock import Clock
from client_sync.network import memory_key, network_name
from client_sync.session import Session
from client_sync.sync.memory import RelayMemory
from client_sync.sync.result import SyncResult
from client_sync.sync.runner import SyncRunner, Watch
from client_sync.sync.stamping import Proofs
from client_sync.transports.lanes import Lanes
from schemas.envelope.entropy import Entropy

STAMPING_SECONDS: Final = 20.0  # one stamp of the most bits; a writer waits no longer
STAMPED_BLOBS: Final = 64


def run_sync(
    session: Session,
    lanes: Lanes,
    clock: Clock,
    entropy: Entropy,
    watch: Watch,
    *,
    is_manual: bool,
) -> SyncResult:
    """Run one sync; see `Client.sync`."""
    key = memory_key(session.vault.contents)
    memory = RelayMemory(session.outbox.ledger, key, network_name(key), entropy)
    runner = SyncRunner(session.vault, session.outbox, lanes, clock, entropy, memory, watch)
    return runner.run(is_manual=is_manual)


def stamp_while_queued(session: Session, clock: Clock) -> int:
    """Do the work relays asked for lately, for what waits; give how many blobs got it."""
    proofs = Proofs(session.vault, session.outbox, clock)
    return proofs.stamp_waiting(STAMPING_SECONDS, STAMPED_BLOBS)
