"""Walks through the engine by chance: events that fit what it asked for, and some that do not."""

from client_sync.sync.engine_actions import Action, Finish, Send, Stop, Wait
from client_sync.sync.engine_events import (
    Added,
    Answered,
    Begin,
    Connected,
    Dropped,
    Event,
    Failed,
    Failure,
    Tick,
    Verdict,
)
from client_sync.sync.engine_state import Item, ItemState, Rank, RelayFacts
from schemas.domain.ids import EnvelopeId
from tests.support.dice import Dice
from tools.vectors.engine_scripts import NOW_MS, RELAY_A, RELAY_B, RELAY_C, Script

SIZES_BYTES = (1024, 2048, 4096, 8192, 16_384)
RELAYS = (RELAY_A, RELAY_B, RELAY_C)
HAPPENINGS = (
    *("added",) * 4,
    *("dropped", *("tick",) * 5),
    *("connected",) * 10,
    *("failed",) * 8,
    *("answered",) * 22,
)


class Walk:
    """What a walk knows: the requests under way, the time, and its dice."""

    def __init__(self, seed: int) -> None:
        """Begin with nothing under way."""
        self.dice = Dice(seed)
        self.now_ms = NOW_MS
        self.under_way: dict[int, Send] = {}
        self.tick_at_ms: int | None = None
        self.is_over = True
        self.saved = 0

    def heed(self, actions: tuple[Action, ...]) -> None:
        """Note what the engine wants."""
        self.tick_at_ms = None
        for action in actions:
            match action:
                case Send():
                    self.under_way[action.request] = action
                case Stop():
                    self.under_way.pop(action.request)
                case Wait():
                    self.tick_at_ms = action.until_ms
                case Finish():
                    self.is_over = True

    def next_event(self) -> Event:
        """Draw what happens next."""
        self.now_ms += self.dice.choice((0, 10, 300, 700, 1500, 4000, 9000))
        if self.is_over:
            return self._begin()
        happening = self.dice.choice(HAPPENINGS)
        if happening == "added":
            return Added(self.now_ms, self._items(1 + self.dice.number(3)))
        if happening == "dropped":
            return Dropped(self.now_ms, (self._id(self.dice.number(self.saved + 2)),))
        if happening == "tick" or not self.under_way:
            self.now_ms = max(self.now_ms, self.tick_at_ms or 0)
            return Tick(self.now_ms)
        return self._word(happening, self.under_way[self.dice.choice(sorted(self.under_way))])

    def _word(self, happening: str, send: Send) -> Event:
        if happening == "connected":
            return Connected(self.now_ms, send.request)
        return self._failed(send) if happening == "failed" else self._answered(send)

    def _begin(self) -> Event:
        self.is_over, self.under_way = False, {}
        count = 1 + self.dice.number(len(RELAYS))
        known = tuple(self._relay(place) for place in range(count))
        items = self._items(self.dice.number(40))
        return Begin(self.now_ms, items, known, self.dice.number(4) == 0)

    def _relay(self, place: int) -> RelayFacts:
        dice = self.dice
        return RelayFacts(
            RELAYS[place],
            place,
            failures=dice.choice((0, 0, 1, 3)),
            rest_until_ms=dice.choice((0, 0, self.now_ms + 3000)),
            full_until_ms=dice.choice((0, 0, 0, self.now_ms + 30_000)),
            rate_bytes_per_second=dice.choice((0, 400, 4000, 16_250, 900_000)),
            round_trip_ms=dice.choice((0, 60, 600, 2500)),
            batch_bytes=dice.choice((4096, 16_384, 131_072)),
            most_batch_bytes=dice.choice((0, 1, 8192, 1_048_576)),
        )

    def _items(self, count: int) -> tuple[Item, ...]:
        return tuple(self._item() for _ in range(count))

    def _item(self) -> Item:
        dice = self.dice
        self.saved += 1
        relay = dice.choice((None, None, *RELAYS))
        return Item(
            self._id(self.saved),
            dice.choice(tuple(Rank)),
            dice.number(3),
            dice.choice(SIZES_BYTES),
            dice.choice(tuple(ItemState)) if relay else ItemState.QUEUED,
            relay,
            frozenset({dice.choice(RELAYS)}) if dice.number(5) == 0 else frozenset(),
        )

    def _id(self, number: int) -> EnvelopeId:
        return EnvelopeId(number.to_bytes(2, "big"))

    def _failed(self, send: Send) -> Event:
        del self.under_way[send.request]
        kind = self.dice.choice(tuple(Failure))
        return Failed(self.now_ms, send.request, kind, self.dice.number(65_536))

    def _answered(self, send: Send) -> Event:
        dice = self.dice
        del self.under_way[send.request]
        told = send.puts[: dice.number(len(send.puts) + 1)] if dice.number(8) == 0 else send.puts
        verdict = dice.choice((Verdict.HELD,) * 7 + tuple(Verdict))
        return Answered(
            self.now_ms,
            send.request,
            is_whole=dice.number(10) > 0,
            moved_bytes=send.class_bytes + 512,
            verdicts=dict.fromkeys(told, verdict),
            have={blob_id: dice.number(2) == 0 for blob_id in send.queries},
            has_moved=dice.number(4) == 0,
            behind=frozenset({send.relay}) if dice.number(9) == 0 else frozenset(),
            most_batch_bytes=dice.choice((0, 65_536, 1_048_576)),
            rest_ms=dice.choice((0,) * 9 + (2000,)),
            chance=dice.number(65_536),
        )


def walk(seed: int, steps: int) -> Script:
    """Walk so many steps."""
    way = Walk(seed)
    for _ in range(steps):
        _, actions = yield way.next_event()
        way.heed(actions)
