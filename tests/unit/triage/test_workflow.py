"""The workflow's table and the lease."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.domain.vocabulary import Workflow
from server.desk.triage.errors import ClaimHeldError, IllegalTransitionError
from server.desk.triage.workflow import (
    LEASE,
    NOT_COUNTED,
    TRANSITIONS,
    Act,
    Standing,
    acts_open,
    renew,
    restored,
    step,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AMINA, JONAS = "person:a", "person:b"


def claimed(until: datetime = NOW + LEASE) -> Standing:
    """Give a report that Amina holds."""
    return Standing(Workflow.CLAIMED, AMINA, until)


def test_a_new_report_can_be_claimed_for_five_minutes() -> None:
    standing = step(Standing(), Act.CLAIM, AMINA, NOW)
    assert standing == Standing(Workflow.CLAIMED, AMINA, NOW + timedelta(minutes=5))


def test_nobody_takes_a_report_that_somebody_else_holds() -> None:
    with pytest.raises(ClaimHeldError):
        step(claimed(), Act.CLAIM, JONAS, NOW)
    assert acts_open(claimed(), JONAS, NOW) == ()


def test_a_claim_that_ran_out_is_nobodys() -> None:
    late = NOW + LEASE
    assert claimed().at(late) == Standing(Workflow.NEW)
    assert step(claimed(), Act.CLAIM, JONAS, late).holder == JONAS


def test_the_last_instant_of_a_lease_still_holds() -> None:
    almost = NOW + LEASE - timedelta(microseconds=1)
    assert claimed().held_by_another(JONAS, almost)


def test_renewing_pushes_only_ones_own_claim_out() -> None:
    later = NOW + timedelta(minutes=3)
    assert renew(claimed(), AMINA, later).lease_until == later + LEASE
    assert renew(claimed(), JONAS, later) == claimed()
    assert renew(Standing(Workflow.TRIAGED), AMINA, later) == Standing(Workflow.TRIAGED)


def test_a_run_out_claim_cannot_be_renewed_behind_the_others_backs() -> None:
    assert renew(claimed(), AMINA, NOW + LEASE) == claimed()


@pytest.mark.parametrize("state", list(Workflow))
@pytest.mark.parametrize("act", list(Act))
def test_what_the_table_does_not_hold_is_refused(state: Workflow, act: Act) -> None:
    standing = claimed() if state is Workflow.CLAIMED else Standing(state)
    if act in TRANSITIONS[state]:
        assert step(standing, act, AMINA, NOW).state is TRANSITIONS[state][act]
    else:
        with pytest.raises(IllegalTransitionError):
            step(standing, act, AMINA, NOW)


def test_every_state_has_a_way_on() -> None:
    assert set(TRANSITIONS) == set(Workflow)
    assert all(TRANSITIONS[state] for state in Workflow)


def test_every_state_that_is_not_counted_can_be_reopened() -> None:
    assert all(TRANSITIONS[state][Act.REOPEN] is Workflow.NEW for state in NOT_COUNTED)


def test_only_a_claimed_report_has_a_holder() -> None:
    for act in TRANSITIONS[Workflow.CLAIMED]:
        after = step(claimed(), act, AMINA, NOW)
        assert (after.holder is None) == (after.state is not Workflow.CLAIMED)


def test_whoever_undoes_goes_on_working_on_a_claimed_report() -> None:
    assert restored(Workflow.CLAIMED, AMINA, NOW) == Standing(Workflow.CLAIMED, AMINA, NOW + LEASE)
    assert restored(Workflow.NEW, AMINA, NOW) == Standing(Workflow.NEW)
