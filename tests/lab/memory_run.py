"""The sync engine in a `MemoryWorld`: what a runner does, without disk, sockets or waiting.

It owes the engine what docs/spec/engine.md section 5 asks of a runner, and nothing more: it builds
requests, verifies answers by their signatures, remembers relays between runs, and begins again when
the engine said it may.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from client_sync.sync.engine import step
from client_sync.sync.engine_actions import Action, Finish, Send, Stop, Wait
from client_sync.sync.engine_events import (
    Added,
    Answered,
    Begin,
    Connected,
    Event,
    Failed,
    Failure,
    Tick,
    Verdict,
)
from client_sync.sync.engine_state import EngineState, Item, ItemState, Rank, RelayFacts
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import RequestHeader
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.sealing import envelope_id
from schemas.wire.classes import request_class_bytes, request_padding
from schemas.wire.exchange import encode_request_header
from tests.lab.memory_world import MemoryWorld, Request
from tests.support.dice import Dice
from tests.support.relay_answers import put, query, read_answer

_AGAIN_MS: Final = 1000
_CHANCES: Final = 65_536
_SAYS: Final = {
    PutStatus.STORED: Verdict.HELD,
    PutStatus.DUPLICATE: Verdict.HELD,
    PutStatus.FULL: Verdict.FULL,
    PutStatus.NEED_WORK: Verdict.UNSTAMPED,
    PutStatus.REFUSED: Verdict.REFUSED,
}


@dataclass
class EngineRun:
    """Delivers blobs by the engine.

    Attributes:
        world: Where.
        held_ms: When the first receipt for each blob came.
        sent_bytes: Bytes of requests made.
        runs: How often a run began.
        repeats: Requests that were repeats.
    """

    world: MemoryWorld
    seed: int = 1
    held_ms: dict[EnvelopeId, int] = field(default_factory=dict)
    sent_bytes: int = 0
    runs: int = 0
    repeats: int = 0
    _state: EngineState = field(default_factory=EngineState)
    _blobs: dict[EnvelopeId, bytes] = field(default_factory=dict)
    _items: dict[EnvelopeId, Item] = field(default_factory=dict)
    _asked: dict[int, tuple[Send, Request]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know the relays in the order they were made."""
        self._dice = Dice(self.seed)
        self._relays = tuple(RelayFacts(key, place) for place, key in enumerate(self.world.relays))

    def save(self, blobs: Sequence[bytes], rank: Rank = Rank.TEXT) -> None:
        """Queue blobs; a run that goes on is told."""
        added = []
        for blob in blobs:
            one = envelope_id(blob)
            item = Item(one, rank, len(self._blobs), len(blob))
            self._blobs[one], self._items[one] = blob, item
            added.append(item)
        if self._state.is_running:
            self._take(Added(self.world.now_ms, tuple(added)))

    def begin(self, *, is_manual: bool = False) -> None:
        """Begin a run, unless one goes on."""
        if self._state.is_running:
            return
        self.runs += 1
        waiting = tuple(self._items[one] for one in self._blobs if one not in self.held_ms)
        self._take(Begin(self.world.now_ms, waiting, self._relays, is_manual))

    def run(self, until_ms: int) -> None:
        """Let time pass; begin again whenever a run ended before everything was held."""
        self.begin()
        self.world.time.run(until_ms * 1000)

    @property
    def is_done(self) -> bool:
        """Tell whether every blob is held."""
        return len(self.held_ms) == len(self._blobs)

    @property
    def done_ms(self) -> int | None:
        """Give when the last blob was held; None while one is not."""
        return max(self.held_ms.values(), default=0) if self.is_done else None

    # --- the runner's part -----------------------------------------------------------------

    def _take(self, event: Event) -> None:
        self._state, actions = step(self._state, event)
        for action in actions:
            self._do(action)

    def _do(self, action: Action) -> None:
        match action:
            case Send():
                self._send(action)
            case Stop():
                self._stop(action)
            case Wait():
                self.world.time.at(action.until_ms * 1000, self._tick)
            case Finish():
                self._finish(action)

    def _tick(self) -> None:
        if self._state.is_running:
            self._take(Tick(self.world.now_ms))

    def _finish(self, action: Finish) -> None:
        self._keep_items()
        self._relays = tuple(
            RelayFacts(
                one.key,
                one.place,
                failures=one.failures,
                rest_until_ms=one.rest_until_ms,
                full_until_ms=one.full_until_ms,
                rate_bytes_per_second=one.rate_bytes_per_second,
                round_trip_ms=one.round_trip_ms,
                batch_bytes=one.batch_bytes,
                most_batch_bytes=one.most_batch_bytes,
            )
            for one in self._state.relays
        )
        if not self.is_done:
            again_ms = max(action.again_at_ms, self.world.now_ms + _AGAIN_MS)
            self.world.time.at(again_ms * 1000, self.begin)

    def _keep_items(self) -> None:
        """Keep what is in doubt as such, for the next run."""
        for one, item in self._state.items.items():
            is_doubtful = item.state is not ItemState.QUEUED
            self._items[one] = replace(
                self._items[one],
                state=ItemState.IN_DOUBT if is_doubtful else ItemState.QUEUED,
                relay=item.relay if is_doubtful else None,
            )

    def _send(self, action: Send) -> None:
        frames = put(*(self._blobs[one] for one in action.puts))
        if action.queries:
            frames += query(*action.queries)
        head = encode_request_header(RequestHeader())
        size_bytes = len(head) + len(frames)
        room = max(action.class_bytes, request_class_bytes(size_bytes))
        body = head + frames + request_padding(size_bytes, room)
        self.sent_bytes += len(body)
        self.repeats += action.is_repeat
        number = action.request
        request = Request(
            lane=action.lane,
            relay=action.relay,
            body=body,
            connected=lambda: self._take(Connected(self.world.now_ms, number)),
            answered=lambda answer: self._answered(number, answer, frames),
            failed=lambda _kind: self._failed(number),
        )
        self._asked[number] = (action, request)
        self.world.exchange(request, action.timeout_ms)

    def _stop(self, action: Stop) -> None:
        if action.request in self._asked:
            self.world.stop(self._asked.pop(action.request)[1])

    def _failed(self, number: int) -> None:
        self._asked.pop(number, None)
        chance = self._dice.number(_CHANCES)
        self._take(Failed(self.world.now_ms, number, Failure.TIMEOUT, chance))

    def _answered(self, number: int, body: bytes, frames: bytes) -> None:
        action, request = self._asked.pop(number)
        answer = read_answer(action.relay, body, frames)
        statuses = answer.receipt.statuses if answer.receipt else ()
        verdicts = dict(zip(action.puts, (_SAYS[one] for one in statuses), strict=False))
        have = {
            one: is_held
            for asked in answer.have
            for one, is_held in zip(action.queries, asked.held, strict=False)
        }
        held = [one for one, said in verdicts.items() if said is Verdict.HELD]
        for one in [*held, *(one for one, is_held in have.items() if is_held)]:
            self.held_ms.setdefault(one, self.world.now_ms)
        self._take(
            Answered(
                self.world.now_ms,
                number,
                moved_bytes=len(request.body) + len(body),
                verdicts=verdicts,
                have=have,
                most_batch_bytes=answer.policy.max_batch_bytes if answer.policy else 0,
                chance=self._dice.number(_CHANCES),
            )
        )


def relay_keys(world: MemoryWorld) -> list[RelayKey]:
    """List the relays in the order they were made."""
    return list(world.relays)
