"""Canary reports: sent every hour, never seen among reports, missed when they do not come back."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RelayKey
from server.desk.accounts.roles import Role
from server.desk.db import start_writing
from server.desk.intake.canaries import alarms, canary_health, paths, send_canaries
from server.desk.intake.canary_schedule import (
    NONE_SENT,
    NOT_BACK,
    NOT_OPENED,
    Canary,
    CanaryState,
    Verdict,
    arrives_within,
    is_due,
    judge,
)
from server.desk.intake.canary_watch import switch_watch
from server.desk.intake.schedule import Schedule
from server.desk.intake.status import intake_health
from server.desk.keys.channels import add_channel
from server.desk.keys.relays import retire_relay
from tests.support.desk import START, DeskRoom, a_report
from tests.support.desk_browser import somebody

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
WITHIN = timedelta(minutes=20)
BACK = Canary(START, START, START + MINUTE)


def _judged(back: Canary | None, missed: Canary | None, at: timedelta) -> Verdict:
    newest = missed or back
    return judge(back, missed, newest, watching_since=START, at=START + at, within=WITHIN)


def test_a_canary_is_due_every_hour_and_an_hour_after_the_watch_began() -> None:
    assert not is_due(None, START, START + HOUR - MINUTE)
    assert is_due(None, START, START + HOUR)
    assert not is_due(START + HOUR, START, START + 2 * HOUR - MINUTE)
    assert is_due(START + HOUR, START, START + 2 * HOUR)
    assert not is_due(START - 9 * HOUR, START, START + MINUTE)


def test_a_way_is_believed_until_its_next_canary_is_late() -> None:
    assert _judged(None, None, MINUTE).state is CanaryState.WAITING
    arrived = _judged(BACK, None, HOUR)
    assert (arrived.state, arrived.took) == (CanaryState.ARRIVES, MINUTE)
    late = Canary(START + HOUR, START + HOUR)
    assert _judged(BACK, late, HOUR + WITHIN - MINUTE).state is CanaryState.ARRIVES
    assert _judged(BACK, late, HOUR + WITHIN).problem == NOT_BACK
    refused = Canary(START + HOUR, problem="no-answer")
    assert _judged(BACK, refused, HOUR + WITHIN).problem == "no-answer"
    assert _judged(None, Canary(START), WITHIN).state is CanaryState.ALARM


def test_a_canary_that_does_not_open_is_an_alarm() -> None:
    faulty = Canary(START, START, START + MINUTE, faulty=True)
    assert _judged(faulty, None, 2 * MINUTE).problem == NOT_OPENED


def test_a_desk_that_sent_none_says_so() -> None:
    assert _judged(BACK, None, HOUR + WITHIN).problem == NONE_SENT
    assert _judged(None, None, HOUR + WITHIN).problem == NONE_SENT


def test_a_desk_that_pulls_seldom_waits_for_three_pulls() -> None:
    assert arrives_within(60) == WITHIN
    assert arrives_within(3600) == 3 * HOUR


def _turn(room: DeskRoom) -> None:
    """Send what is due and pull, as the running desk does."""
    Schedule(room.app, 60, link=room).turn()


def _states(room: DeskRoom) -> list[tuple[str, CanaryState, str]]:
    with room.work() as session:
        return [
            (one.label, one.verdict.state, one.verdict.problem) for one in canary_health(session)
        ]


def test_a_canary_goes_out_and_comes_back_every_hour(room: DeskRoom) -> None:
    _turn(room)
    assert _states(room) == [("", CanaryState.WAITING, "")]
    for _ in range(3):
        room.clock.advance(HOUR)
        _turn(room)
        assert _states(room) == [("", CanaryState.ARRIVES, "")]
    with room.work() as session:
        rows = session.connection().exec_driver_sql("SELECT handed_at, blob FROM canary").all()
        assert len(rows) == 3
        assert all(handed is not None and blob is None for handed, blob in rows)


def test_canaries_are_never_among_reports_or_counts(room: DeskRoom) -> None:
    room.relay.put([room.seal(a_report()).blob])
    room.clock.advance(HOUR)
    with room.work() as session:
        assert send_canaries(session, room) == 1
    tally = room.pull()
    assert tally.counts() == {"pulled": 1, "opened": 1, "quarantined": 0, "duplicates": 0}
    room.clock.advance(timedelta(days=1))
    assert room.pull().counts() == dict.fromkeys(tally.counts(), 0)
    reader = somebody(room, Role.LEAD, administers=True)
    with room.work() as session:
        health = intake_health(session)
        counts = (health.reports, health.waiting, health.unclaimed, health.quarantined)
        assert counts == (1, 0, 0, 0)
        blobs = session.connection().exec_driver_sql("SELECT count(*) FROM pulled_blob")
        assert blobs.scalar_one() == 1
    assert "canary" not in reader.get("/queue?state=all").get_data(as_text=True).lower()


def test_a_canary_comes_back_while_the_desk_is_locked_and_is_opened_later(
    room: DeskRoom,
) -> None:
    key = room.ring.storage_key()
    room.ring.lock()
    room.clock.advance(HOUR)
    _turn(room)
    assert _states(room) == [("", CanaryState.ARRIVES, "")]
    with room.work() as session:
        assert intake_health(session).waiting == 0
    room.ring.unlock(key)
    room.pull()
    with room.work() as session:
        rows = session.connection().exec_driver_sql("SELECT opened_at, faulty FROM canary").all()
        assert rows[0][0] is not None
        assert not rows[0][1]


def test_a_relay_that_is_down_is_an_alarm_until_a_canary_is_back(room: DeskRoom) -> None:
    room.clock.advance(HOUR)
    room.relay.up = False
    _turn(room)
    assert _states(room) == [("", CanaryState.WAITING, "")]
    room.clock.advance(WITHIN)
    assert _states(room) == [("", CanaryState.ALARM, "no-answer")]
    lead = somebody(room, Role.LEAD)
    banner = "A canary report did not come back"
    assert banner in lead.get("/queue").get_data(as_text=True)
    assert banner not in somebody(room, Role.MONITOR, "Sam").get("/queue").get_data(as_text=True)
    room.relay.up = True
    _turn(room)
    assert _states(room) == [("", CanaryState.ARRIVES, "")]
    assert banner not in lead.get("/queue").get_data(as_text=True)


def test_a_relay_that_signs_and_forgets_is_found_out(room: DeskRoom) -> None:
    room.clock.advance(HOUR)
    with room.work() as session:
        assert send_canaries(session, room) == 1
    room.clock.advance(WITHIN)
    with room.work() as session:
        assert [one.verdict.problem for one in alarms(session)] == [NOT_BACK]


def test_each_channel_has_a_canary_of_its_own(room: DeskRoom) -> None:
    with room.work() as session:
        start_writing(session)
        url = room.relay.url.rsplit("/", 1)[0] + "/" + room.relay.home.paths[0].strip("/")[::-1]
        bridge = BridgeLine(url, RelayKey(room.relay.home.key.public))
        add_channel(session, label="posters", bridge=bridge, actor="desk")
        session.commit()
    room.clock.advance(HOUR)
    _turn(room)
    room.clock.advance(WITHIN)
    # The relay knows no such path: the channel leaks nothing and serves nobody.
    assert _states(room)[0] == ("", CanaryState.ARRIVES, "")
    assert _states(room)[1][:2] == ("posters", CanaryState.ALARM)
    assert urlsplit(url).path != urlsplit(room.relay.url).path


def test_a_retired_relay_is_not_watched(room: DeskRoom) -> None:
    with room.work() as session:
        start_writing(session)
        retire_relay(session, 1, "desk")
        session.commit()
        assert paths(session) == []


def test_a_watch_that_is_off_sends_nothing(room: DeskRoom) -> None:
    with room.work() as session:
        start_writing(session)
        switch_watch(session, on=False, actor="person:1")
        session.commit()
        room.clock.advance(2 * HOUR)
        assert send_canaries(session, room) == 0
        assert canary_health(session) == []
    lead = somebody(room, administers=True)
    page = lead.post("/relays/canary", {"on": "yes"}, page="/relays")
    assert page.status_code == 302
    room.clock.advance(HOUR)
    _turn(room)
    assert _states(room) == [("", CanaryState.ARRIVES, "")]


@pytest.mark.parametrize("role", [Role.MONITOR, Role.LEAD])
def test_only_who_administers_switches_the_watch(room: DeskRoom, role: Role) -> None:
    browser = somebody(room, role)
    assert browser.post("/relays/canary", {"on": "no"}, page="/me").status_code == 403
