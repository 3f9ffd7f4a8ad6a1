"""Keys as things that never print themselves, and the numbers derived from time and keys."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from schemas.constants import (
    CEK_BYTES,
    DEFAULT_SLOTS,
    DESK_ID_BYTES,
    KEY_BYTES,
    PERSON_ACK,
    PERSON_DESK,
    PERSON_MAILBOX,
    PERSON_REPLY,
    SECONDS_PER_DAY,
    SECONDS_PER_WEEK,
    SUITE_1,
)
from schemas.domain.directory import BackupRecord, RecipientRecord
from schemas.domain.ids import DeskId
from schemas.envelope import primitives
from schemas.envelope.entropy import Entropy, random_bytes


def week_of(moment: datetime) -> int:
    """Number the week of an aware time: ``floor(unix seconds / 604800)``."""
    return int(moment.astimezone(UTC).timestamp()) // SECONDS_PER_WEEK


def day_of(moment: datetime) -> int:
    """Number the day of an aware time: ``floor(unix seconds / 86400)``."""
    return int(moment.astimezone(UTC).timestamp()) // SECONDS_PER_DAY


def desk_id_of(founding_root: bytes) -> DeskId:
    """Derive a desk's id from its first root key; it survives root rotation."""
    return DeskId(primitives.blake2b(founding_root, size=DESK_ID_BYTES, person=PERSON_DESK))


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """The private half of a recipient record.

    Attributes:
        week: The week it is for; None for the backup identity.
        secret: 32-byte X25519 secret.
    """

    week: int | None
    secret: bytes
    suite: int = SUITE_1
    slots: int = DEFAULT_SLOTS
    public: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Derive the public half once."""
        object.__setattr__(self, "public", primitives.x25519_public(self.secret))

    def __repr__(self) -> str:
        """Hide the key."""
        return "<Identity>"

    def record(self) -> RecipientRecord:
        """Give the public half for the directory; only for an identity that has a week."""
        if self.week is None:
            raise ValueError("a backup identity has no week")
        return RecipientRecord(self.week, self.public, self.suite, self.slots)

    def backup_record(self) -> BackupRecord:
        """Give the public half as the desk's backup."""
        return BackupRecord(self.public, self.suite)


def new_identity(week: int | None, entropy: Entropy = random_bytes) -> Identity:
    """Make a fresh identity."""
    return Identity(week=week, secret=entropy(KEY_BYTES))


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """An Ed25519 key that signs; kept as its 32-byte seed."""

    seed: bytes
    public: bytes = field(init=False)
    expanded: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Expand once: signing is on the relay's hot path."""
        object.__setattr__(self, "public", primitives.ed25519_public(self.seed))
        object.__setattr__(self, "expanded", primitives.ed25519_expand(self.seed))

    def __repr__(self) -> str:
        """Hide the key."""
        return "<SigningKey>"

    def sign(self, context: str, *parts: bytes) -> bytes:
        """Sign joined parts under a context label; 64 bytes."""
        message = context.encode("ascii") + b"".join(parts)
        return primitives.ed25519_sign(self.expanded, message)


def new_signing_key(entropy: Entropy = random_bytes) -> SigningKey:
    """Make a fresh signing key."""
    return SigningKey(entropy(KEY_BYTES))


def verify(public: bytes, sig: bytes, context: str, *parts: bytes) -> bool:
    """Tell whether ``sig`` is over the joined parts under the context label."""
    return primitives.ed25519_verify(public, context.encode("ascii") + b"".join(parts), sig)


@dataclass(frozen=True, slots=True, repr=False)
class DerivedKeys:
    """What sender and desk share about one report without another byte on the wire."""

    ack: bytes
    mailbox: bytes
    reply: bytes

    def __repr__(self) -> str:
        """Hide the keys."""
        return "<DerivedKeys>"


def derive_keys(cek: bytes) -> DerivedKeys:
    """Derive the acknowledgement, mailbox and reply keys of a report.

    Args:
        cek: The 32-byte content key of its envelope.

    Spec: docs/spec/envelope.md section 2
    """
    if len(cek) != CEK_BYTES:
        raise ValueError("CEK is 32 bytes")
    ack, mailbox, reply = (
        primitives.blake2b(size=KEY_BYTES, person=person, key=cek)
        for person in (PERSON_ACK, PERSON_MAILBOX, PERSON_REPLY)
    )
    return DerivedKeys(ack, mailbox, reply)
