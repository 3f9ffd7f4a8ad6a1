"""The frames of an answer: what the relay signs, and what it hands out.

Theory of operation: a receipt speaks for all PUTs of a request at once, in their order, so its
`until_day` is the earliest day on which one of them would go. A duplicate counts from the day its
first copy came.

Spec: sync.md sections 1 to 4.
"""

from collections.abc import Mapping, Sequence

from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import (
    ExchangeProblem,
    Have,
    MailboxPage,
    Receipt,
    RelayPolicy,
    RequestHeader,
    ResponseHeader,
)
from schemas.envelope.keys import SigningKey
from schemas.envelope.signing import sign_have, sign_receipt
from schemas.wire import exchange as wire
from schemas.wire.classes import response_class_bytes, response_padding
from schemas.wire.frames import FrameType, encode_frame
from schemas.wire.parts import encode_begun
from server.plumbing.problems import TABLE
from server.relay import outgoing
from server.relay.noticeboard import Notice, Reading
from server.relay.store import Outcome


def whole(day: int, board_head: int, frames: Sequence[bytes]) -> bytes:
    """Write an answer, padded to its class.

    Args:
        day: Today's day number.
        board_head: Highest board page held.
        frames: Encoded, in the order of the specification.

    Returns:
        The body.
    """
    parts = [wire.encode_response_header(ResponseHeader(day, board_head)), *frames]
    size_bytes = sum(map(len, parts))
    parts.append(response_padding(size_bytes, response_class_bytes(size_bytes)))
    return b"".join(parts)


def receipt_frame(
    key: SigningKey,
    day: int,
    keep_days: int,
    ids: Sequence[EnvelopeId],
    outcomes: Sequence[Outcome],
) -> bytes:
    """Sign what became of a request's PUTs.

    Args:
        key: The relay's.
        day: Today's day number.
        keep_days: Days a blob is kept.
        ids: In the order of the PUTs.
        outcomes: One for each.

    Returns:
        A RECEIPT frame.
    """
    statuses = tuple(outcome.status for outcome in outcomes)
    oldest = min((o.day for o in outcomes if o.status.held), default=day)
    days = (day, min(day, oldest) + keep_days)
    receipt = Receipt(*days, statuses, sign_receipt(key, days, ids, statuses))
    return encode_frame(FrameType.RECEIPT, wire.encode_receipt(receipt))


def have_frame(
    key: SigningKey,
    day: int,
    keep_days: int,
    ids: Sequence[EnvelopeId],
    known: Mapping[EnvelopeId, int],
) -> bytes:
    """Sign which ids are held.

    Args:
        key: The relay's.
        day: Today's day number.
        keep_days: Days a blob is kept.
        ids: In the order of the QUERY.
        known: Day of arrival by id of those held.

    Returns:
        A HAVE frame.
    """
    held = tuple(one in known for one in ids)
    days = (day, min([day, *known.values()]) + keep_days)
    signature = sign_have(key, days, ids, wire.pack_bitmap(held))
    return encode_frame(FrameType.HAVE, wire.encode_have(Have(*days, held, signature)))


def begun_frame(begun: Mapping[int, int]) -> bytes:
    """Tell what is here of blobs that were cut: bytes by place in the first QUERY."""
    return encode_frame(FrameType.BEGUN, encode_begun(begun))


def problem_frame(slug: str) -> bytes:
    """Say what of a request was refused."""
    kind = TABLE[slug]
    problem = ExchangeProblem(kind.slug, kind.status, kind.retry)
    return encode_frame(FrameType.PROBLEM, wire.encode_problem(problem))


def policy_frame(policy: RelayPolicy) -> bytes:
    """Say what the relay asks of senders now."""
    return encode_frame(FrameType.POLICY, wire.encode_policy(policy))


def desk_frames(storage: Reading, notice: Notice, header: RequestHeader) -> list[bytes]:
    """Hand out what the desk left: directory, board pages, one mailbox page if it is wanted.

    Args:
        storage: Where it lies.
        notice: The newest one; spares the database a question where nothing is new.
        header: What the phone has already.

    Returns:
        Frames, in the order of the specification.

    Raises:
        StorageError: It cannot be read.
    """
    frames: list[bytes] = []
    if notice.directory_version > header.directory_version:
        frames.append(encode_frame(FrameType.DIRECTORY, notice.directory))
    if notice.board_head > header.board_cursor:
        with storage.reading() as connection:
            pages = outgoing.pages_after(connection, header.board_cursor)
        frames.extend(encode_frame(FrameType.BOARD, page) for page in pages)
    if header.wants_mailbox:
        page = _mailbox_page(storage, notice, header)
        frames.append(encode_frame(FrameType.MAILBOX, wire.encode_mailbox(page)))
    return frames


def empty_mailbox_frame(header: RequestHeader) -> bytes:
    """Write the mailbox page of a relay that cannot read its database."""
    page = MailboxPage(0, 0, header.mailbox_cursor, ())
    return encode_frame(FrameType.MAILBOX, wire.encode_mailbox(page))


def _mailbox_page(storage: Reading, notice: Notice, header: RequestHeader) -> MailboxPage:
    bits = outgoing.crowd_bits(notice.prefixes, header.mailbox_prefix)
    prefix = outgoing.first_bits(header.mailbox_prefix, bits)
    if notice.newest_reply <= header.mailbox_cursor:
        return MailboxPage(bits, prefix, header.mailbox_cursor, ())
    with storage.reading() as connection:
        rows = outgoing.replies_under(connection, prefix, bits, header.mailbox_cursor)
    cursor = rows[-1][0] if rows else header.mailbox_cursor
    return MailboxPage(bits, prefix, cursor, tuple(entry for _, entry in rows))
