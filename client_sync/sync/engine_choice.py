"""What goes where: the next ordinary request, or none.

Theory of operation: the most urgent item that may go decides. A relay gets one lane until a
connection to it stood in this run; then up to four, each with the next items up to a batch. Text
and media never share a request. What is in doubt is asked about at the relay where it was lost, on
the back of the next request there, but not by a new connection while one stands.

Spec: docs/spec/engine.md section 4
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from client_sync.sync.backoff import SMALLEST_BATCH_BYTES
from client_sync.sync.engine_room import carries_media, room_bytes_of
from client_sync.sync.engine_state import Item, ItemState, Lane, RelayFacts
from client_sync.sync.engine_working import Working
from schemas.constants import (
    ANNOUNCE_TAG_BYTES,
    FRAME_HEADER_BYTES,
    ID_BYTES,
    MAX_PUTS,
    MAX_QUERY_IDS,
    REQUEST_CLASS_ROOM_BYTES,
    REQUEST_HEADER_BYTES,
)
from schemas.domain.ids import EnvelopeId
from schemas.wire.classes import request_class_bytes

FAILURES_UNTIL_ELSEWHERE: Final = 2  # then what is in doubt there is put elsewhere
SURE_LANES: Final = 3  # one more pays where answers overtake each other
LEAST_FOR_NEW_LANE_BYTES: Final = 4096  # less goes sooner on a connection that stands


@dataclass(frozen=True, slots=True)
class Choice:
    """A request to make.

    Attributes:
        is_repeat: What it puts is in flight elsewhere as well.
        is_race: Asked on more than one connection because none has answered yet.
    """

    lane: int
    relay: RelayFacts
    puts: tuple[Item, ...]
    queries: tuple[EnvelopeId, ...]
    is_repeat: bool = False
    is_race: bool = False


def ordinary_choice(work: Working) -> Choice | None:
    """Choose the next request that repeats nothing.

    Returns:
        It, or None when no lane has anything to do now.
    """
    if work.lanes and not work.has_open_relay:
        return None
    waiting = sorted(work.items.values(), key=lambda item: item.order)
    choices = (_at_relay(work, relay, waiting) for relay in work.usable())
    return next((choice for choice in choices if choice is not None), None)


def takes(work: Working, item: Item, relay: RelayFacts) -> bool:
    """Tell whether a relay is a new way for an item, or there is no new way at all."""
    if relay.key in item.refused or relay.full_until_ms > work.now_ms:
        return False
    if item.state is ItemState.IN_DOUBT and item.relay == relay.key:
        return False
    others = (other for other in work.relays.values() if other.key not in item.refused)
    return relay.key not in item.holders or all(other.key in item.holders for other in others)


def _at_relay(work: Working, relay: RelayFacts, waiting: Sequence[Item]) -> Choice | None:
    busy = work.lanes_at(relay.key)
    number = work.free_lane(relay.key)
    if number is None or (busy and not relay.is_open):
        return None
    queries = _doubtful(work, relay, waiting)
    may_go = [item for item in waiting if _may_go(work, item, relay)]
    puts = _fill(work, relay, may_go, len(queries))
    put = {item.id for item in puts}
    queries = _riding(puts, tuple(one for one in queries if one not in put))
    is_poll = (not work.is_polled and not work.lanes) or (relay.is_behind and not busy)
    if not (puts or queries or is_poll):
        return None
    if not _is_worth_a_lane(work, (number, relay), busy, may_go):
        return None
    is_cold = (number, relay.key) not in work.warm
    if puts and busy and is_cold:
        queries = ()  # a connection that stands will carry them sooner
    return Choice(number, relay, puts, queries)


def _is_worth_a_lane(
    work: Working, place: tuple[int, RelayFacts], busy: Sequence[Lane], may_go: Sequence[Item]
) -> bool:
    """Tell whether it is worth a handshake not to wait for a connection that stands."""
    number, relay = place
    if not busy or (number, relay.key) in work.warm:
        return True
    if len(busy) >= SURE_LANES and relay.calm and not relay.is_lossy:
        return False
    if may_go and not may_go[0].rank.is_media:
        texts = [item for item in may_go if not item.rank.is_media]
        if sum(item.size_bytes for item in texts) >= LEAST_FOR_NEW_LANE_BYTES:
            return True
        return all(work.is_late(lane) or carries_media(work, lane) for lane in busy)
    return bool(may_go) or all(work.is_late(lane) for lane in busy)


def _doubtful(work: Working, relay: RelayFacts, waiting: Sequence[Item]) -> tuple[EnvelopeId, ...]:
    """Name what is in doubt at a relay and is not being asked about."""
    asked = {blob_id for lane in work.lanes_at(relay.key) for blob_id in lane.queries}
    carried = work.carried()
    found = [
        item.id
        for item in waiting
        if item.state is ItemState.IN_DOUBT and item.relay == relay.key
        if item.id not in asked and item.id not in carried
    ]
    return tuple(found[:MAX_QUERY_IDS])


def _may_go(work: Working, item: Item, relay: RelayFacts) -> bool:
    """Tell whether an item goes to this relay now, and to no better one."""
    if item.state is ItemState.IN_FLIGHT:
        return False
    if any(item.id in lane.puts for lane in work.lanes.values()):
        return False
    if item.state is ItemState.IN_DOUBT and item.relay == relay.key and _is_put_anew(work):
        return not item.rank.is_media and relay.full_until_ms <= work.now_ms
    if item.state is ItemState.IN_DOUBT and not _is_given_up(work, item):
        return False
    best = next((other for other in work.usable() if takes(work, item, other)), None)
    return best is not None and best.key == relay.key


def _is_put_anew(work: Working) -> bool:
    """Tell whether to put again costs less than to ask: a small request is as large as a poll."""
    texts = (item.size_bytes for item in work.items.values() if not item.rank.is_media)
    return not work.is_polled and sum(texts) <= SMALLEST_BATCH_BYTES


def _is_given_up(work: Working, item: Item) -> bool:
    """Tell whether there is no use in asking the relay where an item is in doubt."""
    asked = work.relays.get(item.relay) if item.relay is not None else None
    return asked is None or asked.failures >= FAILURES_UNTIL_ELSEWHERE


# --- how much ----------------------------------------------------------------------------


def _fill(work: Working, relay: RelayFacts, may_go: Sequence[Item], asked: int) -> tuple[Item, ...]:
    """Take the most urgent items up to the batch, text apart from media; one always goes."""
    if not may_go:
        return ()
    is_media = may_go[0].rank.is_media
    alike = [item for item in may_go if item.rank.is_media == is_media]
    room_bytes = room_bytes_of(work, relay, alike)
    if room_bytes == 0:
        return ()
    most_bytes = REQUEST_CLASS_ROOM_BYTES + room_bytes
    size_bytes = _request_bytes((), 0 if is_media else asked)
    chosen: list[Item] = []
    for item in alike[:MAX_PUTS]:
        size_bytes += FRAME_HEADER_BYTES + item.size_bytes
        if chosen and size_bytes > most_bytes:
            break
        chosen.append(item)
    return tuple(chosen)


def _riding(puts: Sequence[Item], queries: tuple[EnvelopeId, ...]) -> tuple[EnvelopeId, ...]:
    """Ask beside media only about what fits into their class: the next one is mostly padding."""
    if not puts or not puts[0].rank.is_media:
        return queries
    announced_bytes = FRAME_HEADER_BYTES + ANNOUNCE_TAG_BYTES * len(puts)
    size_bytes = _request_bytes(puts, 0) + announced_bytes + FRAME_HEADER_BYTES
    room_bytes = request_class_bytes(size_bytes) - size_bytes - FRAME_HEADER_BYTES
    return queries[: max(room_bytes, 0) // ID_BYTES]


def _request_bytes(puts: Sequence[Item], queries: int) -> int:
    """Add up a request without its padding and without work."""
    asked_bytes = FRAME_HEADER_BYTES + ID_BYTES * queries if queries else 0
    put_bytes = sum(FRAME_HEADER_BYTES + item.size_bytes for item in puts)
    return REQUEST_HEADER_BYTES + asked_bytes + put_bytes


def class_bytes_of(choice: Choice) -> int:
    """Give the request class that a choice fits into."""
    return request_class_bytes(_request_bytes(choice.puts, len(choice.queries)))
