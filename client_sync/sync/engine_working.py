"""A state that one step works on: taken apart, changed, put together again.

Theory of operation: `step` promises not to change the state it was given, and rules read best when
they change things one after the other. So a step copies the state into this, lets the rules work on
the copy, and freezes the result.

Spec: docs/spec/engine.md
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from client_sync.sync import backoff
from client_sync.sync.engine_actions import Action
from client_sync.sync.engine_state import EngineState, Item, ItemState, Lane, RelayFacts
from schemas.domain.ids import EnvelopeId, RelayKey

MOST_LANES: Final = 4  # eight were slower than four: each handshake costs what a report does
MOST_RUN_FAILURES: Final = 3  # then a relay rests until the next run
STALL_MS: Final = 3000  # as much again as a lost packet takes on a far link
MOST_QUEUE_BYTES: Final = 49_920  # three lanes of 16384; the fourth is most often stuck
LATE_MS: Final = 4000  # an answer that took less was not worth asking twice for


@dataclass(slots=True)
class Working:
    """One step's own copy of the state, and the actions it has decided on."""

    now_ms: int
    items: dict[EnvelopeId, Item]
    relays: dict[RelayKey, RelayFacts]
    lanes: dict[int, Lane]
    warm: set[tuple[int, RelayKey]]
    requests: int
    fruitless: int
    is_running: bool
    actions: list[Action] = field(default_factory=list)

    def frozen(self) -> EngineState:
        """Put the state together again."""
        return EngineState(
            now_ms=self.now_ms,
            items=MappingProxyType(self.items),
            relays=tuple(self.relays.values()),
            lanes=tuple(self.lanes[number] for number in sorted(self.lanes)),
            warm=frozenset(self.warm),
            requests=self.requests,
            fruitless=self.fruitless,
            is_running=self.is_running,
        )

    def change_relay(self, facts: RelayFacts) -> None:
        """Replace what is known of a relay."""
        self.relays[facts.key] = facts

    def lane_of(self, request: int) -> Lane | None:
        """Find the lane that is busy with a request."""
        return next((lane for lane in self.lanes.values() if lane.request == request), None)

    def lanes_at(self, relay: RelayKey) -> list[Lane]:
        """List the lanes that are busy at a relay."""
        return [lane for lane in self.lanes.values() if lane.relay == relay]

    def carried(self) -> set[EnvelopeId]:
        """Name what any lane puts now."""
        return {blob_id for lane in self.lanes.values() for blob_id in lane.puts}

    def under_way_bytes(self, relay: RelayKey) -> int:
        """Add up the requests that are under way to a relay; what is late is stuck, not moving."""
        return sum(lane.class_bytes for lane in self.moving_lanes(relay))

    def queued_bytes(self, relay: RelayFacts) -> int:
        """Reckon what still waits for the link of what was sent to a relay."""
        if not self.lanes_at(relay.key):
            return 0
        gone_ms = self.now_ms - relay.queued_at_ms
        return max(relay.queued_bytes - relay.rate_bytes_per_second * gone_ms // 1000, 0)

    def moving_lanes(self, relay: RelayKey) -> list[Lane]:
        """List the busy lanes at a relay that are not late."""
        return [lane for lane in self.lanes_at(relay) if not self.is_late(lane)]

    def free_lane(self, relay: RelayKey) -> int | None:
        """Choose an idle lane: one whose connection to the relay stands, or the lowest."""
        idle = [number for number in range(MOST_LANES) if number not in self.lanes]
        warm = [number for number in idle if (number, relay) in self.warm]
        return next(iter(warm or idle), None)

    def rests(self, relay: RelayFacts) -> bool:
        """Tell whether a relay is left alone now."""
        return relay.rest_until_ms > self.now_ms or relay.run_failures >= MOST_RUN_FAILURES

    def usable(self) -> list[RelayFacts]:
        """List the relays that may be asked now, the best first."""
        awake = [relay for relay in self.relays.values() if not self.rests(relay)]
        return sorted(awake, key=lambda relay: (not relay.is_open, relay.failures, relay.place))

    @property
    def is_polled(self) -> bool:
        """Tell whether a relay has answered in this run."""
        return any(relay.has_answered for relay in self.relays.values())

    @property
    def has_open_relay(self) -> bool:
        """Tell whether a connection to a relay stood in this run."""
        return any(relay.is_open for relay in self.relays.values())

    def live_puts(self, lane: Lane) -> Iterator[Item]:
        """Give what a lane puts and nobody has signed for yet."""
        return (self.items[blob_id] for blob_id in lane.puts if blob_id in self.items)

    def late_at_ms(self, lane: Lane) -> int:
        """Tell when a lane's answer is so late that what it carries may be repeated."""
        trip_ms = self.relays[lane.relay].round_trip_ms
        return max(lane.sent_at_ms + max(LATE_MS, 2 * trip_ms), self._due_ms(lane))

    def _due_ms(self, lane: Lane) -> int:
        """Tell when an answer is due, by what is known now if nothing was when it was sent."""
        relay = self.relays[lane.relay]
        if relay.rate_bytes_per_second == 0:
            return lane.due_ms
        moving_ms = backoff.moving_ms(MOST_QUEUE_BYTES, relay.rate_bytes_per_second)
        known_ms = 3 * relay.round_trip_ms + backoff.HELLO_MS + moving_ms
        return min(lane.due_ms, lane.sent_at_ms + known_ms)

    def is_late(self, lane: Lane) -> bool:
        """Tell whether a lane's answer should have come by now."""
        return self.now_ms >= self.late_at_ms(lane)

    def is_stalled(self, lane: Lane) -> bool:
        """Tell a lane that is stuck: it is late, and one that began after it was answered."""
        return lane.is_overtaken and self.now_ms >= self.stalled_at_ms(lane)

    def stalled_at_ms(self, lane: Lane) -> int:
        """Tell when a lane that was overtaken is given up for a new connection."""
        return self.late_at_ms(lane) + STALL_MS

    def loosen(self, lane: Lane) -> None:
        """Free a lane; what it put and got no verdict for is in doubt at its relay."""
        del self.lanes[lane.number]
        carried = self.carried()
        for item in list(self.live_puts(lane)):
            if item.state is ItemState.IN_FLIGHT and item.id not in carried:
                doubtful = replace(item, state=ItemState.IN_DOUBT, relay=lane.relay)
                self.items[item.id] = doubtful


def thawed(state: EngineState) -> Working:
    """Take a state apart, to work on a copy of it."""
    return Working(
        now_ms=state.now_ms,
        items=dict(state.items),
        relays={relay.key: relay for relay in state.relays},
        lanes={lane.number: lane for lane in state.lanes},
        warm=set(state.warm),
        requests=state.requests,
        fruitless=state.fruitless,
        is_running=state.is_running,
    )
