"""Who a phone seals to and where it hands over.

Spec: docs/spec/directory.md
"""

from dataclasses import dataclass, field
from datetime import date

from schemas.constants import (
    BUCKETS_BYTES,
    DEFAULT_GRACE_DAYS,
    DEFAULT_SLOTS,
    MAX_ATTACHMENT_BYTES,
    SUITE_1,
)
from schemas.domain.ids import BoardKey, DeskId, RelayKey, RootKey


@dataclass(frozen=True, slots=True)
class RecipientRecord:
    """The public half of the desk's identity of one week, and how to seal to it.

    Attributes:
        week: Number of the week (docs/spec/envelope.md, Notation).
        key: Public key of the suite; 32 bytes in suite 1.
        suite: Which way of sealing this key belongs to.
        slots: How many slots a blob for this recipient has.
    """

    week: int
    key: bytes
    suite: int = SUITE_1
    slots: int = DEFAULT_SLOTS


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """The desk's backup identity, which does not change weekly."""

    key: bytes
    suite: int = SUITE_1


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """Where a relay is and which key signs its receipts; with root key and name it is an invite.

    Attributes:
        extra: Other ``key=value`` fields, kept in order and ignored.
    """

    url: str
    relay_key: RelayKey
    root_key: RootKey | None = None
    name: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What a desk asks of its reporters' phones."""

    work_bits: int = 0
    smallest_bytes: int = BUCKETS_BYTES[0]
    board_prefix_bits: int = 0
    grace_days: int = DEFAULT_GRACE_DAYS
    max_attachment_bytes: int = MAX_ATTACHMENT_BYTES


@dataclass(frozen=True, slots=True)
class RootLink:
    """One rotation of the root: the next root key, signed by the one before it."""

    root: RootKey
    sig: bytes


@dataclass(frozen=True, slots=True)
class Directory:
    """All a phone needs to know of a desk for half a year."""

    version: int
    issued: date
    expires: date
    desk_id: DeskId
    name: str
    recipients: tuple[RecipientRecord, ...]
    board_key: BoardKey
    relays: tuple[BridgeLine, ...]
    taxonomy_version: str
    policy: Policy = field(default_factory=Policy)
    backup: BackupRecord | None = None
    root_chain: tuple[RootLink, ...] = ()
    forms_version: int = 1
    app_release: str = ""

    def recipient_for(self, week: int) -> RecipientRecord:
        """Choose the recipient of a week, or the nearest listed one.

        Args:
            week: The sender's current week; a phone's clock may be wrong.

        Returns:
            The record to seal to. A directory lists at least one.
        """
        return min(self.recipients, key=lambda record: (abs(record.week - week), record.week))
