"""What the engine learns from an event: verdicts, the speed of the link, failures.

Theory of operation: a relay's word moves an item only if the runner has verified it, and a word
that comes late counts as much as one in time. A failure counts against a relay only if nothing
came from it since that request was sent: when four lanes die with one mast, that is one failure,
and when one connection of four is reset while the others work, it is none.

The rate is the link's, not a lane's: what all lanes together were answered for, over the time in
which at least one of them was busy.

Spec: docs/spec/engine.md sections 2 and 4
"""

from dataclasses import replace
from typing import Final

from client_sync.sync import backoff
from client_sync.sync.engine_events import Answered, Begin, Connected, Failed, Verdict
from client_sync.sync.engine_state import Item, ItemState, Lane, RelayFacts
from client_sync.sync.engine_working import Working
from schemas.domain.ids import EnvelopeId

LEAST_SAMPLE_MS: Final = 10
MEMORY_MS: Final = 20_000  # a moving phone's link is another one after this long


def begin(work: Working, event: Begin) -> None:
    """Start a run: nothing of an earlier one is left but what the event brings."""
    work.now_ms = event.now_ms
    work.items = {item.id: _grounded(item) for item in event.items}
    work.relays = {relay.key: _rested(relay, event) for relay in event.relays}
    work.lanes, work.warm = {}, set()
    work.requests = work.fruitless = 0
    work.is_running = True


def add(work: Working, items: tuple[Item, ...]) -> None:
    """Take in what was saved; what is known already stays as it is."""
    for item in items:
        work.items.setdefault(item.id, _grounded(item))


def connected(work: Working, event: Connected) -> None:
    """Learn the round trip, and that the relay's other lanes may open."""
    lane = work.lane_of(event.request)
    if lane is None or (lane.number, lane.relay) in work.warm:
        return
    relay = work.relays[lane.relay]
    sample_ms = (work.now_ms - lane.sent_at_ms) // 2  # TCP's round trip and TLS's
    if sample_ms >= LEAST_SAMPLE_MS:
        known_ms = relay.round_trip_ms or sample_ms
        is_alone = len(work.lanes_at(lane.relay)) == 1
        blended_ms = (known_ms + sample_ms) // 2
        trip_ms = blended_ms if is_alone else min(known_ms, sample_ms)
        relay = replace(relay, round_trip_ms=trip_ms)
        if is_alone:
            relay = replace(relay, counted_at_ms=work.now_ms + trip_ms)
    work.change_relay(replace(relay, is_open=True))
    work.lanes[lane.number] = replace(lane, started_at_ms=work.now_ms)
    work.warm.add((lane.number, lane.relay))


def answered(work: Working, event: Answered) -> None:
    """Take in an answer."""
    lane = work.lane_of(event.request)
    before = len(work.items)
    for blob_id, verdict in event.verdicts.items():
        _judge(work, lane, blob_id, verdict)
    for blob_id, is_held in event.have.items():
        _hear(work, lane, blob_id, is_held=is_held)
    if lane is None:
        return
    owed = [item for item in work.live_puts(lane) if item.id not in event.verdicts]
    has_moved = event.has_moved or bool(event.verdicts or event.have) or before > len(work.items)
    work.loosen(lane)
    work.fruitless = 0 if has_moved else work.fruitless + 1
    work.warm.discard((lane.number, lane.relay))
    if event.is_whole:
        work.warm.add((lane.number, lane.relay))
    for relay in list(work.relays.values()):
        work.change_relay(replace(relay, is_behind=relay.key in event.behind))
    if has_moved or (event.is_whole and not owed):
        _succeed(work, lane, event)
    else:
        _fail(work, lane, event.chance)


def failed(work: Working, event: Failed) -> None:
    """Take in that no answer came."""
    lane = work.lane_of(event.request)
    if lane is not None:
        give_up(work, lane, event.chance)


def give_up(work: Working, lane: Lane, chance: int) -> None:
    """Free a lane whose request failed."""
    work.loosen(lane)
    work.warm.discard((lane.number, lane.relay))
    _fail(work, lane, chance)


# --- verdicts ----------------------------------------------------------------------------


def _judge(work: Working, lane: Lane | None, blob_id: EnvelopeId, verdict: Verdict) -> None:
    """Let a relay's word on one blob happen; only `held` counts for what this lane did not put."""
    item = work.items.get(blob_id)
    if item is None:
        return
    if verdict is Verdict.HELD:
        del work.items[blob_id]
    elif lane is not None and blob_id in lane.puts:
        work.items[blob_id] = _turned_away(work, item, lane, verdict)


def _turned_away(work: Working, item: Item, lane: Lane, verdict: Verdict) -> Item:
    """Give an item that a relay would not take; it waits for another one, or for work."""
    others = (other for other in work.lanes.values() if other.number != lane.number)
    if not any(item.id in other.puts for other in others):
        item = replace(item, state=ItemState.QUEUED, relay=None)
    if verdict is Verdict.FULL:
        full_until_ms = work.now_ms + backoff.FULL_REST_MS
        work.change_relay(replace(work.relays[lane.relay], full_until_ms=full_until_ms))
        return item
    if verdict is Verdict.UNSTAMPED and lane.relay not in item.unstamped:
        return replace(item, unstamped=item.unstamped | {lane.relay})
    return replace(item, refused=item.refused | {lane.relay})


