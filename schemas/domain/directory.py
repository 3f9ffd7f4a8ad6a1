"""Who a phone seals to and where it hands over.

Spec: docs/spec/directory.md
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

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
        extra: Other ``key=value`` fields, kept in order. `schemas.wire.route` reads those that say
            how to reach the relay.
    """

    url: str
    relay_key: RelayKey
    root_key: RootKey | None = None
    name: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


class HelloSplit(StrEnum):
    """How the first message of a TLS connection is cut, so that no one packet names the host."""

    WHOLE = "whole"
    SEGMENTS = "segments"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host, or an address without brackets, and a port from 1 to 65535."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach a relay.

    Attributes:
        is_tls: False for loopback and onion hosts only.
        server: Host and port of the URL.
        target: Path and query of the URL, as an HTTP request names them.
        http_host: What the Host header says.
        sni: The server name of the TLS hello, against which the certificate is checked unless
            there are pins; None sends no name, and then there are pins.
        pins: SHA-256 of the public keys (SPKI) that are accepted; they decide alone.
        connect: Address to open the connection to, in place of the server's.
        via: SOCKS5 proxy.
        split: How the TLS hello is cut.
    """

    is_tls: bool
    server: Endpoint
    target: str
    http_host: str
    sni: str | None
    pins: tuple[bytes, ...] = ()
    connect: Endpoint | None = None
    via: Endpoint | None = None
    split: HelloSplit = HelloSplit.WHOLE

    @property
    def is_onion(self) -> bool:
        """Tell whether the host exists inside of Tor only."""
        return self.server.host.endswith(".onion")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a desk asks of its reporters' phones.

    Attributes:
        sms_number: Where text messages go, or None: the app does not offer them.
    """

    work_bits: int = 0
    smallest_bytes: int = BUCKETS_BYTES[0]
    board_prefix_bits: int = 0
    grace_days: int = DEFAULT_GRACE_DAYS
    max_attachment_bytes: int = MAX_ATTACHMENT_BYTES
    sms_number: str | None = None


@dataclass(frozen=True, slots=True)
class RootLink:
    """One rotation of the root: the next root key, signed by the one before it."""

    root: RootKey
    sig: bytes


@dataclass(frozen=True, slots=True)
class Directory:
    """All a phone needs to know of a desk for half a year.

    Attributes:
        forms: The desk's own form documents, as canonical JSON; `schemas.forms` reads them.
    """

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
    forms: tuple[bytes, ...] = ()
    app_release: str = ""
    app_file: str = ""

    def recipient_for(self, week: int) -> RecipientRecord:
        """Choose the recipient of a week, or the nearest listed one.

        Args:
            week: The sender's current week; a phone's clock may be wrong.

        Returns:
            The record to seal to. A directory lists at least one.
        """
        return min(self.recipients, key=lambda record: (abs(record.week - week), record.week))
