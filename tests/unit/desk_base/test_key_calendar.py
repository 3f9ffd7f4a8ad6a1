"""The key calendar says what is there, and what should be there and is not."""

from datetime import timedelta

import pytest

from schemas.envelope.keys import week_of
from server.desk.accounts.roles import Role
from server.desk.keys.calendar import KeptWeek, KeyState, calendar, next_deletion, overdue
from server.desk.keys.profile import profile
from tests.support.desk import START, DeskRoom
from tests.support.desk_browser import somebody

GRACE_DAYS = 60
THIS = week_of(START)


def _kept(first: int, last: int) -> list[KeptWeek]:
    return [KeptWeek(week, has_secret=True, deleted_at=None) for week in range(first, last + 1)]


def test_it_shows_this_week_and_four_to_come() -> None:
    lines = calendar(_kept(THIS, THIS + 25), GRACE_DAYS, START)
    assert [one.week for one in lines] == list(range(THIS, THIS + 5))
    assert [one.state for one in lines] == [KeyState.IN_USE, *[KeyState.AHEAD] * 4]
    assert lines[0].begins_at <= START < lines[0].ends_at
    assert lines[0].deletes_at == lines[0].ends_at + timedelta(days=GRACE_DAYS)


def test_a_past_week_is_kept_for_late_reports_until_its_grace_is_over() -> None:
    lines = calendar(_kept(THIS - 1, THIS + 4), GRACE_DAYS, START)
    assert lines[0].state is KeyState.LATE
    assert next_deletion(lines) == lines[0]
    then = lines[0].deletes_at
    assert calendar(_kept(THIS - 1, THIS), 60, then - timedelta(seconds=1))[0].state is (
        KeyState.LATE
    )
    assert calendar(_kept(THIS - 1, THIS), 60, then)[0].state is KeyState.OVERDUE


def test_a_week_to_come_without_a_key_is_said() -> None:
    lines = calendar(_kept(THIS, THIS + 2), GRACE_DAYS, START)
    assert [one.week for one in overdue(lines)] == [THIS + 3, THIS + 4]


def test_only_the_last_deleted_weeks_are_shown() -> None:
    gone = [KeptWeek(THIS - ago, has_secret=False, deleted_at=START) for ago in range(10, 20)]
    lines = calendar([*gone, *_kept(THIS, THIS + 4)], GRACE_DAYS, START)
    assert [one.week for one in lines if one.state is KeyState.DELETED] == [
        THIS - 13,
        THIS - 12,
        THIS - 11,
        THIS - 10,
    ]


@pytest.mark.parametrize("role", [Role.READER, Role.LEAD, Role.ADMIN])
def test_everybody_sees_the_calendar(room: DeskRoom, role: Role) -> None:
    page = somebody(room, role).get("/keys").get_data(as_text=True)
    assert "Nothing is overdue" in page
    assert page.count("made, not in use yet") == 4


def test_a_desk_that_does_not_pull_says_that_keys_are_overdue(room: DeskRoom) -> None:
    with room.work() as session:
        days = profile(session).grace_days
    room.clock.advance(timedelta(days=days + 8))
    browser = somebody(room)
    page = browser.get("/keys").get_data(as_text=True)
    assert "overdue: should be deleted" in page
    room.pull()
    assert "Nothing is overdue" in browser.get("/keys").get_data(as_text=True)
