"""Open a sealed blob. Only the desk's intake imports this; a machine checks it.

Theory of operation: nothing in a blob says whose it is, so identities are tried, the
last one that worked first: in a run of envelopes of one week a hit costs one trial.

Spec: docs/spec/envelope.md section 3
"""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.constants import (
    BUCKETS_BYTES,
    CEK_BYTES,
    COMMIT_BYTES,
    CONTEXT_AUTHOR,
    ENVELOPE_VERSION,
    FLAG_AUTHOR,
    INNER_HEADER_BYTES,
    KEY_BYTES,
    MAX_REPORT_JSON_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    SLOT_BYTES,
    SMS_VERSION,
)
from schemas.domain.ids import AuthorId, DeskId, EnvelopeId
from schemas.envelope import primitives
from schemas.envelope.keys import DerivedKeys, Identity, derive_keys, verify
from schemas.envelope.padding import inflate, unpad
from schemas.envelope.sealing import body_keys, commitment, envelope_id
from schemas.envelope.sms import DICTIONARY, sms_ad, sms_cek, sms_core
from schemas.errors import EnvelopeError


@dataclass(frozen=True, slots=True, repr=False)
class OpenedEnvelope:
    """What was in a blob. ``plain_json`` is authentic but not yet parsed.

    Attributes:
        week: Week of the identity that opened it; None for the backup.
    """

    id: EnvelopeId
    plain_json: bytes
    author: AuthorId | None
    keys: DerivedKeys
    week: int | None

    def __repr__(self) -> str:
        """Hide everything."""
        return "<OpenedEnvelope>"


class Opener:
    """Tries a desk's live identities on blobs."""

    def __init__(self, desk_id: DeskId, identities: Iterable[Identity]) -> None:
        """Take the identities that are alive now, in the order to try them first."""
        self._desk_id = desk_id
        self._identities = list(identities)

    def __repr__(self) -> str:
        """Hide the keys."""
        return "<Opener>"

    def open(self, blob: bytes) -> OpenedEnvelope:
        """Open one blob.

        Args:
            blob: Untrusted bytes of any length.

        Returns:
            Its content and derived keys.

        Raises:
            EnvelopeError: With the kind of envelope.md section 3.
        """
        if len(blob) not in BUCKETS_BYTES:
            raise EnvelopeError("bad-size", "the length is no bucket")
        core = sms_core(blob)
        if core is not None:
            return self._open_sms(blob, core)
        identity, cek = self._find(blob)
        head_bytes = identity.slots * SLOT_BYTES + COMMIT_BYTES
        head = blob[:head_bytes]
        if not primitives.equal(head[-COMMIT_BYTES:], commitment(cek)):
            raise EnvelopeError("bad-commit")
        key, nonce = body_keys(cek)
        padded = primitives.aead_open(key, nonce, self._desk_id + head, blob[head_bytes:])
        if padded is None:
            raise EnvelopeError("bad-body")
        plain_json, author = _unpack(unpad(padded), self._desk_id, head[-COMMIT_BYTES:])
        return OpenedEnvelope(
            envelope_id(blob), plain_json, author, derive_keys(cek), identity.week
        )

    def _open_sms(self, blob: bytes, core: bytes) -> OpenedEnvelope:
        """Open what came as text messages: no slot, so the body itself tells whose it is."""
        ephemeral, body = core[:KEY_BYTES], core[KEY_BYTES:]
        for identity in self._identities:
            shared = primitives.x25519_shared(identity.secret, ephemeral)
            if shared is None:
                break
            cek = sms_cek(shared, self._desk_id, ephemeral, identity.public)
            key, nonce = body_keys(cek)
            padded = primitives.aead_open(key, nonce, sms_ad(self._desk_id, ephemeral), body)
            if padded is not None:
                plain_json = _unpack_sms(unpad(padded))
                return OpenedEnvelope(
                    envelope_id(blob), plain_json, None, derive_keys(cek), identity.week
                )
        raise EnvelopeError("not-for-us", "no live identity opens it")

    def _find(self, blob: bytes) -> tuple[Identity, bytes]:
        """Find the identity and slot that give a CEK; slot 0 of all identities first."""
        most_slots = max((identity.slots for identity in self._identities), default=0)
        for index in range(most_slots):
            slot = blob[index * SLOT_BYTES : (index + 1) * SLOT_BYTES]
            for position, identity in enumerate(self._identities):
                if index >= identity.slots:
                    continue
                cek = primitives.open_sealed(identity.public, identity.secret, slot)
                if cek is not None and len(cek) == CEK_BYTES:
                    self._identities.insert(0, self._identities.pop(position))
                    return identity, cek
        raise EnvelopeError("not-for-us", "no live identity opens it")


def _unpack(inner: bytes, desk_id: DeskId, commit: bytes) -> tuple[bytes, AuthorId | None]:
    """Split the inner; check version, flags, and the author's signature."""
    if len(inner) < INNER_HEADER_BYTES or inner[0] != ENVELOPE_VERSION or inner[1] & ~FLAG_AUTHOR:
        raise EnvelopeError("bad-version")
    if not inner[1] & FLAG_AUTHOR:
        return inflate(inner[INNER_HEADER_BYTES:], MAX_REPORT_JSON_BYTES), None
    after_author = INNER_HEADER_BYTES + PUBLIC_KEY_BYTES
    after_sig = after_author + SIGNATURE_BYTES
    if len(inner) < after_sig:
        raise EnvelopeError("bad-version")
    author = inner[INNER_HEADER_BYTES:after_author]
    plain_json = inflate(inner[after_sig:], MAX_REPORT_JSON_BYTES)
    if not verify(
        author, inner[after_author:after_sig], CONTEXT_AUTHOR, desk_id, commit, plain_json
    ):
        raise EnvelopeError("bad-author")
    return plain_json, AuthorId(author)


def _unpack_sms(inner: bytes) -> bytes:
    """Check the version and expand what is behind it."""
    if not inner or inner[0] != SMS_VERSION:
        raise EnvelopeError("bad-version")
    return inflate(inner[1:], MAX_REPORT_JSON_BYTES, DICTIONARY)
