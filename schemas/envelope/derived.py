"""What comes back to a reporter: acknowledgement tags and sealed replies.

Spec: docs/spec/sync.md section 3, docs/spec/report.md section 4
"""

from schemas.constants import (
    ADDRESS_BYTES,
    AEAD_NONCE_BYTES,
    MAX_REPLY_JSON_BYTES,
    PERSON_ADDRESS,
    PERSON_TAG,
    REPLY_BYTES,
    REPLY_ROOM_BYTES,
    TAG_BYTES,
)
from schemas.domain.sync import MailboxEntry
from schemas.domain.vocabulary import AckStatus
from schemas.envelope import primitives
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.envelope.keys import DerivedKeys
from schemas.envelope.padding import deflate, inflate, pad, unpad
from schemas.errors import EnvelopeError, PlaintextTooLargeError, ReplyError


def ack_tag(ack_key: bytes, status: AckStatus) -> bytes:
    """Compute the 8-byte tag by which a board page speaks to one sender."""
    return primitives.blake2b(bytes([status]), size=TAG_BYTES, person=PERSON_TAG, key=ack_key)


def mailbox_address(mailbox_key: bytes, week: int) -> bytes:
    """Compute the 16-byte address of a report's mailbox in a week."""
    return primitives.blake2b(
        week.to_bytes(4, "big"), size=ADDRESS_BYTES, person=PERSON_ADDRESS, key=mailbox_key
    )


def seal_reply(
    keys: DerivedKeys, week: int, plain_json: bytes, entropy: Entropy = random_bytes
) -> MailboxEntry:
    """Seal a reply for the mailbox of a week.

    Args:
        keys: The derived keys of the report replied to.
        week: Week in which it is put into the mailbox.
        plain_json: Canonical JSON of the reply.
        entropy: Source of the nonce.

    Returns:
        Address and exactly 1024 bytes.

    Raises:
        ReplyError: `too-large` when it deflates to more than 983 bytes.
    """
    address = mailbox_address(keys.mailbox, week)
    nonce = entropy(AEAD_NONCE_BYTES)
    try:
        padded = pad(deflate(plain_json), REPLY_ROOM_BYTES)
    except PlaintextTooLargeError as error:
        raise ReplyError("too-large", "shorten the reply or send it in two") from error
    return MailboxEntry(address, nonce + primitives.aead_seal(keys.reply, nonce, address, padded))


def open_reply(keys: DerivedKeys, entry: MailboxEntry) -> bytes:
    """Open a reply.

    Returns:
        Its canonical JSON, not yet parsed.

    Raises:
        ReplyError: When it is not for this report or not well formed.
    """
    if len(entry.cipher) != REPLY_BYTES:
        raise ReplyError(hint="a reply is 1024 bytes")
    nonce, cipher = entry.cipher[:AEAD_NONCE_BYTES], entry.cipher[AEAD_NONCE_BYTES:]
    padded = primitives.aead_open(keys.reply, nonce, entry.address, cipher)
    if padded is None:
        raise ReplyError(hint="not sealed under this report's key")
    try:
        return inflate(unpad(padded), MAX_REPLY_JSON_BYTES)
    except EnvelopeError as error:
        raise ReplyError(hint=error.slug) from error
