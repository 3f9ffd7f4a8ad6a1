"""Headers and payloads of the sync exchange. Signing is ``envelope.signing``.

Spec: docs/spec/sync.md sections 1, 2 and 4
"""

import struct
from collections.abc import Sequence

from schemas.constants import (
    ADDRESS_BYTES,
    FLAG_DESK,
    FLAG_NO_MAILBOX,
    ID_BYTES,
    MAX_MAILBOX_ENTRIES,
    MAX_PUTS,
    MAX_QUERY_IDS,
    PROTOCOL_VERSION,
    REPLY_BYTES,
    REQUEST_HEADER_BYTES,
    RESPONSE_HEADER_BYTES,
    SIGNATURE_BYTES,
    TOKEN_BYTES,
)
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import (
    ExchangeProblem,
    Have,
    MailboxEntry,
    MailboxPage,
    Receipt,
    RelayPolicy,
    RequestHeader,
    ResponseHeader,
    Stamp,
    Token,
)
from schemas.domain.vocabulary import PutStatus
from schemas.errors import ContractError, FrameError, ReceiptError
from schemas.wire import canonical

_REQUEST = struct.Struct(">BBIIHI")
_RESPONSE = struct.Struct(">BBHI")
_VERDICT = struct.Struct(">IIH")
_MAILBOX = struct.Struct(">BHIH")
_POLICY = struct.Struct(">BII")
_STAMP = struct.Struct(">32sIQ")
_ENTRY_BYTES = ADDRESS_BYTES + REPLY_BYTES
_MOST_PREFIX_BITS = 16


def encode_request_header(header: RequestHeader) -> bytes:
    """Write the first 16 bytes of a request."""
    return _REQUEST.pack(
        PROTOCOL_VERSION,
        (FLAG_DESK if header.is_desk else 0) | (0 if header.wants_mailbox else FLAG_NO_MAILBOX),
        header.directory_version,
        header.board_cursor,
        header.mailbox_prefix,
        header.mailbox_cursor,
    )


def decode_request_header(data: bytes) -> RequestHeader:
    """Read the first 16 bytes of a request.

    Raises:
        FrameError: `bad-header` when version, flags or length are others.
    """
    if len(data) != REQUEST_HEADER_BYTES:
        raise FrameError("bad-header", "a request begins with 16 bytes")
    proto, flags, directory, board, prefix, mailbox = _REQUEST.unpack(data)
    if proto != PROTOCOL_VERSION or flags & ~(FLAG_DESK | FLAG_NO_MAILBOX):
        raise FrameError("bad-header", "not this version of the protocol")
    return RequestHeader(
        directory, board, prefix, mailbox, bool(flags & FLAG_DESK), not flags & FLAG_NO_MAILBOX
    )


def encode_response_header(header: ResponseHeader) -> bytes:
    """Write the first 8 bytes of a response; only the low 16 bits of the day fit."""
    return _RESPONSE.pack(PROTOCOL_VERSION, 0, header.day & 0xFFFF, header.board_head)


def decode_response_header(data: bytes) -> ResponseHeader:
    """Read the first 8 bytes of a response.

    Raises:
        FrameError: `bad-header` for anything a relay would not send, such as a portal's page.
    """
    if len(data) != RESPONSE_HEADER_BYTES:
        raise FrameError("bad-header", "a response begins with 8 bytes")
    proto, flags, day, board_head = _RESPONSE.unpack(data)
    if proto != PROTOCOL_VERSION or flags:
        raise FrameError("bad-header", "not a relay's answer")
    return ResponseHeader(day, board_head)


def encode_ids(ids: Sequence[EnvelopeId]) -> bytes:
    """Write the payload of QUERY or PURGE."""
    return b"".join(ids)


def decode_ids(payload: bytes) -> tuple[EnvelopeId, ...]:
    """Read the payload of QUERY or PURGE.

    Raises:
        FrameError: `bad-query` when it is not 1 to 256 whole ids.
    """
    count, rest = divmod(len(payload), ID_BYTES)
    if rest or not 1 <= count <= MAX_QUERY_IDS:
        raise FrameError("bad-query", "1 to 256 ids of 32 bytes")
    return tuple(
        EnvelopeId(payload[start : start + ID_BYTES]) for start in range(0, len(payload), ID_BYTES)
    )


def encode_stamp(stamp: Stamp) -> bytes:
    """Write the payload of STAMP."""
    return _STAMP.pack(stamp.envelope_id, stamp.week, stamp.nonce)


def decode_stamp(payload: bytes) -> Stamp:
    """Read the payload of STAMP.

    Raises:
        FrameError: `bad-stamp` for another length.
    """
    if len(payload) != _STAMP.size:
        raise FrameError("bad-stamp", "a stamp is 44 bytes")
    envelope_id, week, nonce = _STAMP.unpack(payload)
    return Stamp(EnvelopeId(envelope_id), week, nonce)


def encode_token(token: Token) -> bytes:
    """Write the payload of TOKEN."""
    return token.envelope_id + token.secret


def decode_token(payload: bytes) -> Token:
    """Read the payload of TOKEN.

    Raises:
        FrameError: `bad-token` for another length.
    """
    if len(payload) != ID_BYTES + TOKEN_BYTES:
        raise FrameError("bad-token", "a token frame is 48 bytes")
    return Token(EnvelopeId(payload[:ID_BYTES]), payload[ID_BYTES:])


def encode_receipt(receipt: Receipt) -> bytes:
    """Write the payload of RECEIPT."""
    head = _VERDICT.pack(receipt.day, receipt.until_day, len(receipt.statuses))
    return head + bytes(receipt.statuses) + receipt.sig


