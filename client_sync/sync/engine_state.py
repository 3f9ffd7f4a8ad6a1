"""What the sync engine knows: values that are never changed, only replaced.

Theory of operation: everything here is a whole number, a name or a set of them, so that two
languages compare alike and a state can be written down in a scenario. What is remembered of a
relay between runs is the first part of `RelayFacts`; the rest of it belongs to one run.

Spec: docs/spec/engine.md section 1
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType

from client_sync.sync import backoff
from schemas.domain.ids import EnvelopeId, RelayKey


class Rank(IntEnum):
    """What goes before what; a lower one first."""

    TEXT = 0
    CARRIED_TEXT = 1
    THUMBNAIL = 2
    CHUNK = 3
    CARRIED_CHUNK = 4

    @property
    def is_media(self) -> bool:
        """Tell what may fill a link for minutes from what a person waits for."""
        return self >= Rank.CHUNK


class ItemState(StrEnum):
    """Where an item stands while a run goes on; what is held is no item any more."""

    QUEUED = "queued"
    IN_DOUBT = "in_doubt"
    IN_FLIGHT = "in_flight"


@dataclass(frozen=True, slots=True)
class Item:
    """One blob to hand over.

    Attributes:
        urgency: Within its rank, the lower goes first.
        relay: Where it is in flight or in doubt.
        holders: Relays whose receipt for it is kept.
        refused: Relays that will not take it in this run.
        unstamped: Relays that asked for work for it in this run.
        repeats: How often it was repeated in this run while in flight elsewhere.
    """

    id: EnvelopeId
    rank: Rank
    urgency: int
    size_bytes: int
    state: ItemState = ItemState.QUEUED
    relay: RelayKey | None = None
    holders: frozenset[RelayKey] = frozenset()
    refused: frozenset[RelayKey] = frozenset()
    unstamped: frozenset[RelayKey] = frozenset()
    repeats: int = 0

    @property
    def order(self) -> tuple[int, int, EnvelopeId]:
        """Give the place in the order of sending."""
        return (self.rank, self.urgency, self.id)


@dataclass(frozen=True, slots=True)
class RelayFacts:
    """What is known of one relay.

    What stands before `is_open` is remembered per network; the rest is of one run.

    Attributes:
        place: Order in the directory; among equals the lower is asked first.
        failures: In a row, on this network.
        rest_until_ms: It is asked nothing before this time.
        full_until_ms: Nothing is put there before this time.
        rate_bytes_per_second: What the link to it carries, all lanes together; 0: not measured.
        round_trip_ms: 0: not measured.
        batch_bytes: How much one request puts there now.
        most_batch_bytes: What the relay itself allows; 0: it has not said.
        is_open: A connection to it stood, or it answered, in this run.
        has_answered: It answered in this run.
        is_behind: There is more to read there.
        answered_at_ms: When it last answered in this run; -1: not yet.
        failed_at_ms: When a failure last counted against it in this run; -1: not yet.
        run_failures: Failures in a row in this run.
        is_lossy: A request was stuck, or not answered at all, in this run.
        calm: Answers in a row that came in the order of their requests.
        queued_bytes: What waited for the link, and
        queued_at_ms: when it did.
        moved_bytes: What was answered for lately, and
        moved_ms: the time this took while at least one lane was busy there.
        counted_at_ms: Up to when that time is counted.
    """

    key: RelayKey
    place: int
    failures: int = 0
    rest_until_ms: int = 0
    full_until_ms: int = 0
    rate_bytes_per_second: int = 0
    round_trip_ms: int = 0
    batch_bytes: int = backoff.SMALLEST_BATCH_BYTES
    most_batch_bytes: int = 0
    is_open: bool = False
    has_answered: bool = False
    is_behind: bool = False
    answered_at_ms: int = -1
    failed_at_ms: int = -1
    run_failures: int = 0
    is_lossy: bool = False
    calm: int = 0
    queued_bytes: int = 0
    queued_at_ms: int = 0
    moved_bytes: int = 0
    moved_ms: int = 0
    counted_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """A connection that is busy with a request.

    Attributes:
        number: 0 to 3.
        request: Number of the request in this run, from 1.
        due_ms: When its answer should be there if nothing is lost.
        deadline_ms: When it is given up.
        is_repeat: What it puts is in flight elsewhere as well.
        started_at_ms: Since when its bytes move; -1: its connection is not known to stand.
        is_overtaken: A request of at least its size was sent well after it and is answered.
    """

    number: int
    request: int
    relay: RelayKey
    puts: tuple[EnvelopeId, ...]
    queries: tuple[EnvelopeId, ...]
    class_bytes: int
    sent_at_ms: int
    due_ms: int
    deadline_ms: int
    is_repeat: bool = False
    started_at_ms: int = -1
    is_overtaken: bool = False


@dataclass(frozen=True, slots=True)
class EngineState:
    """All that the engine knows.

    Attributes:
        now_ms: The latest time that came with an event; it never goes back.
        relays: In the order of the directory.
        lanes: The busy ones, by number.
        warm: Lanes whose connection to a relay stands and can be used again.
        requests: How many were made in this run.
        fruitless: Answers in a row that moved nothing.
        is_running: Between `begin` and `finish`.
    """

    now_ms: int = 0
    items: Mapping[EnvelopeId, Item] = field(default_factory=lambda: MappingProxyType({}))
    relays: tuple[RelayFacts, ...] = ()
    lanes: tuple[Lane, ...] = ()
    warm: frozenset[tuple[int, RelayKey]] = frozenset()
    requests: int = 0
    fruitless: int = 0
    is_running: bool = False
