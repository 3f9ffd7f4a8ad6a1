"""What a phone and a relay, or a desk and a relay, say to each other.

Spec: docs/spec/sync.md
"""

from dataclasses import dataclass

from schemas.domain.ids import DeskId, EnvelopeId
from schemas.domain.vocabulary import PutStatus


@dataclass(frozen=True, slots=True)
class RequestHeader:
    """The first 16 bytes of a request."""

    directory_version: int = 0
    board_cursor: int = 0
    mailbox_prefix: int = 0
    mailbox_cursor: int = 0
    is_desk: bool = False
    wants_mailbox: bool = True


@dataclass(frozen=True, slots=True)
class ResponseHeader:
    """The first 8 bytes of a response; ``day`` is the low 16 bits of the relay's day number."""

    day: int
    board_head: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A relay's signed word on the PUTs of one request, in their order."""

    day: int
    until_day: int
    statuses: tuple[PutStatus, ...]
    sig: bytes


@dataclass(frozen=True, slots=True)
class Have:
    """A relay's signed word on the ids of one QUERY, in their order."""

    day: int
    until_day: int
    held: tuple[bool, ...]
    sig: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A one-time token of a sender whom the desk knows, bound to one blob."""

    envelope_id: EnvelopeId
    secret: bytes

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "<Token>"


@dataclass(frozen=True, slots=True, repr=False)
class Rest:
    """What follows the beginning of a blob that a relay kept when its connection was cut."""

    envelope_id: EnvelopeId
    offset_bytes: int
    content: bytes

    def __repr__(self) -> str:
        """Show where it begins, and its length."""
        return f"<Rest from {self.offset_bytes}, {len(self.content)} bytes>"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Proof of work bound to one blob."""

    envelope_id: EnvelopeId
    week: int
    nonce: int


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of acknowledgement tags; ``raw`` is the page as signed and hashed."""

    seq: int
    day: int
    prev: bytes
    tags: tuple[bytes, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class MailboxEntry:
    """One sealed reply under its address."""

    address: bytes
    cipher: bytes


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """Sealed replies under the longest prefix that hides who asked."""

    bits: int
    prefix: int
    cursor: int
    entries: tuple[MailboxEntry, ...]


@dataclass(frozen=True, slots=True)
class RelayPolicy:
    """What a relay asks of senders now."""

    work_bits: int
    max_batch_bytes: int
    retry_after_seconds: int


@dataclass(frozen=True, slots=True)
class ExchangeProblem:
    """What of a request a relay refused; ``slug`` is one of sync.md section 7."""

    slug: str
    status: int
    retry: bool


@dataclass(frozen=True, slots=True)
class DeskProof:
    """The signed head of a desk's request."""

    desk_id: DeskId
    day: int
    nonce: bytes
    sig: bytes


@dataclass(frozen=True, slots=True)
class PulledEnvelope:
    """One blob as a relay hands it to the desk: untrusted."""

    seq: int
    day: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class Pulled:
    """The end of one answer to PULL."""

    next_cursor: int
    more: bool
