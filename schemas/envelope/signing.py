"""What is signed, by whom, and how it is verified.

Theory of operation: every signature is over a context label and then bytes that name the
signer, so that none can stand for another. A value that came from a ``verify_`` function
here may be believed; the same dataclass fresh from ``wire`` may not.

Spec: docs/spec/directory.md section 3, docs/spec/sync.md sections 2, 3 and 6
"""

import struct
from collections.abc import Sequence

from schemas.constants import (
    CONTEXT_BOARD,
    CONTEXT_DESK,
    CONTEXT_DIRECTORY,
    CONTEXT_HAVE,
    CONTEXT_RECEIPT,
    CONTEXT_ROOT,
    ID_BYTES,
    MAX_DIRECTORY_BYTES,
    MAX_DIRECTORY_JSON_BYTES,
    PERSON_DESK_REQUEST,
    PERSON_PAGE,
    SIGNATURE_BYTES,
)
from schemas.domain.directory import RootLink
from schemas.domain.ids import BoardKey, DeskId, EnvelopeId, RelayKey, RootKey
from schemas.domain.vocabulary import PutStatus
from schemas.envelope import primitives
from schemas.envelope.keys import SigningKey, desk_id_of, verify
from schemas.envelope.padding import deflate, inflate
from schemas.errors import (
    BoardError,
    DeskRequestError,
    DirectoryError,
    EnvelopeError,
    ReceiptError,
)

_DAYS = struct.Struct(">II")
_DAY = struct.Struct(">I")
FIRST_PREV = bytes(ID_BYTES)


# --- directory ----------------------------------------------------------------------
def sign_directory(root: SigningKey, plain_json: bytes) -> bytes:
    """Sign a directory's canonical JSON with the root key and deflate it."""
    signed = root.sign(CONTEXT_DIRECTORY, plain_json) + deflate(plain_json)
    if len(signed) > MAX_DIRECTORY_BYTES:
        raise DirectoryError(hint="a directory is at most 16384 bytes")
    return signed


def unpack_directory(signed: bytes) -> tuple[bytes, bytes]:
    """Split a signed directory into signature and JSON: still untrusted.

    Raises:
        DirectoryError: `bad-directory` when it is no deflate stream or too large.
    """
    if not SIGNATURE_BYTES < len(signed) <= MAX_DIRECTORY_BYTES:
        raise DirectoryError(hint="wrong length")
    try:
        plain_json = inflate(signed[SIGNATURE_BYTES:], MAX_DIRECTORY_JSON_BYTES)
    except EnvelopeError as error:
        raise DirectoryError(hint="not a deflate stream") from error
    return signed[:SIGNATURE_BYTES], plain_json


def sign_root_link(previous: SigningKey, desk_id: DeskId, next_root: RootKey) -> RootLink:
    """Hand the desk over to the next root key."""
    return RootLink(next_root, previous.sign(CONTEXT_ROOT, desk_id, next_root))


def verify_directory(
    sig: bytes,
    plain_json: bytes,
    *,
    pinned_root: RootKey,
    desk_id: DeskId,
    root_chain: Sequence[RootLink],
) -> None:
    """Check that a directory comes from the desk whose founding root is pinned.

    Args:
        sig: 64 bytes.
        plain_json: What was signed.
        pinned_root: From the invite.
        desk_id: As the directory says.
        root_chain: As the directory says.

    Raises:
        DirectoryError: `bad-signature`.
    """
    if desk_id != desk_id_of(pinned_root):
        raise DirectoryError("bad-signature", "another desk's directory")
    root = pinned_root
    for link in root_chain:
        if not verify(root, link.sig, CONTEXT_ROOT, desk_id, link.root):
            raise DirectoryError("bad-signature", "the root's hand-over does not verify")
        root = link.root
    if not verify(root, sig, CONTEXT_DIRECTORY, plain_json):
        raise DirectoryError("bad-signature", "not signed by this desk")


# --- receipts -----------------------------------------------------------------------
def _receipt_parts(
    relay_key: bytes,
    days: tuple[int, int],
    ids: Sequence[EnvelopeId],
    statuses: Sequence[PutStatus],
) -> bytes:
    pairs = (one + bytes([status]) for one, status in zip(ids, statuses, strict=True))
    return relay_key + _DAYS.pack(*days) + b"".join(pairs)


def sign_receipt(
    relay: SigningKey,
    days: tuple[int, int],
    ids: Sequence[EnvelopeId],
    statuses: Sequence[PutStatus],
) -> bytes:
    """Sign a relay's word on the PUTs of one request.

    Args:
        relay: The relay's key.
        days: Today and the day until which the blobs are kept.
        ids: In the order of the PUTs.
        statuses: One for each id.

    Returns:
        64 bytes.
    """
    return relay.sign(CONTEXT_RECEIPT, _receipt_parts(relay.public, days, ids, statuses))


