"""Scenarios of the sync engine: every rule of docs/spec/engine.md, and odd input."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from client_sync.sync.engine_events import (
    Added,
    Answered,
    Begin,
    Connected,
    Dropped,
    Failed,
    Failure,
    Tick,
    Verdict,
)
from client_sync.sync.engine_state import Rank
from schemas.domain.ids import EnvelopeId
from tools.vectors.engine_scripts import (
    NOW_MS,
    RELAY_A,
    RELAY_B,
    RELAY_C,
    Script,
    answer,
    begin,
    chunks,
    doubtful,
    relays,
    run,
    sends,
    texts,
)
from tools.vectors.engine_walks import walk


def first_request() -> Script:
    """Rule 1: small, with questions, on one lane; the run ends when all is held."""
    _, actions = yield begin(texts(3) + doubtful(2))
    _, actions = yield answer(2000, sends(actions)[0], is_held=False)
    yield answer(4000, sends(actions)[0])


def nothing_to_send() -> Script:
    """Rule 1: one poll, and reading on while there is more."""
    _, actions = yield begin(())
    more = replace(answer(900, sends(actions)[0]), behind=frozenset({RELAY_A}), has_moved=True)
    _, actions = yield more
    yield answer(1800, sends(actions)[0])


def put_anew() -> Script:
    """Rule 1: little that is in doubt is put again at once; nothing larger is, nor media."""
    _, actions = yield begin(texts(1) + doubtful(2))
    _, actions = yield answer(900, sends(actions)[0])
    media = replace(doubtful(1)[0], rank=Rank.CHUNK, size_bytes=16_384)
    _, actions = yield begin((*doubtful(3)[1:], media))
    _, actions = yield answer(900, sends(actions)[0], is_held=False)
    full = (replace(relays()[0], full_until_ms=NOW_MS + 60_000),)
    _, actions = yield begin(doubtful(1), full)
    yield answer(900, sends(actions)[0], is_held=False)


def side_by_side() -> Script:
    """Rule 7: a small report and a poll go on three connections while nothing answers."""
    for items in (texts(1), ()):
        _, actions = yield begin(items)
        waiting = sends(actions)
        yield Connected(NOW_MS + 900, waiting[0].request)
        for after_ms in (999, 1000, 2999, 3000, 15_000):
            _, actions = yield Tick(NOW_MS + after_ms)
            waiting += sends(actions)
        yield answer(15_100, waiting[1])
        yield answer(15_200, waiting[0])
    far = (replace(relays()[0], round_trip_ms=1500),)
    yield begin(texts(1), far)
    yield Tick(NOW_MS + 1500)
    yield Added(NOW_MS + 1600, texts(1, first=7))
    yield Tick(NOW_MS + 4500)


def lanes_kept() -> Script:
    """Rule 7: beside it the next relays find a lane that is free."""
    yield begin(texts(1), relays(RELAY_A, RELAY_B, RELAY_C))
    for seconds in range(1, 14):
        yield Tick(NOW_MS + seconds * 1000)


def lanes_open() -> Script:
    """Rules 2 and 4: lanes open when the first connection stands; batches grow; calm comes."""
    _, actions = yield begin(texts(60))
    waiting = sends(actions)
    _, actions = yield Connected(NOW_MS + 1200, waiting[0].request)
    waiting += sends(actions)
    after_ms = 3000
    while waiting:
        _, actions = yield answer(after_ms, waiting.pop(0))
        waiting += sends(actions)
        after_ms += 1500


def text_first() -> Script:
    """Rules 3 and 5: a text that is saved behind media leaves at once, on a lane of its own."""
    known = (replace(relays()[0], rate_bytes_per_second=16_250, round_trip_ms=200),)
    _, actions = yield begin(chunks(40), known)
    first = sends(actions)[0]
    yield Connected(NOW_MS + 400, first.request)
    _, actions = yield answer(1600, first)
    waiting = sends(actions)
    yield Added(NOW_MS + 2000, texts(1))
    yield Added(NOW_MS + 2000, texts(1))
    for after_ms, send in enumerate(waiting):
        yield answer(2600 + after_ms, send)


def race() -> Script:
    """Rules 7 and 9: the first relay is reset, the second is silent, the third takes it all."""
    _, actions = yield begin(texts(9), relays(RELAY_A, RELAY_B, RELAY_C))
    _, actions = yield Failed(NOW_MS + 50, sends(actions)[0].request, Failure.RESET, 40_000)
    _, actions = yield Tick(NOW_MS + 4050)
    raced = sends(actions)[0]
    yield Connected(NOW_MS + 4300, raced.request)
    _, actions = yield answer(4500, raced)
    after_ms = 5000
    waiting = sends(actions)
    while waiting:
        _, actions = yield answer(after_ms, waiting.pop(0))
        waiting += sends(actions)
        after_ms += 500


def stuck_lane() -> Script:
    """Rules 6 and 8: what is overtaken and late is stopped, asked about, put again."""
    _, actions = yield begin(texts(60))
    waiting = sends(actions)
    _, actions = yield Connected(NOW_MS + 1200, waiting[0].request)
    waiting += sends(actions)
    stuck = waiting[1]
    yield Connected(NOW_MS + 2400, stuck.request)
    waiting.remove(stuck)
    after_ms = 3000
    while waiting:
        _, actions = yield Connected(NOW_MS + after_ms, waiting[0].request)
        waiting += sends(actions)
        _, actions = yield answer(after_ms + 1500, waiting.pop(0), is_held=False)
        waiting += sends(actions)
        after_ms += 2500
    yield answer(70_000, stuck)


def one_mast() -> Script:
    """Rule 9: four lanes that die together are one failure; then rest, and unreachable."""
    _, actions = yield begin(texts(40))
    waiting = sends(actions)
    _, actions = yield Connected(NOW_MS + 1000, waiting[0].request)
    waiting += sends(actions)
    for send in waiting:
        yield Failed(NOW_MS + 30_000, send.request, Failure.TIMEOUT, 0)
    after_ms = 32_000
    for _ in range(3):
        _, actions = yield Tick(NOW_MS + after_ms)
        for send in sends(actions):
            yield Failed(NOW_MS + after_ms + 100, send.request, Failure.REFUSED, 65_535)
        after_ms += 8000


def in_doubt_elsewhere() -> Script:
    """Rules 9 and 10: after two failures what is in doubt goes to the next relay."""
    known = relays(RELAY_A, RELAY_B)
    failing = (replace(known[0], failures=1), known[1])
    _, actions = yield begin(doubtful(2), failing)
    _, actions = yield answer(500, sends(actions)[0])
    for send in sends(actions):
        _, actions = yield Failed(NOW_MS + 600, send.request, Failure.CUT, 0)
    for send in sends(actions):
        yield answer(900, send)


def another_way() -> Script:
    """Rule 10: what a relay has signed for goes to one that has not, while there is one."""
    known = relays(RELAY_A, RELAY_B)
    held = tuple(replace(item, holders=frozenset({RELAY_A})) for item in texts(2))
    everywhere = replace(texts(1, first=9)[0], holders=frozenset({RELAY_A, RELAY_B}))
    _, actions = yield begin((*held, everywhere), known)
    waiting = sends(actions)
    while waiting:
        _, actions = yield answer(500, waiting.pop(0))
        waiting += sends(actions)


def turned_away() -> Script:
    """Rules 3 and 10: refused, full, unstamped: each waits, nothing waits behind it."""
    _, actions = yield begin(texts(4), relays(RELAY_A, RELAY_B))
    verdicts = (Verdict.REFUSED, Verdict.UNSTAMPED, Verdict.UNSTAMPED, Verdict.FULL, Verdict.HELD)
    waiting, after_ms = sends(actions), 400
    for verdict in (*verdicts, *verdicts):
        if not waiting:
            return
        _, actions = yield answer(after_ms, waiting.pop(0), verdict)
        waiting += sends(actions)
        after_ms += 400


def asked_to_rest() -> Script:
    """A relay that asks to be left alone is; the run ends with the time it named."""
    _, actions = yield begin(texts(8))
    yield replace(answer(500, sends(actions)[0]), rest_ms=600_000)


def odd_input() -> Script:
    """Refusals: late and unknown words, ids nobody knows, a clock that goes back, a dead run."""
    yield Tick(NOW_MS)
    _, actions = yield begin(texts(6))
    first = sends(actions)[0]
    yield Connected(NOW_MS - 5000, first.request)
    yield Connected(NOW_MS + 10, 77)
    yield Failed(NOW_MS + 20, 99, Failure.RESET, 70_000)
    stranger = EnvelopeId(b"\xff\xff")
    yield Answered(NOW_MS + 30, 98, verdicts={stranger: Verdict.HELD}, have={stranger: True})
    yield Dropped(NOW_MS + 40, (stranger, first.puts[0]))
    yield Added(NOW_MS + 50, texts(3))
    yield Answered(NOW_MS + 60, 97, verdicts={first.puts[1]: Verdict.HELD})
    yield Answered(NOW_MS + 70, first.request, is_whole=False, chance=65_535)
    yield Answered(NOW_MS + 80, first.request, verdicts={first.puts[0]: Verdict.REFUSED})
    yield Tick(NOW_MS - 100_000)


def silent_transport() -> Script:
    """A transport that forgets its deadline is reminded; every run ends."""
    yield begin(texts(3))
    for minutes in range(1, 12):
        yield Tick(NOW_MS + minutes * 400_000)


def wrong_clock() -> Script:
    """A rest that a wrong clock noted is not believed; `is_manual` ends any."""
    known = relays(RELAY_A, RELAY_B)
    far = (
        replace(known[0], rest_until_ms=NOW_MS + 9_000_000, failures=4),
        replace(known[1], rest_until_ms=NOW_MS + 60_000, full_until_ms=NOW_MS + 60_000),
    )
    yield begin(texts(1), far)
    yield begin(texts(1), far[1:])
    yield Begin(NOW_MS, texts(1), far[1:], is_manual=True)


def no_relay() -> Script:
    """Without a relay there is nothing to do."""
    yield begin(texts(1), ())


def cold_walks() -> Script:
    """Four hundred drawn events: what no author thinks of."""
    yield from walk(seed=1, steps=400)


def crowded_walks() -> Script:
    """Four hundred more, with other draws."""
    yield from walk(seed=2, steps=400)


SCENARIOS: Mapping[str, Callable[[], Script]] = MappingProxyType(
    {
        make.__name__: make
        for make in (
            *(first_request, nothing_to_send, lanes_open, text_first, race, stuck_lane, one_mast),
            *(put_anew, side_by_side, lanes_kept),
            *(in_doubt_elsewhere, another_way, turned_away, asked_to_rest, odd_input),
            *(silent_transport, wrong_clock, no_relay, cold_walks, crowded_walks),
        )
    }
)


def render_scenario(name: str) -> str:
    """Write one scenario's file, a step a line."""
    make = SCENARIOS[name]
    rule = (make.__doc__ or "").strip()
    lines = (json.dumps(step, sort_keys=True) for step in run(make()))
    head = json.dumps({"scenario": name, "rule": rule})[:-1]
    return head + ', "steps": [\n' + ",\n".join(lines) + "\n]}\n"
