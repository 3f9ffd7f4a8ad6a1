"""What becomes of a report: decided from its age, its level, its state, holds and notice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.domain.vocabulary import Workflow
from server.desk.retention.rules import FINISHED, NOTICE, Facts, Fate, takes_back, verdict

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OLD = Facts(
    "aa" * 32, "high", Workflow.CLOSED, NOW - timedelta(days=31), held=False, announced_for=None
)
DAYS = {"high": 30, "low": None}


@pytest.mark.parametrize(
    ("facts", "fate"),
    [
        (OLD, Fate.TO_ANNOUNCE),
        (replace(OLD, held=True), Fate.HELD),
        (replace(OLD, level="low"), Fate.FOR_EVER),
        (replace(OLD, level="unset"), Fate.FOR_EVER),
        (replace(OLD, opened_at=NOW - timedelta(days=29)), Fate.LATER),
        (replace(OLD, announced_for=NOW + timedelta(days=1)), Fate.ANNOUNCED),
        (replace(OLD, announced_for=NOW), Fate.TO_DELETE),
        (replace(OLD, announced_for=NOW, held=True), Fate.HELD),
    ],
)
def test_a_report_s_fate_follows_from_what_is_known(facts: Facts, fate: Fate) -> None:
    assert verdict(facts, DAYS, NOW).fate is fate


@pytest.mark.parametrize("state", sorted(set(Workflow) - FINISHED))
def test_what_people_still_work_on_is_not_deleted_at_any_age(state: Workflow) -> None:
    ancient = replace(OLD, state=state, opened_at=NOW - timedelta(days=9000), announced_for=NOW)
    assert verdict(ancient, DAYS, NOW).fate is Fate.UNFINISHED


def test_an_announcement_gives_two_weeks() -> None:
    assert verdict(OLD, DAYS, NOW).on == NOW + NOTICE == NOW + timedelta(days=14)


def test_a_hold_a_longer_time_and_work_take_an_announcement_back() -> None:
    announced = replace(OLD, announced_for=NOW)
    for facts, days in (
        (replace(announced, held=True), DAYS),
        (announced, {"high": 60}),
        (announced, {"high": None}),
        (replace(announced, state=Workflow.CLAIMED), DAYS),
    ):
        assert takes_back(verdict(facts, days, NOW))
    assert not takes_back(verdict(announced, DAYS, NOW))
