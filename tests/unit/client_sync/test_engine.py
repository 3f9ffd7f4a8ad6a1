"""The engine's rules, one by one, in the words of docs/spec/engine.md."""

from dataclasses import replace

from client_sync.sync.engine import step
from client_sync.sync.engine_actions import Action, Finish, Reason, Send, Stop, Wait
from client_sync.sync.engine_events import (
    Added,
    Answered,
    Connected,
    Event,
    Failed,
    Failure,
    Tick,
    Verdict,
)
from client_sync.sync.engine_state import EngineState, Item, ItemState
from tools.vectors.engine_scripts import (
    NOW_MS,
    RELAY_A,
    RELAY_B,
    RELAY_C,
    answer,
    begin,
    chunks,
    doubtful,
    relays,
    sends,
    texts,
)


class Run:
    """A run of the engine that is told events one after the other."""

    def __init__(self, event: Event) -> None:
        """Begin it."""
        self.state = EngineState()
        self.actions: tuple[Action, ...] = ()
        self.waiting: list[Send] = []
        self.told: list[Action] = []
        self.tell(event)

    def tell(self, event: Event) -> list[Send]:
        """Tell one event; give the requests that came of it."""
        self.state, self.actions = step(self.state, event)
        found = sends(self.actions)
        self.waiting += found
        self.told += self.actions
        return found

    def answer_all(self, after_ms: int, each_ms: int = 1500) -> int:
        """Answer everything in the order of sending, and keep its times; give the time."""
        while self.state.is_running:
            after_ms = max(after_ms, self.wait())
            if self.waiting:
                self.tell(answer(after_ms, self.waiting.pop(0)))
            after_ms += each_ms
        return after_ms

    def wait(self) -> int:
        """Let time pass until there is a request to answer, or the end; give the time."""
        while not self.waiting and self.state.is_running:
            (wait,) = (action for action in self.actions if isinstance(action, Wait))
            self.tell(Tick(wait.until_ms))
        return self.state.now_ms - NOW_MS

    def finish(self) -> Finish:
        """Give the last action, which ends the run."""
        last = self.actions[-1]
        assert isinstance(last, Finish)
        return last


def next_tick(run: Run) -> int:
    """Let time pass until the next tick; give the time."""
    (wait,) = (action for action in run.actions if isinstance(action, Wait))
    run.tell(Tick(wait.until_ms))
    return wait.until_ms - NOW_MS


def test_the_first_request_is_small_and_asks_for_all_in_doubt() -> None:
    run = Run(begin(texts(9) + doubtful(3)))
    (first,) = run.waiting
    assert len(first.puts) == 2
    assert len(first.queries) == 3
    assert first.class_bytes == 4352


def test_a_run_with_nothing_to_send_polls_once() -> None:
    run = Run(begin(()))
    (first,) = run.waiting
    assert first.puts == first.queries == ()
    run.answer_all(500)
    assert run.finish().reason is Reason.DONE
    assert run.state.requests == 1


def test_lanes_open_when_the_first_connection_stands() -> None:
    run = Run(begin(texts(40)))
    opened = run.tell(Connected(NOW_MS + 1200, 1))
    assert [send.lane for send in opened] == [1, 2]


def test_a_few_texts_are_not_worth_another_handshake() -> None:
    run = Run(begin(texts(3)))
    assert run.tell(Connected(NOW_MS + 1200, 1)) == []


def test_a_calm_link_gets_large_batches_on_two_lanes() -> None:
    run = Run(begin(texts(100)))
    run.tell(Connected(NOW_MS + 1200, 1))
    lanes, largest = 0, 0
    after_ms = 3000
    while run.waiting and run.state.is_running:
        lanes = len(run.state.lanes)
        largest = max(largest, len(run.waiting[0].puts))
        run.tell(answer(after_ms, run.waiting.pop(0)))
        after_ms = max(after_ms + 4000, run.wait())
    assert run.finish().reason is Reason.DONE
    assert lanes <= 2
    assert largest == 8


def test_text_never_shares_a_request_with_chunks() -> None:
    run = Run(begin(chunks(3) + texts(1)))
    assert run.waiting[0].puts == (texts(1)[0].id,)
    (media,) = run.tell(Connected(NOW_MS + 400, 1))
    assert media.puts == (chunks(1)[0].id,)


def test_text_saved_behind_media_leaves_at_once() -> None:
    known = (replace(relays()[0], rate_bytes_per_second=16_250, round_trip_ms=200),)
    run = Run(begin(chunks(99), known))
    run.tell(Connected(NOW_MS + 400, 1))
    run.tell(answer(1500, run.waiting.pop(0)))
    under_way_bytes = sum(lane.class_bytes for lane in run.state.lanes)
    assert under_way_bytes <= 2 * 16_640
    (text,) = run.tell(Added(NOW_MS + 1600, texts(1)))
    assert text.puts == (texts(1)[0].id,)


