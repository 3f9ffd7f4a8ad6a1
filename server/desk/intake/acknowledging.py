"""Words back to senders: tags on the board, and sealed replies.

Theory of operation: what shall be said is a row first, in the transaction of what happened. One
later transaction seals the replies that wait, and writes the rows onto signed pages of the same
moment, so a page that speaks of a reply is always of the week whose mailbox holds it. Pages and
sealed replies are then pushed to every relay, as often as it takes.

Spec: docs/spec/sync.md sections 3 and 4
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from schemas.constants import MAX_TAGS
from schemas.domain.report import Reply
from schemas.domain.vocabulary import AckStatus, ReplyKind
from schemas.envelope.derived import ack_tag, seal_reply
from schemas.envelope.keys import DerivedKeys, SigningKey, day_of, week_of
from schemas.envelope.signing import FIRST_PREV, page_hash, sign_page
from schemas.wire.board import encode_page_body
from schemas.wire.reply import encode_reply
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.intake.contact import stop_on
from server.desk.intake.models import (
    AcknowledgementRow,
    BoardPageRow,
    ReplyRow,
    SealedReplyRow,
)
from server.desk.intake.store import replies_to, report_keys
from server.desk.intake.tokens import leave_tokens
from server.desk.keys.keyring import Keyring
from server.desk.keys.profile import BOARD, profile, signing_key

PAGES_AT_ONCE: Final = 16
"""Pages made in one transaction: 8,000 tags, more than a day of a desk in a crisis."""


def acknowledge(session: Session, words: Iterable[tuple[str, DerivedKeys, AckStatus]]) -> None:
    """Note what shall be said to some senders; who is accepted is known at every relay.

    Args:
        session: A writing session; the caller commits.
        words: Report id, its keys, and the status.
    """
    rows, known = [], []
    for report_id, keys, status in words:
        tag = ack_tag(keys.ack, status)
        rows.append({"report_id": report_id, "status": int(status), "tag": tag, "made_at": now()})
        if status is AckStatus.ACCEPTED:
            known.append(keys.reply)
    if rows:
        session.execute(insert(AcknowledgementRow), rows)
    leave_tokens(session, known)


def acknowledge_closed(session: Session, ring: Keyring, report_id: str) -> None:
    """Tell a sender, once, that the desk is done with their report.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        report_id: 64 hex digits.
    """
    said = select(AcknowledgementRow.id).where(
        AcknowledgementRow.report_id == report_id,
        AcknowledgementRow.status == int(AckStatus.CLOSED),
    )
    if session.execute(said.limit(1)).first() is not None:
        return
    keys = report_keys(session, ring, report_id).derived
    acknowledge(session, [(report_id, keys, AckStatus.CLOSED)])


def seal_replies(session: Session, ring: Keyring) -> int:
    """Seal the replies that wait, for the mailbox of this week.

    One to somebody who meanwhile asked not to be written to goes on waiting.

    Args:
        session: A writing session; the caller makes pages in the same transaction.
        ring: An unlocked keyring.

    Returns:
        How many were sealed.
    """
    waiting = list(
        session.execute(
            select(ReplyRow).where(ReplyRow.sent_at.is_(None)).order_by(ReplyRow.written_at)
        ).scalars()
    )
    sealable = [row for row in waiting if stop_on(session, ring, row.report_id) is None]
    for row in sealable:
        _seal_one(session, ring, row)
    return len(sealable)


def _seal_one(session: Session, ring: Keyring, row: ReplyRow) -> None:
    keys = report_keys(session, ring, row.report_id)
    (words,) = (one for one in replies_to(session, ring, row.report_id) if one.number == row.number)
    reply = Reply(row.number, ReplyKind(row.kind), words.text, words.lang, row.written_at.date())
    entry = seal_reply(keys.derived, week_of(now()), encode_reply(reply))
    session.add(SealedReplyRow(reply_id=row.id, address=entry.address, cipher=entry.cipher))
    row.sent_at = now()
    acknowledge(session, [(row.report_id, keys.derived, AckStatus.REPLY_WAITING)])
    append(session, "desk", "reply.send", row.report_id, {"number": row.number})


def make_pages(session: Session, ring: Keyring) -> int:
    """Write what waits to be said onto signed pages.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.

    Returns:
        How many pages were made.
    """
    session.flush()
    waiting = list(
        session.execute(
            select(AcknowledgementRow.id, AcknowledgementRow.tag)
            .where(AcknowledgementRow.page_seq.is_(None))
            .order_by(AcknowledgementRow.id)
            .limit(PAGES_AT_ONCE * MAX_TAGS)
        )
    )
    if not waiting:
        return 0
    board = signing_key(session, ring, BOARD)
    pages = [waiting[start : start + MAX_TAGS] for start in range(0, len(waiting), MAX_TAGS)]
    for rows in pages:
        _make_page(session, board, rows)
    return len(pages)


def _make_page(session: Session, board: SigningKey, rows: Sequence[tuple[int, bytes]]) -> None:
    last = session.execute(
        select(BoardPageRow).order_by(BoardPageRow.seq.desc()).limit(1)
    ).scalar_one_or_none()
    seq = 1 if last is None else last.seq + 1
    prev = FIRST_PREV if last is None else page_hash(last.raw)
    day = day_of(now())
    body = encode_page_body(seq, day, prev, (tag for _, tag in rows))
    raw = sign_page(board, profile(session).desk_id, body)
    session.add(BoardPageRow(seq=seq, day=day, raw=raw))
    session.flush()
    session.execute(
        update(AcknowledgementRow)
        .where(AcknowledgementRow.id.in_([row_id for row_id, _ in rows]))
        .values(page_seq=seq)
    )
    append(session, "desk", "board.page", "desk", {"page": seq, "tags": len(rows)})
