"""Asking twice at the end: by a lane that is free, what another one should have brought by now.

Theory of operation: a repeat costs bytes and wins time. So it is made only by a lane that has
nothing else to do, of what should have been answered by now, a little at a time, from the end of
the late request (its beginning has most likely arrived), and it asks about the rest on the way: a
relay stores what came whole even when its answer is stuck.

Spec: docs/spec/engine.md rule 8
"""

from collections.abc import Sequence
from typing import Final

from client_sync.sync.engine_choice import Choice, takes
from client_sync.sync.engine_state import Item, ItemState, Lane, RelayFacts
from client_sync.sync.engine_working import Working
from schemas.constants import MAX_QUERY_IDS

REPEAT_BYTES: Final = 8192  # what one repeat may cost: about two seconds at 32 kbit/s
MOST_REPEATS: Final = 2


def repeatable(work: Working, lane: Lane) -> list[Item]:
    """List what a lane puts that an idle lane might repeat, the last to arrive first."""
    others = {
        blob_id
        for other in work.lanes.values()
        if other.number != lane.number
        for blob_id in other.puts
    }
    live = list(work.live_puts(lane))
    live.reverse()
    return [item for item in live if item.repeats < MOST_REPEATS and item.id not in others]


def repeat_choice(work: Working) -> Choice | None:
    """Repeat a little of the lane that is latest, and ask about the rest of it."""
    late = sorted(
        (lane for lane in work.lanes.values() if work.is_late(lane)),
        key=lambda lane: (lane.due_ms, lane.number),
    )
    for lane in late:
        relay = work.relays[lane.relay]
        number = work.free_lane(relay.key)
        if number is None or work.rests(relay) or not relay.is_open or _waits(work, relay):
            continue
        puts = _little(repeatable(work, lane))
        if puts:
            rest = [item.id for item in work.live_puts(lane) if item not in puts]
            return Choice(number, relay, puts, tuple(rest[:MAX_QUERY_IDS]), is_repeat=True)
    return _doubtful_choice(work)


def _waits(work: Working, relay: RelayFacts) -> bool:
    """Tell whether something new waits for room at a relay: nothing is repeated before it."""
    queued = (item for item in work.items.values() if item.state is ItemState.QUEUED)
    return any(takes(work, item, relay) for item in queued)


def _doubtful_choice(work: Working) -> Choice | None:
    """Put again what is being asked about: the answer may be as far away as the item is."""
    carried = work.carried()
    for relay in work.usable():
        number = work.free_lane(relay.key)
        doubtful = [
            item
            for item in work.items.values()
            if item.state is ItemState.IN_DOUBT and item.relay == relay.key
            if item.id not in carried and item.repeats < MOST_REPEATS
            if not item.rank.is_media  # what came of it is kept: to ask costs less than to send
        ]
        puts = _little(sorted(doubtful, key=lambda item: item.order))
        if puts and relay.is_open and number is not None and not _waits(work, relay):
            return Choice(number, relay, puts, (), is_repeat=True)
    return None


def _little(items: Sequence[Item]) -> tuple[Item, ...]:
    """Take one item, and more of its kind while they are small."""
    chosen: list[Item] = []
    for item in items:
        used_bytes = sum(one.size_bytes for one in chosen)
        is_other = chosen and chosen[0].rank.is_media != item.rank.is_media
        if is_other or (chosen and used_bytes + item.size_bytes > REPEAT_BYTES):
            break
        chosen.append(item)
    return tuple(chosen)