def verify_receipt(
    relay_key: RelayKey,
    days: tuple[int, int],
    ids: Sequence[EnvelopeId],
    statuses: Sequence[PutStatus],
    sig: bytes,
) -> None:
    """Check a receipt against the ids that were sent.

    Raises:
        ReceiptError: When the counts differ or the signature is not the relay's.
    """
    if len(ids) != len(statuses):
        raise ReceiptError(hint="not for this request")
    parts = _receipt_parts(relay_key, days, ids, statuses)
    if not verify(relay_key, sig, CONTEXT_RECEIPT, parts):
        raise ReceiptError("bad-signature", "not signed by this relay")


def sign_have(
    relay: SigningKey, days: tuple[int, int], ids: Sequence[EnvelopeId], bitmap: bytes
) -> bytes:
    """Sign a relay's word on the ids of a QUERY."""
    return relay.sign(CONTEXT_HAVE, relay.public, _DAYS.pack(*days), b"".join(ids), bitmap)


def verify_have(
    relay_key: RelayKey,
    days: tuple[int, int],
    ids: Sequence[EnvelopeId],
    bitmap: bytes,
    sig: bytes,
) -> None:
    """Check a HAVE against the ids that were asked.

    Raises:
        ReceiptError: When it is not for these ids or not the relay's.
    """
    if len(bitmap) != (len(ids) + 7) // 8:
        raise ReceiptError(hint="not for this request")
    if not verify(
        relay_key, sig, CONTEXT_HAVE, relay_key, _DAYS.pack(*days), b"".join(ids), bitmap
    ):
        raise ReceiptError("bad-signature", "not signed by this relay")


# --- board --------------------------------------------------------------------------
def sign_page(board: SigningKey, desk_id: DeskId, body: bytes) -> bytes:
    """Sign a page's body; gives the whole page."""
    return body + board.sign(CONTEXT_BOARD, desk_id, body)


def page_hash(raw: bytes) -> bytes:
    """Hash a whole page: what the next one names as ``prev``."""
    return primitives.blake2b(raw, size=ID_BYTES, person=PERSON_PAGE)


def verify_page(board_key: BoardKey, desk_id: DeskId, raw: bytes) -> None:
    """Check a page's signature.

    Raises:
        BoardError: `bad-signature`.
    """
    body, sig = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    if not verify(board_key, sig, CONTEXT_BOARD, desk_id, body):
        raise BoardError("bad-signature", "not signed by this desk")


def verify_chain(seq: int, prev: bytes, last_seq: int, last_hash: bytes) -> None:
    """Check that a page follows the last one accepted; a client without one has seq 0.

    Raises:
        BoardError: `gap` when pages between are missing, `fork` when it follows another page.
    """
    if last_seq == 0:
        return
    if seq != last_seq + 1:
        raise BoardError("gap", "pages are missing in between")
    if not primitives.equal(prev, last_hash):
        raise BoardError("fork", "the board was rewritten")


# --- desk requests ------------------------------------------------------------------
def sign_desk_request(
    pull_key: SigningKey, relay_key: RelayKey, desk_id: DeskId, day: int, nonce: bytes, rest: bytes
) -> bytes:
    """Sign a desk's request to one relay.

    Args:
        pull_key: The key the relay was given.
        relay_key: Binds the request to that relay.
        desk_id: 16 bytes.
        day: Today.
        nonce: 16 fresh bytes.
        rest: All bytes after the DESK frame.

    Returns:
        64 bytes.
    """
    return pull_key.sign(CONTEXT_DESK, _desk_parts(relay_key, desk_id, day, nonce, rest))


def verify_desk_request(
    pull_public: bytes,
    relay_key: RelayKey,
    proof: tuple[DeskId, int, bytes, bytes],
    rest: bytes,
) -> None:
    """Check a desk's request.

    Args:
        pull_public: The desk's pull key as admitted at the relay.
        relay_key: The relay's own key.
        proof: desk_id, day, nonce, sig.
        rest: All bytes after the DESK frame.

    Raises:
        DeskRequestError: When it does not verify.
    """
    desk_id, day, nonce, sig = proof
    parts = _desk_parts(relay_key, desk_id, day, nonce, rest)
    if not verify(pull_public, sig, CONTEXT_DESK, parts):
        raise DeskRequestError(hint="not signed by the desk of this relay")


def _desk_parts(relay_key: bytes, desk_id: bytes, day: int, nonce: bytes, rest: bytes) -> bytes:
    digest = primitives.blake2b(rest, size=ID_BYTES, person=PERSON_DESK_REQUEST)
    return relay_key + desk_id + _DAY.pack(day) + nonce + digest
