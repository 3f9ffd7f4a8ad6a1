"""One sync: the engine says what to do, lanes do it, answers are taken in, until it says finish.

Theory of operation: save, then send. Blobs are marked in flight and committed before the network
is touched, and every outcome is committed before the engine hears of it. All of that happens on
one thread, this one; lanes only move bytes and leave word. So a sync may be killed anywhere: the
next one finds what was in flight in doubt and asks about it.

When a directory with other relays comes while a sync runs, the engine is begun anew with those:
what a new relay can do must not wait for the next time somebody finds a link.

Spec: docs/spec/engine.md, docs/spec/sync.md
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from client_sync.clock import Clock
from client_sync.errors import TransportError
from client_sync.outbox.states import BlobEvent
from client_sync.outbox.store import OutboxStore
from client_sync.sealing import Sealer
from client_sync.sync.answer import parse_answer
from client_sync.sync.asking import Asked, Asker
from client_sync.sync.engine import step
from client_sync.sync.engine_actions import Action, Finish, Reason, Send, Stop, Wait
from client_sync.sync.engine_events import (
    Added,
    Answered,
    Begin,
    Connected,
    Event,
    Failed,
    Failure,
    Tick,
)
from client_sync.sync.engine_state import EngineState
from client_sync.sync.exchange import Exchange
from client_sync.sync.feeding import Feeder
from client_sync.sync.intake import Intake
from client_sync.sync.learning import Learner
from client_sync.sync.memory import RelayMemory
from client_sync.sync.preparing import prepare
from client_sync.sync.relay_run import RelayRun
from client_sync.sync.result import SyncResult
from client_sync.sync.run_time import RunTime
from client_sync.sync.stamping import Proofs
from client_sync.sync.under_way import UnderWay
from client_sync.transports.lanes import Broke, Came, Lanes, Stood, Word
from client_sync.vault.vault import Vault
from schemas.domain.ids import RelayKey
from schemas.envelope.entropy import Entropy

_MS: Final = 1000
_CHANCE_BYTES: Final = 2
_LOOK_UP_SECONDS: Final = 0.25  # how soon a text that is saved while a sync runs is on its way
_MOST_BEGINNINGS: Final = 4  # new directories in one sync; each is newer than the one before

Watch = Callable[[int, int], None]
"""Is told blobs held so far and blobs still waiting, often; may save a report meanwhile."""


class SyncRunner:
    """Runs one sync."""

    def __init__(
        self,
        vault: Vault,
        outbox: OutboxStore,
        lanes: Lanes,
        clock: Clock,
        entropy: Entropy,
        memory: RelayMemory,
        watch: Watch,
    ) -> None:
        """Work on an open vault and outbox, over lanes."""
        self._vault = vault
        self._outbox = outbox
        self._lanes = lanes
        self._clock = clock
        self._entropy = entropy
        self._memory = memory
        self._watch = watch
        self._asker = Asker(vault, outbox, entropy)
        self._proofs = Proofs(vault, outbox, clock)
        self._intake = Intake(vault, outbox, clock)
        self._feeder = Feeder(outbox)
        self._result = SyncResult()
        sealer = Sealer(vault, outbox, clock, entropy)
        self._learner = Learner(outbox, clock, sealer, self._intake, self._result)
        self._relays: dict[RelayKey, RelayRun] = {}
        self._under_way = UnderWay()
        self._state = EngineState()
        self._time = RunTime.begin(clock)
        self._released = outbox.released
        self._tick_at_ms: int | None = None
        self._finish: Finish | None = None

    def run(self, *, is_manual: bool = True) -> SyncResult:
        """Hand over and read what can be handed over and read now.

        Args:
            is_manual: A person asked for it: relays that should rest are asked all the same.

        Returns:
            What happened; never an error for a link that is down.
        """
        if self._vault.is_expired(self._clock.now()):
            self._result.warn("the desk's directory is past its day; ask the desk for news")
        prepare(self._vault, self._outbox, self._clock)
        for number in range(_MOST_BEGINNINGS):
            self._begin(is_manual=is_manual and number == 0)
            self._go_on()
            if not self._is_outdated():
                break
        self._conclude()
        return self._result

    # --- before ----------------------------------------------------------------------------

    def _begin(self, *, is_manual: bool) -> None:
        """Let the engine begin with the relays known now."""
        trusted = self._vault.trusted
        bits = trusted.directory.policy.work_bits if trusted else 0
        before, self._relays = self._relays, {}
        for bridge in self._vault.relays():
            relay = before.get(bridge.relay_key) or RelayRun(bridge, bits)
            relay.bridge = bridge
            self._relays[bridge.relay_key] = relay
        known = {facts.key: facts for facts in self._state.relays}
        recalled = self._memory.recall(self._relays)
        facts = tuple(replace(known.get(one.key, one), place=one.place) for one in recalled)
        self._under_way.begin_run()
        self._finish = None
        items = self._feeder.begin()
        self._tell(Begin(self._now_ms(), items, facts, is_manual=is_manual))

    def _is_outdated(self) -> bool:
        """Tell whether a directory that came in this run names other relays."""
        return self._learner.has_new_directory and self._vault.relays() != tuple(
            relay.bridge for relay in self._relays.values()
        )

    # --- the loop --------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Hear words and keep times until the engine says finish."""
        while self._finish is None:
            word = self._lanes.next_word(self._wait_seconds())
            if word is not None:
                self._hear(word)
            elif self._tick_at_ms is not None and self._now_ms() >= self._tick_at_ms:
                self._tell(Tick(self._now_ms()))
            if self._finish is None:
                self._look_up()

    def _look_up(self) -> None:
        """Tell how far it is, and hand over what was saved meanwhile."""
        self._watch(self._result.receipts, len(self._state.items))
        if self._outbox.released != self._released:
            self._released = self._outbox.released
            added = self._feeder.more(self._state, 0, has_news=True)
            if added:
                self._tell(Added(self._now_ms(), added))

    def _wait_seconds(self) -> float:
        """Give the time until the tick, but look up from time to time."""
        if self._tick_at_ms is None:
            return _LOOK_UP_SECONDS
        return min(max(self._tick_at_ms - self._now_ms(), 0) / _MS, _LOOK_UP_SECONDS)

    def _tell(self, event: Event) -> None:
        """Let the engine take one step, and do what it says."""
        self._tick_at_ms = None
        self._state, actions = step(self._state, event)
        for action in actions:
            self._do(action)

    def _do(self, action: Action) -> None:
        match action:
            case Send():
                self._send(action)
            case Stop():
                self._stop(action.request)
            case Wait():
                self._tick_at_ms = action.until_ms
            case Finish():
                self._end(action)

    # --- what the engine says ---------------------------------------------------------------

    def _send(self, action: Send) -> None:
        """Commit what is about to leave, then let it leave."""
        relay = self._relays[action.relay]
        rows = self._feeder.rows(action.puts)
        exchange = Exchange(action.relay, rows, action.queries, is_repeat=action.is_repeat)
        mail = self._asker.choose_mail(relay, has_mail=self._learner.has_mail)
        proofs = self._proofs.prepare(action.relay, action.puts, relay.work_bits)
        body = self._asker.write(exchange, mail, proofs, action.class_bytes)
        with self._outbox.transaction():
            if not action.is_repeat:
                for blob_id in action.puts:
                    self._outbox.happen(blob_id, BlobEvent.LOST)
                self._outbox.put(action.puts, action.relay)
            self._proofs.keep(action.relay, proofs)
        if mail is not None:
            relay.begin_mail(mail.wanted)
        self._result.sent += len(action.puts)
        number = self._under_way.add(action.request, Asked(exchange, mail, len(body)))
        self._lanes.start(number, relay.bridge, body, action.timeout_ms / _MS)

    def _stop(self, request: int) -> None:
        """Give up a request; what it put is in doubt."""
        stopped = self._under_way.stop(request)
        if stopped is not None:
            number, asked = stopped
            self._lanes.stop(number)
            self._lose(asked)

    def _end(self, finish: Finish) -> None:
        """End the run; what is still under way brings nothing that is missing."""
        for request in self._under_way.requests():
            self._stop(request)
        self._finish = finish

    # --- what lanes say ---------------------------------------------------------------------

    def _hear(self, word: Word) -> None:
        match word:
            case Stood():
                if self._under_way.is_awaited(word.request):
                    request = self._under_way.request_of(word.request)
                    self._tell(Connected(self._time.ms_of(word.at_seconds), request))
            case Came():
                self._came(word)
            case Broke():
                self._broke(word.request, word.at_seconds, word.error)

    def _came(self, word: Came) -> None:
        asked = self._under_way.asked(word.request)
        if asked is None:
            return
        try:
            parsed = parse_answer(word.answer.body, is_whole=word.answer.is_whole)
        except TransportError as error:
            self._broke(word.request, word.at_seconds, error)
            return
        self._under_way.end(word.request)
        self._asker.heard(asked.exchange, parsed)
        relay = self._relays.get(asked.exchange.relay_key)
        outcome = self._intake.take(parsed, asked.exchange, asked.mail)
        if relay is None:
            return  # the directory that came meanwhile does not name it any more
        self._learner.learn(parsed, asked, relay, outcome)
        if self._is_outdated() and not self._under_way:
            self._finish = Finish(Reason.DONE)  # and begin anew with the relays named now
            return
        now_ms = self._time.ms_of(word.at_seconds)
        request = self._under_way.request_of(word.request)
        event = self._learner.event(request, now_ms, parsed, asked, relay, outcome)
        self._tell_answer(event, has_news=bool(outcome.news.pages or outcome.has_new_directory))

    def _tell_answer(self, event: Answered, *, has_news: bool) -> None:
        """Tell the engine, with what the desk has by now and what else is to be handed over."""
        have = dict(event.have)
        if has_news:
            have.update((blob_id, True) for blob_id in self._feeder.settled(self._state))
        settling = len(event.verdicts) + len(have)
        added = self._feeder.more(self._state, settling, has_news=has_news)
        if added:
            self._tell(Added(event.now_ms, added))
        behind = self._learner.behind(self._relays)
        self._tell(replace(event, have=have, behind=behind, chance=self._chance()))

    def _broke(self, number: int, at_seconds: float, error: TransportError) -> None:
        asked = self._under_way.end(number)
        if asked is None:
            return
        self._lose(asked)
        self._result.warn(str(error))
        now_ms, request = self._time.ms_of(at_seconds), self._under_way.request_of(number)
        self._tell(Failed(now_ms, request, Failure(error.kind.value), self._chance()))

    def _lose(self, asked: Asked) -> None:
        """Take in that no answer came: what was put is in doubt, the mailbox was not read."""
        self._intake.lose(asked.exchange)
        relay = self._relays.get(asked.exchange.relay_key)
        if relay is not None and asked.mail is not None:
            relay.lose_mail(asked.mail.wanted)

    # --- at the end -------------------------------------------------------------------------

    def _conclude(self) -> None:
        """Keep what was learnt, and count."""
        answered = [relay for relay in self._relays.values() if relay.has_answered]
        with self._outbox.transaction():
            self._memory.keep(self._state.relays)
            if answered:
                bits = (relay.work_bits for relay in answered)
                self._outbox.ledger.set_work_bits(max(bits))
        self._result.count(self._lanes.tally)
        waits = (relay.retry_after_seconds for relay in self._relays.values())
        self._result.retry_after_seconds = max(waits, default=0)
        if self._finish is not None:
            self._result.end(self._finish, self._now_ms())

    # --- time and chance ---------------------------------------------------------------------

    def _now_ms(self) -> int:
        return self._time.now_ms()

    def _chance(self) -> int:
        return int.from_bytes(self._entropy(_CHANCE_BYTES), "big")
