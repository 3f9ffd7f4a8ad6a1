"""One sync: ask the engine, make the request, take in the answer, until there is nothing left.

Theory of operation: save, then send. Blobs are marked in flight and committed before the
network is touched, and every outcome is committed before the next choice. So a sync may be
killed anywhere: the next one finds what was in flight in doubt and asks about it.

Spec: docs/spec/sync.md
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from client_sync.clock import Clock
from client_sync.errors import TransportError
from client_sync.outbox.states import BlobEvent
from client_sync.outbox.store import OutboxStore
from client_sync.sealing import Sealer
from client_sync.sync import backoff
from client_sync.sync.answer import ParsedAnswer, parse_answer
from client_sync.sync.engine import Exchange, next_exchange, overdue
from client_sync.sync.intake import Intake, Outcome
from client_sync.sync.lane import Lane
from client_sync.sync.mail import MailRequest, choose_mail
from client_sync.sync.request import encode_request
from client_sync.sync.stamping import MOST_WORK_BITS, make_stamp
from client_sync.transports.base import Transport
from client_sync.vault.vault import Vault
from schemas.constants import SECONDS_PER_DAY, SECONDS_PER_WEEK
from schemas.domain.ids import RelayKey
from schemas.domain.sync import RequestHeader
from schemas.domain.vocabulary import AckStatus
from schemas.envelope.entropy import Entropy
from schemas.envelope.keys import day_of

ROWS_AT_A_TIME: Final = 512  # two full queries' worth; what is beyond comes up as these settle
EXPECTED_ANSWER_BYTES: Final = 16_384  # a board page and a quarter of a mailbox page
_SECONDS_PER_HOUR: Final = 3600
_CLOCK_TOLERANCE_DAYS: Final = 2
_CHANCE_BYTES: Final = 2
_MOST_DRAWN: Final = 0xFFFF

Watch = Callable[[int, int], None]
"""Is told blobs held so far and blobs still waiting."""


@dataclass(slots=True)
class SyncResult:
    """What a sync did.

    Attributes:
        sent: Blobs put on the way, repeats included.
        receipts: Blobs a relay signed for.
        acknowledged: Reports the desk says, for the first time, that it has.
        replies: New replies.
        drafts_sealed: Drafts that could be sealed because the directory came.
        has_reached_relay: At least one relay answered as a relay does.
        warnings: What the person should know, one sentence each.
        retry_after_seconds: What a relay asked for; 0 if nothing.
    """

    sent: int = 0
    receipts: int = 0
    acknowledged: int = 0
    replies: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    round_trips: int = 0
    drafts_sealed: int = 0
    has_reached_relay: bool = False
    warnings: list[str] = field(default_factory=list)
    retry_after_seconds: int = 0

    def warn(self, sentence: str) -> None:
        """Say something once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)


