"""Seal bytes to a desk.

Theory of operation: a fresh content key (CEK) goes into one slot per recipient; from it
come the commitment, the body key with its nonce, and the keys for what comes back. Which
suite a slot is made with is asked of the recipient record, so that a caller never
changes when a suite is added: ``_SUITES`` is the only place that knows.

Spec: docs/spec/envelope.md
"""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.constants import (
    AEAD_TAG_BYTES,
    BODY_KEYS_BYTES,
    BUCKETS_BYTES,
    CEK_BYTES,
    COMMIT_BYTES,
    CONTEXT_AUTHOR,
    ENVELOPE_VERSION,
    FLAG_AUTHOR,
    ID_BYTES,
    KEY_BYTES,
    MAX_REPORT_JSON_BYTES,
    PERSON_BLOB,
    PERSON_BODY,
    PERSON_COMMIT,
    SLOT_BYTES,
    SUITE_1,
)
from schemas.domain.directory import BackupRecord, RecipientRecord
from schemas.domain.ids import DeskId, EnvelopeId
from schemas.envelope import primitives
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.envelope.keys import DerivedKeys, SigningKey, derive_keys
from schemas.envelope.padding import deflate, pad
from schemas.errors import PlaintextTooLargeError, UnknownSuiteError


@dataclass(frozen=True, slots=True, repr=False)
class SealedEnvelope:
    """A blob for the outbox, and what the sender keeps about it."""

    blob: bytes
    id: EnvelopeId
    keys: DerivedKeys

    def __repr__(self) -> str:
        """Hide the keys."""
        return "<SealedEnvelope>"


_SUITES: dict[int, Callable[[bytes, bytes, Entropy], bytes]] = {SUITE_1: primitives.seal_to}


def envelope_id(blob: bytes) -> EnvelopeId:
    """Compute the id of any blob; everyone computes it, nobody sends it beside the blob."""
    return EnvelopeId(primitives.blake2b(blob, size=ID_BYTES, person=PERSON_BLOB))


def commitment(cek: bytes) -> bytes:
    """Compute the commitment that ties every recipient of a blob to one report."""
    return primitives.blake2b(size=COMMIT_BYTES, person=PERSON_COMMIT, key=cek)


def body_keys(cek: bytes) -> tuple[bytes, bytes]:
    """Derive the body's key and nonce."""
    both = primitives.blake2b(size=BODY_KEYS_BYTES, person=PERSON_BODY, key=cek)
    return both[:KEY_BYTES], both[KEY_BYTES:]


def bucket_for(inner_bytes: int, slots: int, smallest_bytes: int = BUCKETS_BYTES[0]) -> int:
    """Choose the smallest bucket that holds an inner of this length.

    Raises:
        PlaintextTooLargeError: When not even the largest does.
    """
    needed = slots * SLOT_BYTES + COMMIT_BYTES + AEAD_TAG_BYTES + inner_bytes + 1
    for bucket in BUCKETS_BYTES:
        if bucket >= max(needed, smallest_bytes):
            return bucket
    raise PlaintextTooLargeError(hint="the text is too long for one report; send it in two")


def seal(
    plain_json: bytes,
    *,
    recipient: RecipientRecord,
    desk_id: DeskId,
    backup: BackupRecord | None = None,
    author: SigningKey | None = None,
    smallest_bytes: int = BUCKETS_BYTES[0],
    entropy: Entropy = random_bytes,
) -> SealedEnvelope:
    """Seal canonical JSON to a desk.

    Args:
        plain_json: At most 65536 bytes.
        recipient: The directory's record of the sender's week.
        desk_id: 16 bytes, bound into the blob.
        backup: The desk's backup identity, or None for a dummy slot.
        author: Signs the report inside of the seal, when given.
        smallest_bytes: A bucket; the policy's smallest.
        entropy: Source of CEK and ephemeral keys.

    Returns:
        The blob, its id, and the derived keys. The CEK is gone.

    Raises:
        PlaintextTooLargeError: When it does not fit the largest bucket.
        UnknownSuiteError: When a record names a suite we cannot seal to.
    """
    if len(plain_json) > MAX_REPORT_JSON_BYTES:
        raise PlaintextTooLargeError(hint="the text is too long for one report; send it in two")
    cek = entropy(CEK_BYTES)
    commit = commitment(cek)
    inner = _inner(plain_json, desk_id, commit, author)
    bucket = bucket_for(len(inner), recipient.slots, smallest_bytes)
    head = _slots(cek, recipient, backup, entropy) + commit
    key, nonce = body_keys(cek)
    room = bucket - len(head) - AEAD_TAG_BYTES
    blob = head + primitives.aead_seal(key, nonce, desk_id + head, pad(inner, room))
    return SealedEnvelope(blob=blob, id=envelope_id(blob), keys=derive_keys(cek))


def _slots(
    cek: bytes, recipient: RecipientRecord, backup: BackupRecord | None, entropy: Entropy
) -> bytes:
    """Make the recipient's slot, the backup's or a dummy, and dummies for the rest."""
    seal_slot = _SUITES.get(recipient.suite)
    if seal_slot is None or (backup is not None and backup.suite != recipient.suite):
        raise UnknownSuiteError(hint="update the app; the report stays as a draft until then")
    publics = [recipient.key] + ([backup.key] if backup is not None else [])
    while len(publics) < recipient.slots:
        publics.append(primitives.x25519_public(entropy(KEY_BYTES)))
    return b"".join(seal_slot(public, cek, entropy) for public in publics)


def _inner(plain_json: bytes, desk_id: DeskId, commit: bytes, author: SigningKey | None) -> bytes:
    """Put version, flags, the author's signature and the deflated JSON together."""
    if author is None:
        return bytes([ENVELOPE_VERSION, 0]) + deflate(plain_json)
    sig = author.sign(CONTEXT_AUTHOR, desk_id, commit, plain_json)
    return bytes([ENVELOPE_VERSION, FLAG_AUTHOR]) + author.public + sig + deflate(plain_json)
