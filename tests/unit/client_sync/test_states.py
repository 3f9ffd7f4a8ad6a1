"""The transition table, and that the diagram in the specification says the same."""

import re
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_sync.errors import IllegalTransitionError
from client_sync.outbox.delivery import report_state
from client_sync.outbox.states import (
    TRANSITIONS,
    BlobEvent,
    BlobState,
    after,
    knows,
    states_before,
)
from schemas.domain.vocabulary import AckStatus

SPEC = Path(__file__).resolve().parents[3] / "docs" / "spec" / "sync.md"
Line = tuple[BlobState, BlobEvent, BlobState]


def _lines_of_the_diagram() -> set[Line]:
    """Read `a -event-> b -event-> c ; d -event-> e` of section 5."""
    section = SPEC.read_text("utf-8").split("## 5.")[1]
    diagram = section.split("```")[1]
    lines: set[Line] = set()
    for chain in re.split(r"[;\n]", diagram):
        parts = re.split(r"\s+-(\w+)->\s+", chain.strip())
        for index in range(0, len(parts) - 2, 2):
            before, event, behind = parts[index : index + 3]
            lines.add((BlobState(before), BlobEvent(event), BlobState(behind)))
    return lines


def test_the_diagram_of_the_specification_is_the_table() -> None:
    assert _lines_of_the_diagram() == {(a, event, b) for (a, event), b in TRANSITIONS.items()}


@given(st.sampled_from(BlobState), st.sampled_from(BlobEvent))
def test_an_event_without_a_line_is_refused(state: BlobState, event: BlobEvent) -> None:
    if knows(state, event):
        assert after(state, event) is TRANSITIONS[state, event]
        return
    with pytest.raises(IllegalTransitionError):
        after(state, event)


def test_every_state_can_be_reached_and_only_done_has_no_way_out() -> None:
    reached = {BlobState.DRAFT} | set(TRANSITIONS.values())
    assert reached == set(BlobState)
    with_a_way_out = {state for state, _ in TRANSITIONS}
    assert set(BlobState) - with_a_way_out == {BlobState.DONE}


def test_no_blob_is_wiped_before_the_desk_has_it() -> None:
    assert states_before(BlobEvent.WIPE) == (BlobState.ACKNOWLEDGED,)


@pytest.mark.parametrize(
    ("states", "said", "state"),
    [
        ([BlobState.QUEUED, BlobState.HELD], [], BlobState.QUEUED),
        ([BlobState.HELD, BlobState.HELD], [], BlobState.HELD),
        ([BlobState.ACKNOWLEDGED, BlobState.HELD], [AckStatus.RECEIVED], BlobState.HELD),
        ([BlobState.DONE], [AckStatus.ACCEPTED], BlobState.ACKNOWLEDGED),
        ([BlobState.DONE], [AckStatus.ACCEPTED, AckStatus.CLOSED], BlobState.DONE),
    ],
)
def test_a_report_is_as_far_as_its_slowest_blob(
    states: Collection[BlobState], said: Collection[AckStatus], state: BlobState
) -> None:
    assert report_state(states, said) is state
