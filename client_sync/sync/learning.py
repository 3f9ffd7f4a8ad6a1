"""What one answer means for the rest of the sync: counts, warnings, where there is more to read.

Theory of operation: there is more to read at a relay when it has board pages beyond ours, or was
not asked yet for a reply that the board announces. A reply that one relay does not have is asked
for at the others.

Spec: docs/spec/sync.md sections 3 and 4
"""

from collections.abc import Mapping
from typing import Final

from client_sync.clock import Clock
from client_sync.outbox.store import OutboxStore
from client_sync.sealing import Sealer
from client_sync.sync.answer import ParsedAnswer
from client_sync.sync.asking import Asked
from client_sync.sync.engine_events import Answered, Verdict
from client_sync.sync.intake import Intake, Outcome
from client_sync.sync.relay_run import RelayRun
from client_sync.sync.result import SyncResult
from client_sync.sync.stamping import MOST_WORK_BITS
from schemas.domain.ids import RelayKey
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.keys import day_of

_CLOCK_TOLERANCE_DAYS: Final = 2
_MS: Final = 1000


class Learner:
    """Learns from answers for one sync."""

    def __init__(
        self,
        outbox: OutboxStore,
        clock: Clock,
        sealer: Sealer,
        intake: Intake,
        result: SyncResult,
    ) -> None:
        """Count into a result."""
        self._outbox = outbox
        self._clock = clock
        self._sealer = sealer
        self._intake = intake
        self._result = result
        self.has_mail = False
        self.has_new_directory = False

    def learn(self, parsed: ParsedAnswer, asked: Asked, relay: RelayRun, outcome: Outcome) -> None:
        """Take in what an answer that was committed means."""
        result = self._result
        result.receipts += outcome.held
        result.acknowledged += outcome.news.acknowledged
        result.replies += outcome.replies
        for sentence in outcome.warnings:
            result.warn(sentence)
        self._check_clock(parsed)
        if outcome.has_new_directory:
            self.has_new_directory = True
            result.drafts_sealed += len(self._sealer.seal_drafts())
        relay.has_answered = relay.has_answered or parsed.is_whole
        result.has_reached_relay = result.has_reached_relay or parsed.is_whole
        relay.heed(parsed.policy(), parsed.problem())
        self._note_mail(parsed, asked, relay, outcome)
        relay.is_behind = self._is_behind(parsed, relay, outcome)

    def behind(self, relays: Mapping[RelayKey, RelayRun]) -> frozenset[RelayKey]:
        """Name the relays where there is more to read."""
        wanted = self._outbox.ledger.wanted_mail()
        withheld = set(wanted) & {mail for relay in relays.values() for mail in relay.asked}
        return frozenset(
            key for key, relay in relays.items() if relay.is_behind or relay.unasked(withheld)
        )

    def event(
        self,
        request: int,
        now_ms: int,
        parsed: ParsedAnswer,
        asked: Asked,
        relay: RelayRun,
        outcome: Outcome,
    ) -> Answered:
        """Describe an answer to the engine; the caller adds who is behind, and chance."""
        has_moved = bool(outcome.news.pages or outcome.replies or outcome.has_new_directory)
        answer_bytes = sum(len(frame.payload) for frame in parsed.frames)
        return Answered(
            now_ms=now_ms,
            request=request,
            is_whole=parsed.is_whole and _is_complete(asked, outcome),
            moved_bytes=asked.size_bytes + answer_bytes,
            verdicts={key: _verdict(one, relay) for key, one in outcome.verdicts.items()},
            have=outcome.have,
            has_moved=has_moved,
            most_batch_bytes=relay.most_batch_bytes,
            rest_ms=relay.retry_after_seconds * _MS,
        )

    def _note_mail(
        self, parsed: ParsedAnswer, asked: Asked, relay: RelayRun, outcome: Outcome
    ) -> None:
        if asked.mail is None:
            return
        has_page = parsed.mailbox() is not None
        self.has_mail = self.has_mail or has_page
        relay.has_asked_mail = has_page
        if asked.mail.wanted is not None:
            relay.asking.discard(asked.mail.wanted)
            if has_page and not outcome.has_more_mail:
                relay.asked.add(asked.mail.wanted)

    def _is_behind(self, parsed: ParsedAnswer, relay: RelayRun, outcome: Outcome) -> bool:
        ledger = self._outbox.ledger
        pages_left = outcome.news.pages > 0 and parsed.header.board_head > ledger.board_mark()[0]
        missed = outcome.has_new_directory and parsed.header.board_head > 0
        return pages_left or missed or bool(relay.unasked(ledger.wanted_mail()))

    def _check_clock(self, parsed: ParsedAnswer) -> None:
        off_days = day_of(self._clock.now()) - self._intake.named_day(parsed.header)
        if abs(off_days) > _CLOCK_TOLERANCE_DAYS:
            self._result.warn("this machine's clock and the relay's differ by days; check yours")


def _is_complete(asked: Asked, outcome: Outcome) -> bool:
    """Tell whether every question was answered: a relay that leaves some open is of no use."""
    exchange = asked.exchange
    has_all = len(outcome.verdicts) == len(exchange.puts)
    return has_all and len(outcome.have) == len(exchange.queries) and not outcome.news.is_broken


def _verdict(status: PutStatus, relay: RelayRun) -> Verdict:
    """Translate a status; a relay that asks for too much work has refused."""
    if status.held:
        return Verdict.HELD
    if status is PutStatus.FULL:
        return Verdict.FULL
    if status is PutStatus.NEED_WORK and relay.work_bits <= MOST_WORK_BITS:
        return Verdict.UNSTAMPED
    return Verdict.REFUSED
