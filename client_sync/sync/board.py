"""Read board pages: which of our reports does the desk speak of, and what does it say.

Spec: docs/spec/sync.md section 3
"""

from collections.abc import Iterable
from dataclasses import dataclass

from client_sync.outbox.rows import BlobKind
from client_sync.outbox.states import BlobEvent
from client_sync.outbox.store import OutboxStore
from client_sync.trust import TrustedDirectory
from client_sync.vault.contents import KeptReport
from schemas.constants import RELAY_KEEP_DAYS, SECONDS_PER_DAY, SECONDS_PER_WEEK
from schemas.domain.sync import BoardPage
from schemas.domain.vocabulary import AckStatus
from schemas.envelope.derived import ack_tag
from schemas.envelope.signing import page_hash, verify_chain, verify_page
from schemas.errors import BoardError
from schemas.wire.board import decode_page

KEPT_PAGE_DAYS = 2 * RELAY_KEEP_DAYS  # a receipt's whole life, and as long again to complain
_AT_THE_DESK = frozenset({AckStatus.RECEIVED, AckStatus.ACCEPTED})
_ALL_THERE = frozenset({AckStatus.ACCEPTED, AckStatus.CLOSED})


@dataclass(slots=True)
class BoardNews:
    """What pages brought.

    Attributes:
        pages: How many were new and followed the last one.
        acknowledged: Reports of which the desk says for the first time that it has them.
        is_broken: A page was not the desk's, or did not follow: the rest was not read.
    """

    pages: int = 0
    acknowledged: int = 0
    is_broken: bool = False


def read_pages(
    payloads: Iterable[bytes],
    trusted: TrustedDirectory,
    reports: Iterable[KeptReport],
    outbox: OutboxStore,
) -> BoardNews:
    """Verify pages one after the other and let what they say happen.

    Runs inside of a transaction of the outbox: the cursor moves with what the page says.

    Args:
        payloads: Untrusted pages, oldest first.
        trusted: Names the board's key.
        reports: Ours; each may be spoken of.
        outbox: Takes the acknowledgements.

    Returns:
        What they brought.
    """
    news = BoardNews()
    meanings = _meanings(reports)
    for raw in payloads:
        last_seq, last_hash = outbox.ledger.board_mark()
        try:
            page = decode_page(raw)
            if last_seq and page.seq <= last_seq:
                continue
            verify_page(trusted.directory.board_key, trusted.directory.desk_id, raw)
            verify_chain(page.seq, page.prev, last_seq, last_hash)
        except BoardError:
            news.is_broken = True
            return news
        news.acknowledged += _apply(page, meanings, outbox)
        outbox.ledger.set_board_mark(page.seq, page_hash(raw))
        outbox.ledger.keep_page(page.seq, page.day, raw, page.day - KEPT_PAGE_DAYS)
        news.pages += 1
    return news


def _meanings(reports: Iterable[KeptReport]) -> dict[bytes, tuple[bytes, AckStatus]]:
    """Compute every tag that would speak of one of our reports."""
    return {
        ack_tag(kept.keys.ack, status): (kept.parcel, status)
        for kept in reports
        for status in AckStatus
    }


def _apply(
    page: BoardPage, meanings: dict[bytes, tuple[bytes, AckStatus]], outbox: OutboxStore
) -> int:
    spoken = sorted((meanings[tag] for tag in page.tags if tag in meanings), key=lambda m: m[1])
    return sum(_hear(parcel, status, page, outbox) for parcel, status in spoken)


def _hear(parcel: bytes, status: AckStatus, page: BoardPage, outbox: OutboxStore) -> bool:
    """Let one word of the desk happen; tell whether it is its first 'we have it'."""
    before = outbox.ledger.ack_statuses(parcel)
    outbox.ledger.note_ack(parcel, status, page.seq)
    if status is AckStatus.REPLY_WAITING:
        week = page.day * SECONDS_PER_DAY // SECONDS_PER_WEEK
        outbox.ledger.want_mail(parcel, week)
    elif status is AckStatus.NEED_MORE:
        for blob_id in outbox.ids_of(parcel, BlobKind.CHUNK):
            outbox.happen(blob_id, BlobEvent.WANTED)
    else:
        kind = None if status in _ALL_THERE else BlobKind.TEXT
        for blob_id in outbox.ids_of(parcel, kind):
            outbox.happen(blob_id, BlobEvent.ACK)
    return status in _AT_THE_DESK and not before & _AT_THE_DESK