def test_what_is_small_goes_side_by_side_while_nothing_answers() -> None:
    run = Run(begin(texts(1)))
    times = []
    while len(run.waiting) < 3:
        times.append(next_tick(run))
    assert times == [1000, 3000]
    assert {(one.relay, one.puts) for one in run.waiting} == {(RELAY_A, run.waiting[0].puts)}
    assert [one.is_repeat for one in run.waiting] == [False, True, True]
    run.tell(answer(3500, run.waiting[1]))
    assert not run.state.items
    run.tell(answer(3600, run.waiting[0]))
    assert run.finish().reason is Reason.DONE


def test_a_poll_goes_side_by_side_as_a_report_does() -> None:
    of_a_report, of_a_poll = Run(begin(texts(1, size_bytes=1024))), Run(begin(()))
    for run in (of_a_report, of_a_poll):
        while len(run.waiting) < 3:
            next_tick(run)
    assert [
        (one.lane, one.class_bytes, one.timeout_ms, one.is_repeat) for one in of_a_poll.waiting
    ] == [(one.lane, one.class_bytes, one.timeout_ms, one.is_repeat) for one in of_a_report.waiting]


def test_what_is_large_waits_for_the_first_answer() -> None:
    for items in (texts(3), chunks(1)):
        run = Run(begin(items))
        run.tell(Tick(NOW_MS + 3999))
        assert len(run.waiting) == 1


def test_a_poll_is_over_when_the_one_that_asked_for_the_mailbox_is() -> None:
    run = Run(begin(()))
    next_tick(run)
    first, second = run.waiting
    run.tell(answer(1900, second))
    assert run.state.is_running
    run.tell(answer(2500, first))
    assert run.finish().reason is Reason.DONE


def test_little_that_is_in_doubt_is_put_again_without_a_question() -> None:
    (first,) = Run(begin(doubtful(3))).waiting
    assert set(first.puts) == {item.id for item in doubtful(3)}
    assert first.queries == ()
    (larger,) = Run(begin(doubtful(5))).waiting
    assert larger.puts == ()
    assert len(larger.queries) == 5


def test_a_second_relay_is_asked_while_the_first_is_silent() -> None:
    run = Run(begin(texts(2), relays(RELAY_A, RELAY_B, RELAY_C)))
    assert run.actions[-1] == Wait(NOW_MS + 1000)
    (again,) = run.tell(Tick(NOW_MS + 1000))
    assert again.relay == RELAY_A
    assert run.actions[-1] == Wait(NOW_MS + 4000)
    (raced,) = run.tell(Tick(NOW_MS + 4000))
    assert (raced.relay, raced.puts, raced.is_repeat) == (RELAY_B, run.waiting[0].puts, True)
    run.tell(answer(5000, raced))
    assert run.finish().reason is Reason.DONE


def test_a_blocked_and_a_silent_relay_cost_seconds() -> None:
    run = Run(begin(texts(2), relays(RELAY_A, RELAY_B, RELAY_C)))
    (second,) = run.tell(Failed(NOW_MS + 50, 1, Failure.RESET, 0))
    assert second.relay == RELAY_B
    assert [send.relay for send in run.tell(Tick(NOW_MS + 1050))] == [RELAY_B]
    (third,) = run.tell(Tick(NOW_MS + 4050))
    assert third.relay == RELAY_C


def test_four_lanes_that_die_together_are_one_failure() -> None:
    run = Run(begin(texts(40)))
    run.tell(Connected(NOW_MS + 1000, 1))
    for send in list(run.waiting):
        run.tell(Failed(NOW_MS + 30_000, send.request, Failure.TIMEOUT, 0))
    assert run.state.relays[0].failures == 1


def test_a_lane_that_is_overtaken_and_late_is_stopped_and_asked_about() -> None:
    run = Run(begin(texts(60)))
    run.tell(Connected(NOW_MS + 1200, 1))
    stuck = run.waiting.pop(1)
    run.tell(Connected(NOW_MS + 2400, stuck.request))
    after_ms = 3000
    while run.waiting:
        run.tell(Connected(NOW_MS + after_ms, run.waiting[0].request))
        run.tell(answer(after_ms + 2000, run.waiting.pop(0), is_held=False))
        after_ms = max(after_ms + 2500, run.wait())
    assert Stop(stuck.lane, stuck.request) in run.told
    assert any(set(stuck.puts) <= set(send.queries) for send in sends(tuple(run.told)))


