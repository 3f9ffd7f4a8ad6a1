"""What the outbox tells the engine: rows without their bytes."""

from dataclasses import dataclass
from enum import StrEnum

from client_sync.outbox.states import BlobState
from schemas.domain.ids import EnvelopeId, RelayKey


class BlobKind(StrEnum):
    """What a sealed blob is to this sender."""

    TEXT = "text"
    CHUNK = "chunk"
    CARRIED = "carried"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One blob that is not settled yet.

    Attributes:
        relay_key: Relay at which it is in flight or in doubt, else None.
        attempts: How often it was put so far.
        row_no: Place in the order of saving.
        holders: Relays whose receipt for it is kept.
    """

    blob_id: EnvelopeId
    kind: BlobKind
    size_bytes: int
    state: BlobState
    relay_key: RelayKey | None = None
    attempts: int = 0
    holders: frozenset[RelayKey] = frozenset()
    row_no: int = 0


@dataclass(frozen=True, slots=True)
class Holding:
    """One relay's signed word that it holds one blob.

    Attributes:
        held_day: Day on which the relay signed, by its own clock.
        until_day: Day until which it promised to hold the blob, by its own clock.
        held_hour: Hours since 1970 by the sender's clock; coarse, since the outbox is readable.
        held_sync: Number of the sync that brought it.
    """

    blob_id: EnvelopeId
    relay_key: RelayKey
    held_day: int
    until_day: int
    held_hour: int
    held_sync: int


@dataclass(frozen=True, slots=True)
class MissedReceipt:
    """One relay's receipt for a blob that the desk did not acknowledge in time.

    Attributes:
        parcel: The report the blob belongs to.
        blob_kind: Text or chunk.
        is_missed: This relay held it when the time was over; else a later one signed.
        frame_type: RECEIPT or HAVE.
        ids: What the receipt speaks of, one id after the other.
        payload: As the relay signed it.
    """

    blob_id: EnvelopeId
    parcel: bytes
    blob_kind: str
    relay_key: RelayKey
    is_missed: bool
    frame_type: int
    ids: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class WantedMail:
    """A reply announced on the board that is still to be fetched."""

    parcel: bytes
    week: int


@dataclass(frozen=True, slots=True)
class ParcelView:
    """One report as the outbox sees it.

    Attributes:
        states: State of each of its blobs.
        relay_keys: Relays whose receipts for any of them are kept.
        ack_statuses: What the desk said on the board, as numbers.
    """

    parcel: bytes
    states: tuple[BlobState, ...]
    relay_keys: tuple[RelayKey, ...]
    ack_statuses: frozenset[int]
