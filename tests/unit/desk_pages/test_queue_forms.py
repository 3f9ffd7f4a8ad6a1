"""The queue's forms, walked without a script: several at once, undo, views, what is refused."""

import pytest

from schemas.domain.vocabulary import Workflow
from server.desk.accounts.roles import Role
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.triage.store import codings_of, triage_of
from server.desk.triage.workflow import Act
from tests.unit.desk_pages.test_pages import post, state_of
from tests.unit.triage.desk_room import DeskRoom, token_for


def test_ticked_reports_are_closed_at_once_and_opened_again_by_one_undo(room: DeskRoom) -> None:
    client = room.client(room.person())
    ids: list[str] = [room.report(f"Report {number}.") for number in range(3)]
    answer = post(client, "/queue/acts?order=newest", act=Act.CLOSE.value, report_id=ids[:2])
    assert answer.headers["Location"].endswith("/queue?order=newest")
    assert [state_of(room, one) for one in ids] == [Workflow.CLOSED, Workflow.CLOSED, Workflow.NEW]
    post(client, "/queue/undo")
    assert {state_of(room, one) for one in ids} == {Workflow.NEW}
    assert (
        "nothing of yours to undo"
        in client.post(
            "/queue/undo", data={"csrf_token": token_for(client)}, follow_redirects=True
        ).text
    )


def test_ticked_reports_are_coded_and_given_to_a_colleague(room: DeskRoom) -> None:
    person, colleague = room.person(), room.person(name="Amal")
    client = room.client(person)
    ids: list[str] = [room.report(f"Report {number}.") for number in range(2)]
    post(client, "/queue/acts", act="code", indicator_id="7.12", report_id=ids)
    post(client, "/queue/acts", act="assign", assignee=colleague.actor, report_id=ids)
    with room.inside():
        session, ring = desk_session(), keyring()
        for report_id in ids:
            assert [one.indicator_id for one in codings_of(session, ring, report_id)] == ["7.12"]
            assert triage_of(session, ring, report_id).assignee == colleague.actor
    assert "given to" in client.get("/queue").text
    post(client, "/queue/acts", act="assign", assignee="nobody", report_id=ids)
    with room.inside():
        assert triage_of(desk_session(), keyring(), ids[0]).assignee is None


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "nonsense"},
        {"act": "escalate"},
        {"act": "assign", "assignee": "person:nobody-we-know"},
    ],
)
def test_what_the_queue_does_not_offer_is_refused(room: DeskRoom, fields: dict[str, str]) -> None:
    client, report_id = room.client(room.person()), room.report()
    assert post(client, "/queue/acts", **fields, report_id=report_id).status_code == 400


def test_what_a_colleague_holds_is_left_alone_and_said_so(room: DeskRoom) -> None:
    first, second = room.client(room.person()), room.client(room.person())
    report_id = room.report()
    post(first, "/queue/acts", act="claim", report_id=report_id)
    post(second, "/queue/acts", act=Act.MARK_SPAM.value, report_id=report_id)
    assert state_of(room, report_id) is Workflow.CLAIMED
    assert "left as they are" in second.get("/queue").text


def test_a_view_is_kept_opened_and_forgotten(room: DeskRoom) -> None:
    client = room.client(room.person())
    room.report("The mill burned.")
    post(client, "/queue/views?q=mill&order=newest", name="Mill")
    page = client.get("/queue?q=mill&order=newest").text
    assert ">Mill<" in page
    assert 'aria-current="true" data-key="1"' in page
    view_id = page.split("/queue/views/")[1].split("/")[0]
    other = room.client(room.person())
    assert ">Mill<" not in other.get("/queue").text
    post(other, f"/queue/views/{view_id}/forget")
    assert ">Mill<" in client.get("/queue").text
    post(client, f"/queue/views/{view_id}/forget")
    assert ">Mill<" not in client.get("/queue").text
    assert (
        "Give the view a name"
        in client.get(post(client, "/queue/views", name=" ").headers["Location"]).text
    )


def test_the_pulse_changes_with_the_queue_and_reads_no_report(room: DeskRoom) -> None:
    person = room.person()
    client, report_id = room.client(person), room.report()
    before = client.get("/queue/pulse").json
    assert client.get("/queue/pulse").json == before
    post(client, "/queue/acts", act="claim", report_id=report_id)
    after = client.get("/queue/pulse").json
    assert after != before
    room.report("Another one.")
    assert client.get("/queue/pulse").json != after
    assert room.app.test_client().get("/queue/pulse").status_code in {302, 303}


def test_a_reader_sees_no_act_and_may_do_none(room: DeskRoom) -> None:
    client, report_id = room.client(room.person(Role.READER)), room.report()
    page = client.get("/queue").text
    assert 'name="act"' not in page
    for path in ("/queue/acts", "/queue/undo", "/queue/next"):
        assert post(client, path, act="claim", report_id=report_id).status_code == 403
