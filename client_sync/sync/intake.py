"""Take in one answer: what is signed moves blobs, what is ours is kept, the rest is noise.

Theory of operation: the vault is written first (a new directory, replies), then one transaction
of the outbox takes verdicts, board pages, cursors, and marks as lost what stayed without a
verdict. A crash in between reads the same mailbox entries again and finds them known. A blob is
held only on a receipt or HAVE whose signature verifies under the relay key of the bridge line,
over exactly the ids sent.

Spec: docs/spec/sync.md sections 1 to 5
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from client_sync.clock import Clock
from client_sync.outbox.rows import BlobKind, Holding
from client_sync.outbox.states import BlobEvent
from client_sync.outbox.store import OutboxStore
from client_sync.sync.answer import ParsedAnswer
from client_sync.sync.board import BoardNews, read_pages
from client_sync.sync.exchange import Exchange
from client_sync.sync.mail import FoundReply, MailRequest, find_replies, is_full
from client_sync.vault.vault import Vault
from schemas.constants import SECONDS_PER_DAY, SECONDS_PER_WEEK
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import ResponseHeader
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.keys import day_of
from schemas.envelope.signing import verify_have, verify_receipt
from schemas.errors import DirectoryError, ReceiptError
from schemas.wire.exchange import decode_have, decode_receipt, pack_bitmap
from schemas.wire.frames import FrameType

_DRAWN_PREFIX: Final = -1  # where the cursor of prefixes drawn by chance is kept
_SECONDS_PER_HOUR: Final = 3600
_HALF_RANGE_DAYS: Final = 0x8000


@dataclass(slots=True)
class Outcome:
    """What one answer brought.

    Attributes:
        held: Blobs that are held now and were not before.
        verdicts: A verified word on each blob that was put; what has none is in doubt.
        have: A verified word on each id that was asked.
        has_more_mail: The mailbox page was full.
    """

    held: int = 0
    verdicts: dict[EnvelopeId, PutStatus] = field(default_factory=dict)
    have: dict[EnvelopeId, bool] = field(default_factory=dict)
    has_more_mail: bool = False
    replies: int = 0
    has_new_directory: bool = False
    news: BoardNews = field(default_factory=BoardNews)
    warnings: list[str] = field(default_factory=list)


class Intake:
    """Takes in answers for one vault and outbox."""

    def __init__(self, vault: Vault, outbox: OutboxStore, clock: Clock) -> None:
        """Work on an open vault and outbox."""
        self._vault = vault
        self._outbox = outbox
        self._clock = clock

    def take(self, parsed: ParsedAnswer, exchange: Exchange, mail: MailRequest | None) -> Outcome:
        """Take in one answer.

        Args:
            parsed: The answer, unbelieved.
            exchange: What was asked.
            mail: What was asked of the mailbox, if anything.

        Returns:
            What it brought.
        """
        outcome = Outcome()
        self._directory(parsed, outcome)
        found = self._replies(parsed, outcome)
        with self._outbox.transaction():
            self._outbox.ledger.set_relay_day(self.named_day(parsed.header))
            self._receipt(parsed, exchange, outcome)
            self._have(parsed, exchange, outcome)
            self._board(parsed, outcome)
            self._mail_cursor(parsed, exchange.relay_key, mail, found, outcome)
        return outcome

    def named_day(self, header: ResponseHeader) -> int:
        """Complete the 16 bits of a relay's day by our clock, which need only know the century."""
        own_day = day_of(self._clock.now())
        ahead = (header.day - own_day + _HALF_RANGE_DAYS) % (2 * _HALF_RANGE_DAYS)
        return max(0, own_day + ahead - _HALF_RANGE_DAYS)

    def lose(self, exchange: Exchange) -> None:
        """Note that no answer came: what was sent is in doubt, unless it is under way elsewhere."""
        if exchange.is_repeat:
            return
        with self._outbox.transaction():
            for row in exchange.puts:
                self._outbox.happen(row.blob_id, BlobEvent.LOST)

    # --- into the vault ------------------------------------------------------------------

    def _directory(self, parsed: ParsedAnswer, outcome: Outcome) -> None:
        for signed in parsed.payloads(FrameType.DIRECTORY)[:1]:
            try:
                outcome.has_new_directory = self._vault.take_directory(signed)
            except DirectoryError as error:
                outcome.warnings.append(f"a relay offered a directory that was refused: {error}")

    def _replies(self, parsed: ParsedAnswer, outcome: Outcome) -> tuple[FoundReply, ...]:
        page = parsed.mailbox()
        if page is None:
            return ()
        contents = self._vault.contents
        wanted = self._outbox.ledger.wanted_mail()
        found = find_replies(page, contents.reports, wanted, self._this_week())
        before = contents
        for each in found:
            contents = contents.with_reply(each.report_id, each.reply)
        if contents is not before:
            outcome.replies = contents.reply_count() - before.reply_count()
            self._vault.keep(contents)
        return found

    def _this_week(self) -> int:
        """Number the week by a relay's day if one was named: our clock may be wrong."""
        day = self._outbox.ledger.relay_day() or day_of(self._clock.now())
        return day * SECONDS_PER_DAY // SECONDS_PER_WEEK

    # --- into the outbox -----------------------------------------------------------------

    def _receipt(self, parsed: ParsedAnswer, exchange: Exchange, outcome: Outcome) -> None:
        ids = [row.blob_id for row in exchange.puts]
        statuses = self._verified_receipt(parsed, exchange.relay_key, ids)
        for row, status in zip(exchange.puts, statuses, strict=False):
            outcome.verdicts[row.blob_id] = status
            if status.held:
                outcome.held += self._arrive(row.blob_id)
                if row.kind is BlobKind.CARRIED:
                    self._outbox.drop_carried(row.blob_id)
                continue
            if not exchange.is_repeat:
                self._outbox.happen(row.blob_id, BlobEvent.REFUSED)
            if status is PutStatus.NEED_WORK:
                self._outbox.ledger.tokens.void(exchange.relay_key, row.blob_id)
        for row in () if exchange.is_repeat else exchange.puts[len(statuses) :]:
            self._outbox.happen(row.blob_id, BlobEvent.LOST)

    def _arrive(self, blob_id: EnvelopeId) -> bool:
        """Let a receipt happen; one for what is queued again came late: it was on its way."""
        return self._outbox.happen(blob_id, BlobEvent.RECEIPT) or (
            self._outbox.happen(blob_id, BlobEvent.PUT)
            and self._outbox.happen(blob_id, BlobEvent.RECEIPT)
        )

    def _verified_receipt(
        self, parsed: ParsedAnswer, relay_key: RelayKey, ids: Sequence[EnvelopeId]
    ) -> tuple[PutStatus, ...]:
        """Give the statuses of a genuine receipt, or none."""
        for payload in parsed.payloads(FrameType.RECEIPT)[:1]:
            try:
                receipt = decode_receipt(payload)
                spoken = ids[: len(receipt.statuses)]
                days = (receipt.day, receipt.until_day)
                verify_receipt(relay_key, days, spoken, receipt.statuses, receipt.sig)
            except ReceiptError:
                return ()
            number = self._outbox.ledger.keep_receipt(relay_key, FrameType.RECEIPT, spoken, payload)
            for blob_id, status in zip(spoken, receipt.statuses, strict=True):
                if status.held:
                    self._hold(blob_id, relay_key, number, days)
            return receipt.statuses
        return ()

    def _have(self, parsed: ParsedAnswer, exchange: Exchange, outcome: Outcome) -> None:
        if not exchange.queries:
            return
        ids, relay_key = exchange.queries, exchange.relay_key
        for payload in parsed.payloads(FrameType.HAVE)[:1]:
            try:
                have = decode_have(payload)
                days = (have.day, have.until_day)
                verify_have(relay_key, days, ids, pack_bitmap(have.held), have.sig)
            except ReceiptError:
                break
            number = self._outbox.ledger.keep_receipt(relay_key, FrameType.HAVE, ids, payload)
            for blob_id, is_held in zip(ids, have.held, strict=False):
                outcome.have[blob_id] = is_held
                if not is_held:
                    self._outbox.happen(blob_id, BlobEvent.ABSENT)
                elif self._arrive(blob_id):
                    outcome.held += 1
                    self._hold(blob_id, relay_key, number, days)
                    self._outbox.drop_carried(blob_id)
            return

    def _hold(
        self, blob_id: EnvelopeId, relay_key: RelayKey, number: int, days: tuple[int, int]
    ) -> None:
        ledger = self._outbox.ledger
        hour = int(self._clock.now().timestamp()) // _SECONDS_PER_HOUR
        holding = Holding(blob_id, relay_key, *days, hour, ledger.sync_number())
        ledger.hold(holding, number)

    def _board(self, parsed: ParsedAnswer, outcome: Outcome) -> None:
        pages = parsed.payloads(FrameType.BOARD)
        trusted = self._vault.trusted
        if not pages or trusted is None:
            return
        reports = self._vault.contents.reports.values()
        outcome.news = read_pages(pages, trusted, reports, self._outbox)
        if outcome.news.is_broken:
            outcome.warnings.append("a relay showed a board page that is not the desk's next one")

    def _mail_cursor(
        self,
        parsed: ParsedAnswer,
        relay_key: RelayKey,
        mail: MailRequest | None,
        found: Sequence[FoundReply],
        outcome: Outcome,
    ) -> None:
        page = parsed.mailbox()
        if page is None or mail is None:
            return
        prefix = _DRAWN_PREFIX if mail.wanted is None else mail.prefix
        self._outbox.ledger.set_mail_cursor(relay_key, prefix, page.cursor)
        outcome.has_more_mail = is_full(page) and page.cursor > mail.cursor
        for each in found:
            self._outbox.ledger.drop_wanted_mail(each.parcel, each.week)
