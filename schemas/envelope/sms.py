"""Seal a report so small that it fits a few text messages.

Theory of operation: one recipient and no slot: the content key comes from a fresh key agreement
with the desk's identity of the week, under a label of its own, so that nothing sealed this way
can pass for an ordinary envelope, nor the other way round. There is no author signature, no backup
recipient and no attachment. What is cut into messages is the *core*; everybody, the relay that
puts the messages together included, makes the blob of it by adding zeros up to the smallest bucket.
So it has one id and one size on whatever way it goes: by message, by file, by link.

Spec: docs/spec/envelope.md section 6
"""

from schemas.constants import (
    AEAD_TAG_BYTES,
    BUCKETS_BYTES,
    KEY_BYTES,
    PERSON_SMS,
    SMS_DICTIONARY,
    SMS_PIECE_BYTES,
    SMS_PIECES,
    SMS_VERSION,
)
from schemas.domain.directory import RecipientRecord
from schemas.domain.ids import DeskId
from schemas.envelope import primitives
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.envelope.keys import derive_keys
from schemas.envelope.padding import deflate, pad
from schemas.envelope.sealing import SealedEnvelope, body_keys, envelope_id
from schemas.errors import PlaintextTooLargeError, UnknownSuiteError

SMS_BLOB_BYTES = BUCKETS_BYTES[0]
DICTIONARY = SMS_DICTIONARY.encode("ascii")


def sms_cek(shared: bytes, desk_id: DeskId, ephemeral: bytes, recipient: bytes) -> bytes:
    """Derive the content key of a key agreement."""
    return primitives.blake2b(
        desk_id, ephemeral, recipient, size=KEY_BYTES, person=PERSON_SMS, key=shared
    )


def sms_ad(desk_id: DeskId, ephemeral: bytes) -> bytes:
    """Give what the body is bound to."""
    return PERSON_SMS.encode("ascii") + desk_id + ephemeral


def sms_core(blob: bytes) -> bytes | None:
    """Take the zeros off a blob; None when it cannot be one of text messages."""
    if len(blob) != SMS_BLOB_BYTES:
        return None
    filled = len(blob.rstrip(b"\x00"))
    for pieces in SMS_PIECES:
        if filled <= pieces * SMS_PIECE_BYTES:
            return blob[: pieces * SMS_PIECE_BYTES]
    return None


def sms_blob(core: bytes) -> bytes:
    """Make the blob of a core."""
    return core.ljust(SMS_BLOB_BYTES, b"\x00")


def seal_sms(
    plain_json: bytes,
    *,
    recipient: RecipientRecord,
    desk_id: DeskId,
    entropy: Entropy = random_bytes,
) -> SealedEnvelope:
    """Seal canonical JSON for text messages.

    Args:
        plain_json: A report without attachments.
        recipient: The directory's record of the sender's week, suite 1.
        desk_id: 16 bytes, bound into the blob.
        entropy: Source of the ephemeral key.

    Returns:
        The blob of 1024 bytes, its id, and the derived keys.

    Raises:
        PlaintextTooLargeError: When it does not fit eight messages.
        UnknownSuiteError: When the record is not of suite 1.
    """
    if recipient.suite != 1:
        raise UnknownSuiteError(hint="the desk's key is too large for text messages")
    inner = bytes([SMS_VERSION]) + deflate(plain_json, DICTIONARY)
    room = _room_for(len(inner))
    secret = entropy(KEY_BYTES)
    ephemeral = primitives.x25519_public(secret)
    shared = primitives.x25519_shared(secret, recipient.key)
    if shared is None:
        raise UnknownSuiteError(hint="the desk's key is damaged; ask for its directory again")
    cek = sms_cek(shared, desk_id, ephemeral, recipient.key)
    key, nonce = body_keys(cek)
    body = primitives.aead_seal(key, nonce, sms_ad(desk_id, ephemeral), pad(inner, room))
    blob = sms_blob(ephemeral + body)
    return SealedEnvelope(blob=blob, id=envelope_id(blob), keys=derive_keys(cek))


def _room_for(inner_bytes: int) -> int:
    for pieces in SMS_PIECES:
        room = pieces * SMS_PIECE_BYTES - KEY_BYTES - AEAD_TAG_BYTES
        if room > inner_bytes:
            return room
    raise PlaintextTooLargeError(hint="too long for text messages; shorten it, or use another way")
