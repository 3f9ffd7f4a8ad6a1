"""Scripts of events for the engine, and the steps that come of them.

A script is a generator: it gives an event and is sent the state and the actions that came of it,
so that it can answer the very requests the engine made.
"""

from collections.abc import Generator
from typing import Final, TypeAlias

from client_sync.sync.engine import step
from client_sync.sync.engine_actions import Action, Send
from client_sync.sync.engine_events import Answered, Begin, Event, Verdict
from client_sync.sync.engine_state import EngineState, Item, ItemState, Rank, RelayFacts
from schemas.domain.ids import EnvelopeId, RelayKey
from tools.vectors.engine_forms import Form, digest_of, named_form

NOW_MS: Final = 1_700_000_000_000
RELAY_A: Final = RelayKey(b"\xaa")
RELAY_B: Final = RelayKey(b"\xbb")
RELAY_C: Final = RelayKey(b"\xcc")

Script: TypeAlias = Generator[Event, tuple[EngineState, tuple[Action, ...]], None]


def texts(count: int, size_bytes: int = 2048, first: int = 0) -> tuple[Item, ...]:
    """Make reports that wait."""
    return tuple(
        Item(EnvelopeId(bytes([1, first + number])), Rank.TEXT, 0, size_bytes)
        for number in range(count)
    )


def chunks(count: int) -> tuple[Item, ...]:
    """Make pieces of media that wait."""
    return tuple(
        Item(EnvelopeId(bytes([3, number])), Rank.CHUNK, 0, 16_384) for number in range(count)
    )


def doubtful(count: int, relay: RelayKey = RELAY_A) -> tuple[Item, ...]:
    """Make reports that an earlier run lost on the way to a relay."""
    return tuple(
        Item(EnvelopeId(bytes([2, number])), Rank.TEXT, 0, 1024, ItemState.IN_DOUBT, relay)
        for number in range(count)
    )


def relays(*keys: RelayKey) -> tuple[RelayFacts, ...]:
    """Make relays of which nothing is known."""
    return tuple(RelayFacts(key, place) for place, key in enumerate(keys or (RELAY_A,)))


def begin(items: tuple[Item, ...], known: tuple[RelayFacts, ...] | None = None) -> Begin:
    """Begin a run."""
    return Begin(NOW_MS, items, relays() if known is None else known)


def sends(actions: tuple[Action, ...]) -> list[Send]:
    """Pick the requests out of actions."""
    return [action for action in actions if isinstance(action, Send)]


def answer(
    after_ms: int, send: Send, verdict: Verdict = Verdict.HELD, *, is_held: bool = True
) -> Answered:
    """Answer a request with one verdict for all that it put and one word for all it asked."""
    return Answered(
        NOW_MS + after_ms,
        send.request,
        moved_bytes=send.class_bytes + 512,
        verdicts=dict.fromkeys(send.puts, verdict),
        have=dict.fromkeys(send.queries, is_held),
        most_batch_bytes=1_048_576,
    )


def run(script: Script) -> list[Form]:
    """Run a script and write down every step."""
    state, steps = EngineState(), []
    try:
        event = next(script)
        while True:
            state, actions = step(state, event)
            steps.append(
                {
                    "event": named_form(event),
                    "actions": [named_form(action) for action in actions],
                    "state": digest_of(state),
                }
            )
            event = script.send((state, actions))
    except StopIteration:
        return steps