def _hear(work: Working, lane: Lane | None, blob_id: EnvelopeId, *, is_held: bool) -> None:
    """Let what a relay says it has, or has not, happen."""
    item = work.items.get(blob_id)
    if item is None:
        return
    if is_held:
        del work.items[blob_id]
    elif (
        lane is not None
        and blob_id in lane.queries
        and item.state is ItemState.IN_DOUBT
        and item.relay == lane.relay
    ):
        work.items[blob_id] = replace(item, state=ItemState.QUEUED, relay=None)


# --- relays ------------------------------------------------------------------------------


def _succeed(work: Working, lane: Lane, event: Answered) -> None:
    relay = work.relays[lane.relay]
    took_ms = work.now_ms - lane.sent_at_ms
    batch_bytes = relay.batch_bytes
    if lane.puts:
        batch_bytes = backoff.next_batch_bytes(batch_bytes, relay.most_batch_bytes, took_ms)
    relay = _measured(_timed(relay, took_ms), work.now_ms, event.moved_bytes)
    calm = 0 if _overtake(work, lane) or work.is_late(lane) else relay.calm + 1
    rest_ms = min(max(event.rest_ms, 0), backoff.BELIEVED_REST_MS)
    work.change_relay(
        replace(
            relay,
            failures=0,
            run_failures=0,
            is_open=True,
            has_answered=relay.has_answered or event.is_whole,
            answered_at_ms=work.now_ms,
            calm=calm,
            batch_bytes=batch_bytes,
            most_batch_bytes=event.most_batch_bytes or relay.most_batch_bytes,
            rest_until_ms=work.now_ms + rest_ms if rest_ms else relay.rest_until_ms,
        )
    )


def _overtake(work: Working, answered_lane: Lane) -> bool:
    """Note which lanes were overtaken by a request that began after theirs; was any?"""
    began_ms = answered_lane.started_at_ms
    overtaken = [
        lane
        for lane in work.lanes_at(answered_lane.relay)
        if 0 <= lane.started_at_ms < began_ms - work.relays[lane.relay].round_trip_ms
    ]
    for lane in overtaken:
        work.lanes[lane.number] = replace(lane, is_overtaken=True)
    return bool(overtaken)


def _timed(relay: RelayFacts, took_ms: int) -> RelayFacts:
    """Bound the round trip from above: an answer cannot come sooner than one."""
    if relay.round_trip_ms and relay.round_trip_ms <= took_ms:
        return relay
    return replace(relay, round_trip_ms=max(took_ms, 1))


def _measured(relay: RelayFacts, now_ms: int, answered_bytes: int) -> RelayFacts:
    """Take one more answer into the rate of the link."""
    moved_bytes = relay.moved_bytes + max(answered_bytes, 0)
    moved_ms = relay.moved_ms + max(now_ms - relay.counted_at_ms, 0)
    rate = relay.rate_bytes_per_second
    if moved_bytes >= backoff.TELLING_BYTES:
        span_ms = max(moved_ms, backoff.SHORTEST_SPAN_MS)
        rate = max(moved_bytes * 1000 // span_ms, backoff.LEAST_RATE, rate - rate // 16)
    if moved_ms > MEMORY_MS:
        moved_bytes, moved_ms = moved_bytes // 2, moved_ms // 2
    return replace(
        relay,
        rate_bytes_per_second=rate,
        moved_bytes=moved_bytes,
        moved_ms=moved_ms,
        counted_at_ms=max(now_ms, relay.counted_at_ms),
    )


def _fail(work: Working, lane: Lane, chance: int) -> None:
    """Let a relay rest, if nothing came from it since this request was sent."""
    relay = work.relays[lane.relay]
    relay = replace(relay, is_lossy=True, calm=0)
    if relay.answered_at_ms <= lane.sent_at_ms and relay.failed_at_ms <= lane.sent_at_ms:
        relay = replace(
            relay,
            failures=relay.failures + 1,
            run_failures=relay.run_failures + 1,
            failed_at_ms=work.now_ms,
            batch_bytes=backoff.smaller_batch_bytes(relay.batch_bytes),
            is_open=False,
            rest_until_ms=work.now_ms + backoff.rest_ms(relay.failures + 1, chance),
        )
    work.change_relay(relay)


# --- at the start ------------------------------------------------------------------------


def _grounded(item: Item) -> Item:
    """Give an item as it stands when no lane is busy: nothing is in flight then."""
    if item.relay is None:
        return replace(item, state=ItemState.QUEUED)
    if item.state is ItemState.IN_FLIGHT:
        return replace(item, state=ItemState.IN_DOUBT)
    return item


def _rested(relay: RelayFacts, event: Begin) -> RelayFacts:
    """Give what is remembered of a relay; forget the rest of an earlier run."""

    def until(time_ms: int) -> int:
        is_believed = time_ms - event.now_ms <= backoff.BELIEVED_REST_MS
        return time_ms if is_believed and not event.is_manual else 0

    return RelayFacts(
        key=relay.key,
        place=relay.place,
        failures=relay.failures,
        rest_until_ms=until(relay.rest_until_ms),
        full_until_ms=until(relay.full_until_ms),
        rate_bytes_per_second=relay.rate_bytes_per_second,
        round_trip_ms=relay.round_trip_ms,
        batch_bytes=max(relay.batch_bytes, backoff.SMALLEST_BATCH_BYTES),
        most_batch_bytes=relay.most_batch_bytes,
    )
