"""A person leaves in one act: claims are let go, work is given on, slot and sessions end."""

import pytest

from schemas.domain.vocabulary import Workflow
from server.desk.accounts.errors import LastLeadError
from server.desk.accounts.people import colleagues
from server.desk.accounts.roles import Person, Role
from server.desk.accounts.slots import storage_slots
from server.desk.audit.store import latest
from server.desk.db import desk_session, start_writing
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring
from server.desk.triage import acts
from server.desk.triage.handover import SuccessorError, holding_of, leave
from server.desk.triage.store import triage_of
from server.desk.triage.workflow import Act
from tests.support.desk import DeskRoom, a_report
from tests.support.desk_browser import DeskBrowser, somebody


def _person(room: DeskRoom, name: str) -> Person:
    with room.work() as session:
        return next(one.person for one in colleagues(session) if one.person.name == name)


def _hand(room: DeskRoom, person: Person) -> Hand:
    session = desk_session()
    start_writing(session)
    return Hand(session, keyring(), person.actor, room.clock.now())


def _busy(room: DeskRoom) -> tuple[DeskBrowser, DeskBrowser, list[str]]:
    """Give a lead, a monitor who claims one report and was given another, and these reports."""
    reports = []
    for number in range(2):
        sealed = room.seal(a_report(f"Number {number}."))
        room.relay.put([sealed.blob])
        reports.append(sealed.id.hex())
    room.pull()
    lead = somebody(room, Role.LEAD, "Noor", administers=True)
    monitor = somebody(room, Role.MONITOR, "Sam")
    somebody(room, Role.MONITOR, "Dana")
    sam = _person(room, "Sam")
    with room.work() as session:
        acts.take(_hand(room, sam), reports[0], Act.CLAIM)
        acts.assign(_hand(room, _person(room, "Noor")), reports[1], sam.actor)
        session.commit()
    return lead, monitor, reports


def test_one_act_lets_go_gives_on_shuts_out_and_invites(room: DeskRoom) -> None:
    lead, monitor, reports = _busy(room)
    sam, dana = _person(room, "Sam"), _person(room, "Dana")
    path = f"/people/{sam.id}/leave"
    page = lead.get(path).get_data(as_text=True)
    assert "1 report is being worked on" in page
    fields: dict[str, object] = {"successor": dana.id, "invite": "yes"}
    assert lead.post(path, fields, page=path).status_code == 422
    answer = lead.post(path, fields | {"sure": "yes"}, page=path)
    assert answer.status_code == 200
    assert "/setup/" in answer.get_data(as_text=True)
    assert monitor.get("/me").status_code == 302
    with room.work() as session:
        for report_id in reports:
            view = triage_of(session, keyring(), report_id)
            assert view.standing.state is Workflow.NEW
            assert view.assignee == dana.actor
        slots = session.connection().exec_driver_sql("SELECT id FROM credential_slot")
        assert sam.id not in {row[0] for row in slots}
        done = {entry.act: entry for entry in latest(session, limit=20)}
        assert {"person.leave", "person.disable", "link.invite", "triage.assign"} <= set(done)
        assert done["person.leave"].detail == {"released": 1, "given": 1}
    assert lead.get(path).status_code == 404


def test_without_a_successor_the_work_goes_back_to_the_queue(room: DeskRoom) -> None:
    lead, _monitor, reports = _busy(room)
    path = f"/people/{_person(room, 'Sam').id}/leave"
    assert lead.post(path, {"sure": "yes"}, page=path).status_code == 302
    with room.work() as session:
        assert triage_of(session, keyring(), reports[1]).assignee is None


def test_nobody_takes_over_who_may_not_work_on_reports(room: DeskRoom) -> None:
    lead, _monitor, reports = _busy(room)
    somebody(room, Role.READER, "Rim")
    sam, rim, noor = (_person(room, name) for name in ("Sam", "Rim", "Noor"))
    path = f"/people/{sam.id}/leave"
    fields: dict[str, object] = {"successor": rim.id, "sure": "yes"}
    assert lead.post(path, fields, page=path).status_code == 400
    with room.work() as session:
        with pytest.raises(SuccessorError):
            leave(_hand(room, noor), storage_slots(), sam, successor_id=sam.id, invites=False)
        session.rollback()
        assert holding_of(session, sam).given == (reports[1],)


def test_the_last_lead_does_not_leave_and_nothing_is_let_go(room: DeskRoom) -> None:
    _busy(room)
    noor = _person(room, "Noor")
    with room.work(), pytest.raises(LastLeadError):
        leave(_hand(room, noor), storage_slots(), noor, successor_id="", invites=False)


def test_only_who_administers_lets_people_leave(room: DeskRoom) -> None:
    _lead, monitor, _reports = _busy(room)
    path = f"/people/{_person(room, 'Dana').id}/leave"
    assert monitor.get(path).status_code == 403
    assert monitor.post(path, {"sure": "yes"}, page="/me").status_code == 403


def test_who_only_administers_sees_numbers_and_no_report(room: DeskRoom) -> None:
    _busy(room)
    admin = somebody(room, Role.ADMIN, "Ada")
    page = admin.get(f"/people/{_person(room, 'Sam').id}/leave").get_data(as_text=True)
    assert "1 unfinished report" in page
    assert "Number" not in page