def decode_receipt(payload: bytes) -> Receipt:
    """Read the payload of RECEIPT; it counts only once its signature is verified.

    Raises:
        ReceiptError: When length or a status are others.
    """
    day, until_day, count = _verdict(payload)
    statuses = payload[_VERDICT.size : _VERDICT.size + count]
    if len(payload) != _VERDICT.size + count + SIGNATURE_BYTES or not 1 <= count <= MAX_PUTS:
        raise ReceiptError(hint="wrong length")
    try:
        known = tuple(PutStatus(status) for status in statuses)
    except ValueError as error:
        raise ReceiptError(hint="unknown status") from error
    return Receipt(day, until_day, known, payload[-SIGNATURE_BYTES:])


def pack_bitmap(held: Sequence[bool]) -> bytes:
    """Write booleans as bits, most significant first, the rest zero."""
    bitmap = bytearray((len(held) + 7) // 8)
    for index, is_held in enumerate(held):
        if is_held:
            bitmap[index // 8] |= 0x80 >> (index % 8)
    return bytes(bitmap)


def encode_have(have: Have) -> bytes:
    """Write the payload of HAVE."""
    head = _VERDICT.pack(have.day, have.until_day, len(have.held))
    return head + pack_bitmap(have.held) + have.sig


def decode_have(payload: bytes) -> Have:
    """Read the payload of HAVE; it counts only once its signature is verified.

    Raises:
        ReceiptError: When the length is another or unused bits are set.
    """
    day, until_day, count = _verdict(payload)
    bitmap = payload[_VERDICT.size : _VERDICT.size + (count + 7) // 8]
    expected = _VERDICT.size + (count + 7) // 8 + SIGNATURE_BYTES
    if len(payload) != expected or not 1 <= count <= MAX_QUERY_IDS:
        raise ReceiptError(hint="wrong length")
    held = tuple(bool(bitmap[index // 8] & (0x80 >> (index % 8))) for index in range(count))
    if pack_bitmap(held) != bitmap:
        raise ReceiptError(hint="unused bits are set")
    return Have(day, until_day, held, payload[-SIGNATURE_BYTES:])


def _verdict(payload: bytes) -> tuple[int, int, int]:
    if len(payload) < _VERDICT.size:
        raise ReceiptError(hint="wrong length")
    day, until_day, count = _VERDICT.unpack(payload[: _VERDICT.size])
    return int(day), int(until_day), int(count)


def encode_mailbox(page: MailboxPage) -> bytes:
    """Write the payload of MAILBOX."""
    head = _MAILBOX.pack(page.bits, page.prefix, page.cursor, len(page.entries))
    return head + b"".join(entry.address + entry.cipher for entry in page.entries)


def decode_mailbox(payload: bytes) -> MailboxPage:
    """Read the payload of MAILBOX.

    Raises:
        FrameError: `bad-mailbox` when length or counts are others.
    """
    if len(payload) < _MAILBOX.size:
        raise FrameError("bad-mailbox", "too short")
    bits, prefix, cursor, count = _MAILBOX.unpack(payload[: _MAILBOX.size])
    rest = payload[_MAILBOX.size :]
    if bits > _MOST_PREFIX_BITS or count > MAX_MAILBOX_ENTRIES or len(rest) != count * _ENTRY_BYTES:
        raise FrameError("bad-mailbox", "wrong length")
    return MailboxPage(
        bits,
        prefix,
        cursor,
        tuple(
            decode_mailbox_entry(rest[start : start + _ENTRY_BYTES])
            for start in range(0, len(rest), _ENTRY_BYTES)
        ),
    )


def encode_mailbox_entry(entry: MailboxEntry) -> bytes:
    """Write the payload of PUT_REPLY."""
    return entry.address + entry.cipher


def decode_mailbox_entry(payload: bytes) -> MailboxEntry:
    """Read the payload of PUT_REPLY.

    Raises:
        FrameError: `bad-mailbox` for another length.
    """
    if len(payload) != _ENTRY_BYTES:
        raise FrameError("bad-mailbox", "an entry is 1040 bytes")
    return MailboxEntry(payload[:ADDRESS_BYTES], payload[ADDRESS_BYTES:])


def encode_policy(policy: RelayPolicy) -> bytes:
    """Write the payload of POLICY."""
    return _POLICY.pack(policy.work_bits, policy.max_batch_bytes, policy.retry_after_seconds)


def decode_policy(payload: bytes) -> RelayPolicy:
    """Read the payload of POLICY.

    Raises:
        FrameError: `bad-policy` for another length.
    """
    if len(payload) != _POLICY.size:
        raise FrameError("bad-policy", "a policy is 9 bytes")
    return RelayPolicy(*_POLICY.unpack(payload))


def encode_problem(problem: ExchangeProblem) -> bytes:
    """Write the payload of PROBLEM."""
    return canonical.encode(
        {"slug": problem.slug, "status": problem.status, "retry": problem.retry}
    )


def decode_problem(payload: bytes) -> ExchangeProblem:
    """Read the payload of PROBLEM.

    Raises:
        FrameError: `bad-problem` for anything else.
    """
    try:
        value = canonical.decode(payload)
    except ContractError as error:
        raise FrameError("bad-problem", "not canonical JSON") from error
    match value:
        case {"slug": str(slug), "status": int(status), "retry": bool(retry), **rest} if not (
            rest or isinstance(status, bool)  # to Python, true is a number too
        ):
            return ExchangeProblem(slug, status, retry)
    raise FrameError("bad-problem", "not slug, status and retry")
