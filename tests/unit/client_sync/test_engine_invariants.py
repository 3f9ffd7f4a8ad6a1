"""What no order of events may break, over walks drawn by chance."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from client_sync.sync.engine import MOST_REQUESTS, step
from client_sync.sync.engine_actions import Action, Finish, Send
from client_sync.sync.engine_choice import FAILURES_UNTIL_ELSEWHERE
from client_sync.sync.engine_endgame import MOST_REPEATS
from client_sync.sync.engine_events import Begin, Event, Tick
from client_sync.sync.engine_state import EngineState
from client_sync.sync.engine_working import MOST_LANES
from tools.vectors.engine_forms import Form, digest_of, form_of, named_form
from tools.vectors.engine_scripts import NOW_MS
from tools.vectors.engine_walks import Walk

STEPS = 40


def _walked(seed: int) -> list[tuple[EngineState, Event, EngineState, tuple[Action, ...]]]:
    way, state, found = Walk(seed), EngineState(), []
    for _ in range(STEPS):
        event = way.next_event()
        after, actions = step(state, event)
        found.append((state, event, after, actions))
        way.heed(actions)
        state = after
    return found


def _are_integers(form: Form) -> bool:
    if isinstance(form, dict):
        return all(map(_are_integers, form.values()))
    if isinstance(form, list):
        return all(map(_are_integers, form))
    return not isinstance(form, float)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_lanes_are_at_most_four_and_an_item_flies_in_one_of_them(seed: int) -> None:
    for _, _, state, _ in _walked(seed):
        assert len(state.lanes) <= MOST_LANES
        flying = Counter(i for lane in state.lanes if not lane.is_repeat for i in lane.puts)
        assert all(count == 1 for count in flying.values())


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_text_and_media_share_no_request(seed: int) -> None:
    for before, event, after, actions in _walked(seed):
        known = {**before.items, **after.items}
        if isinstance(event, Begin):
            known |= {item.id: item for item in event.items}
        for send in (one for one in actions if isinstance(one, Send)):
            assert len({known[i].rank.is_media for i in send.puts if i in known}) <= 1


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_a_relay_that_rests_is_sent_nothing(seed: int) -> None:
    for _, _, after, actions in _walked(seed):
        resting = {relay.key for relay in after.relays if relay.rest_until_ms > after.now_ms}
        assert not any(isinstance(one, Send) and one.relay in resting for one in actions)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_an_item_is_repeated_at_most_twice(seed: int) -> None:
    for _, _, state, _ in _walked(seed):
        assert all(item.repeats <= MOST_REPEATS for item in state.items.values())


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_a_step_ends_with_one_wait_or_finish_or_with_lanes_that_are_busy(seed: int) -> None:
    for _, _, state, actions in _walked(seed):
        last = [one for one in actions if not isinstance(one, Send)][-1:]
        assert state.lanes or last
        assert all(not isinstance(one, Finish) for one in actions[:-1])
        assert state.is_running != any(isinstance(one, Finish) for one in actions)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_the_state_given_is_unchanged_and_all_numbers_are_whole(seed: int) -> None:
    way, state = Walk(seed), EngineState()
    for _ in range(STEPS):
        event = way.next_event()
        before = digest_of(state)
        after, actions = step(state, event)
        assert digest_of(state) == before
        assert _are_integers(form_of(after))
        assert all(_are_integers(named_form(action)) for action in actions)
        way.heed(actions)
        state = after


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_what_is_in_doubt_at_a_working_relay_is_put_nowhere_else(seed: int) -> None:
    for _, _, after, actions in _walked(seed):
        working = {one.key for one in after.relays if one.failures < FAILURES_UNTIL_ELSEWHERE}
        for send in (one for one in actions if isinstance(one, Send) and not one.is_repeat):
            items = [after.items[i] for i in send.puts]
            assert all(item.relay == send.relay for item in items)
            assert send.relay in working or after.relays


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_every_run_ends_though_the_network_is_gone_for_good(seed: int) -> None:
    way = Walk(seed)
    state, actions = step(EngineState(), way.next_event())
    now_ms, ticks = NOW_MS, 0
    while not isinstance(actions[-1], Finish):
        now_ms += 400_000
        state, actions = step(state, Tick(now_ms))
        ticks += 1
        assert ticks < MOST_REQUESTS
    assert not state.is_running