def test_what_is_in_doubt_goes_elsewhere_after_two_failures() -> None:
    known = relays(RELAY_A, RELAY_B)
    run = Run(begin(doubtful(1), (replace(known[0], failures=1), known[1])))
    assert run.waiting.pop().relay == RELAY_B, "polled; nothing is put there yet"
    run = Run(begin(doubtful(1), (replace(known[0], failures=2), known[1])))
    (first,) = run.waiting
    assert (first.relay, len(first.puts)) == (RELAY_B, 1)


def test_a_relay_that_has_signed_is_used_again_only_when_there_is_no_other() -> None:
    held = tuple(replace(item, holders=frozenset({RELAY_A})) for item in texts(1))
    assert Run(begin(held, relays(RELAY_A, RELAY_B))).waiting[0].puts == ()
    assert Run(begin(held, relays(RELAY_A))).waiting[0].puts == (held[0].id,)


def test_an_item_every_relay_refuses_waits_and_nothing_waits_behind_it() -> None:
    run = Run(begin(texts(4, size_bytes=4096)))
    run.tell(answer(500, run.waiting.pop(0), Verdict.REFUSED))
    run.answer_all(1000)
    assert run.finish().reason is Reason.DONE
    assert len(run.state.items) == 1


def test_a_full_relay_is_put_nothing_for_a_quarter_of_an_hour() -> None:
    run = Run(begin(texts(4)))
    run.tell(answer(500, run.waiting.pop(0), Verdict.FULL))
    assert run.finish().reason is Reason.DONE
    assert run.state.relays[0].full_until_ms == NOW_MS + 500 + 900_000


def test_work_is_asked_for_once_then_it_is_a_refusal() -> None:
    run = Run(begin(texts(1)))
    run.tell(answer(500, run.waiting.pop(0), Verdict.UNSTAMPED))
    run.tell(answer(900, run.waiting.pop(0), Verdict.UNSTAMPED))
    assert run.finish().reason is Reason.DONE


def test_a_late_receipt_counts_and_nothing_else_of_it_does() -> None:
    run = Run(begin(texts(2)))
    run.tell(Failed(NOW_MS + 100, 1, Failure.CUT, 0))
    late, other = texts(2)
    words = {late.id: Verdict.HELD, other.id: Verdict.REFUSED}
    run.tell(Answered(NOW_MS + 200, 1, verdicts=words))
    (left,) = run.state.items.values()
    assert left == replace(other, state=ItemState.IN_DOUBT, relay=RELAY_A)


def test_a_portals_page_moves_nothing() -> None:
    run = Run(begin(texts(2)))
    run.tell(Failed(NOW_MS + 100, 1, Failure.NOT_A_RELAY, 0))
    assert len(run.state.items) == 2
    assert run.state.relays[0].rest_until_ms > NOW_MS + 100


def test_a_run_ends_when_every_relay_has_failed_three_times() -> None:
    run = Run(begin(texts(1)))
    after_ms = 100
    for _ in range(3):
        run.tell(Failed(NOW_MS + after_ms, run.waiting.pop(0).request, Failure.REFUSED, 0))
        after_ms += 9000
        if isinstance(run.actions[-1], Wait):
            run.tell(Tick(NOW_MS + after_ms))
    assert run.finish().reason is Reason.UNREACHABLE
    assert run.finish().again_at_ms > NOW_MS


def test_a_relay_that_brings_nothing_is_read_sixty_four_times() -> None:
    run = Run(begin(()))
    after_ms = 100
    while run.waiting:
        more = replace(answer(after_ms, run.waiting.pop(0)), behind=frozenset({RELAY_A}))
        run.tell(more)
        after_ms += 100
    assert run.finish().reason is Reason.LIMIT
    assert run.state.requests == 64


def test_a_fast_link_is_filled_with_large_batches() -> None:
    run = Run(begin(chunks(60)))
    run.tell(Connected(NOW_MS + 20, 1))
    after_ms = 60
    largest = 0
    while run.waiting:
        largest = max(largest, len(run.waiting[0].puts))
        run.tell(answer(after_ms, run.waiting.pop(0)))
        after_ms += 60
    assert run.finish().reason is Reason.DONE
    assert largest >= 4


def _is_urgent(item: Item) -> bool:
    return item.urgency == 0


def test_the_more_urgent_goes_first() -> None:
    later = tuple(replace(item, urgency=5) for item in texts(2))
    urgent = replace(texts(1, first=50)[0], urgency=0)
    run = Run(begin((*later, urgent)))
    assert run.waiting[0].puts[0] == urgent.id
    assert _is_urgent(urgent)