class SyncRunner:
    """Runs one sync."""

    def __init__(
        self,
        vault: Vault,
        outbox: OutboxStore,
        transport: Transport,
        clock: Clock,
        entropy: Entropy,
        watch: Watch,
    ) -> None:
        """Work on an open vault and outbox, over a transport."""
        self._vault = vault
        self._outbox = outbox
        self._transport = transport
        self._clock = clock
        self._entropy = entropy
        self._watch = watch
        self._sealer = Sealer(vault, outbox, clock, entropy)
        self._intake = Intake(vault, outbox, clock)
        self._lanes: dict[RelayKey, Lane] = {}
        self._result = SyncResult()

    def run(self) -> SyncResult:
        """Hand over and read what can be handed over and read now.

        Returns:
            What happened; never an error for a link that is down.
        """
        if self._vault.is_expired(self._clock.now()):
            self._result.warn("the desk's directory is past its day; ask the desk for news")
        self._begin()
        while True:
            rows = self._outbox.unsettled(ROWS_AT_A_TIME)
            lanes = [self._lane(bridge.relay_key) for bridge in self._vault.relays()]
            self._look_elsewhere(lanes)
            exchange = next_exchange(rows, [lane.traits() for lane in lanes])
            if exchange is None:
                break
            self._watch(self._result.receipts, len(rows))
            self._make(exchange, self._lane(exchange.relay_key))
        self._result.has_reached_relay = any(lane.has_answered for lane in lanes)
        self._result.retry_after_seconds = max(lane.retry_after_seconds for lane in lanes)
        self._count()
        return self._result

    # --- before ----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Wipe what the desk has, and queue again what a relay has held for too long."""
        ledger = self._outbox.ledger
        now_hour = int(self._clock.now().timestamp()) // _SECONDS_PER_HOUR
        with self._outbox.transaction():
            ledger.begin_sync()
            for kept in self._vault.contents.reports.values():
                if ledger.ack_statuses(kept.parcel) & {AckStatus.ACCEPTED, AckStatus.CLOSED}:
                    self._wipe(kept.parcel)
            number, relay_day = ledger.sync_number(), ledger.relay_day()
            for blob_id in overdue(ledger.holdings(), now_hour, number, relay_day):
                self._outbox.happen(blob_id, BlobEvent.OVERDUE)

    def _wipe(self, parcel: bytes) -> None:
        for blob_id in self._outbox.ids_of(parcel):
            self._outbox.happen(blob_id, BlobEvent.WIPE)

    def _lane(self, relay_key: RelayKey) -> Lane:
        """Find or open the lane to a relay of the directory or the invite."""
        if relay_key not in self._lanes:
            bridge = next(b for b in self._vault.relays() if b.relay_key == relay_key)
            trusted = self._vault.trusted
            bits = trusted.directory.policy.work_bits if trusted else 0
            self._lanes[relay_key] = Lane(bridge, work_bits=bits)
        return self._lanes[relay_key]

    def _look_elsewhere(self, lanes: Sequence[Lane]) -> None:
        """Ask the other relays for announced replies that the one asked did not have."""
        missing = set(self._outbox.ledger.wanted_mail()) & {m for lane in lanes for m in lane.asked}
        for lane in lanes:
            lane.is_behind = lane.is_behind or bool(missing - lane.asked)

    # --- one request -----------------------------------------------------------------------

    def _make(self, exchange: Exchange, lane: Lane) -> None:
        reports, ledger = self._vault.contents.reports, self._outbox.ledger
        mail = choose_mail(reports, ledger, exchange.relay_key, lane.asked, self._entropy)
        request = self._request(exchange, lane, mail)
        with self._outbox.transaction():
            self._outbox.put([row.blob_id for row in exchange.puts], exchange.relay_key)
        self._result.sent += len(exchange.puts)
        began = self._clock.elapsed_seconds()
        try:
            parsed = self._post(lane, request)
        except TransportError as error:
            self._intake.lose(exchange)
            self._fail(lane, error)
            return
        outcome = self._intake.take(parsed, exchange, mail)
        took_seconds = self._clock.elapsed_seconds() - began
        size_bytes = len(request) + sum(len(frame.payload) for frame in parsed.frames)
        lane.answered(
            outcome, is_whole=parsed.is_whole, size_bytes=size_bytes, took_seconds=took_seconds
        )
        lane.heed(parsed.policy(), parsed.problem(), outcome.unstamped)
        self._learn(parsed, exchange, lane, mail, outcome)

    def _request(self, exchange: Exchange, lane: Lane, mail: MailRequest) -> bytes:
        trusted = self._vault.trusted
        header = RequestHeader(
            directory_version=trusted.directory.version if trusted else 0,
            board_cursor=self._outbox.ledger.board_mark()[0],
            mailbox_prefix=mail.prefix,
            mailbox_cursor=mail.cursor,
        )
        puts = [(row, self._outbox.sealed_bytes(row.blob_id)) for row in exchange.puts]
        stamps = []
        if 0 < lane.work_bits <= MOST_WORK_BITS:
            week = self._relay_week()
            stamps = [make_stamp(row.blob_id, week, lane.work_bits) for row in exchange.puts]
        return encode_request(header, puts, exchange.queries, stamps)

    def _relay_week(self) -> int:
        day = self._outbox.ledger.relay_day() or day_of(self._clock.now())
        return day * SECONDS_PER_DAY // SECONDS_PER_WEEK

    def _post(self, lane: Lane, request: bytes) -> ParsedAnswer:
        timeout_seconds = backoff.timeout_seconds(
            len(request) + EXPECTED_ANSWER_BYTES, lane.rate_bytes_per_second
        )
        answer = self._transport.exchange(lane.bridge, request, timeout_seconds)
        return parse_answer(answer.body, is_whole=answer.is_whole)

    def _fail(self, lane: Lane, error: TransportError) -> None:
        self._result.warn(str(error))
        lane.failed()
        if lane.traits().is_usable:
            drawn = int.from_bytes(self._entropy(_CHANCE_BYTES), "big") / _MOST_DRAWN
            self._clock.wait(backoff.wait_seconds(lane.failures, drawn))

    # --- after -----------------------------------------------------------------------------

    def _learn(
        self,
        parsed: ParsedAnswer,
        exchange: Exchange,
        lane: Lane,
        mail: MailRequest,
        outcome: Outcome,
    ) -> None:
        """Count what came, and decide whether there is more to read at this relay."""
        result, ledger = self._result, self._outbox.ledger
        result.receipts += outcome.held
        result.acknowledged += outcome.news.acknowledged
        result.replies += outcome.replies
        for sentence in outcome.warnings:
            result.warn(sentence)
        self._check_clock(parsed)
        if outcome.has_new_directory:
            result.drafts_sealed += len(self._sealer.seal_drafts())
        if mail.wanted is not None and not outcome.has_more_mail:
            lane.asked.add(mail.wanted)
        if not exchange.puts and not exchange.queries:
            lane.reads += 1
        pages_left = outcome.news.pages > 0 and parsed.header.board_head > ledger.board_mark()[0]
        unasked = any(announced not in lane.asked for announced in ledger.wanted_mail())
        missed = outcome.has_new_directory and bool(parsed.header.board_head)
        lane.is_behind = pages_left or unasked or missed or outcome.has_more_mail

    def _check_clock(self, parsed: ParsedAnswer) -> None:
        off_days = day_of(self._clock.now()) - self._intake.named_day(parsed.header)
        if abs(off_days) > _CLOCK_TOLERANCE_DAYS:
            self._result.warn("this machine's clock and the relay's differ by days; check yours")

    def _count(self) -> None:
        tally = self._transport.tally
        self._result.bytes_up = tally.bytes_up
        self._result.bytes_down = tally.bytes_down
        self._result.round_trips = tally.round_trips
