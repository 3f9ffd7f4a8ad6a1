"""The thread on the report page: what a reporter said since, and what the desk may do about it."""

from schemas.domain.vocabulary import Purpose, Workflow
from server.desk.accounts.roles import Role
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.triage.store import triage_of
from tests.unit.desk_pages.test_pages import post
from tests.unit.triage.desk_room import DeskRoom

PHONE = bytes(range(32))
STRANGER = bytes(reversed(range(32)))


def test_a_correction_stands_beside_the_original(room: DeskRoom) -> None:
    first = room.report("Twelve trucks came.", author=PHONE)
    room.report("It were two trucks.", about=first, author=PHONE, purpose=Purpose.CORRECTION)
    page = room.client(room.person()).get(f"/reports/{first}").text
    assert "Twelve trucks came." in page
    assert "Corrected by the reporter; both are kept" in page
    assert "It were two trucks." in page
    assert "not shown to be from the same phone" not in page


def test_a_withdrawal_is_shown_and_deletes_nothing(room: DeskRoom) -> None:
    first = room.report("Twelve trucks came.", author=PHONE)
    room.report("I take it back.", about=first, author=PHONE, purpose=Purpose.WITHDRAWAL)
    page = room.client(room.person()).get(f"/reports/{first}").text
    assert "The reporter takes this report back." in page
    assert "Twelve trucks came." in page
    with room.inside():
        triage = triage_of(desk_session(), keyring(), first)
        assert triage.standing.at(room.clock.now()).state is Workflow.NEW


def test_a_strangers_withdrawal_is_told_to_be_one(room: DeskRoom) -> None:
    first = room.report("Twelve trucks came.", author=PHONE)
    room.report("I take it back.", about=first, author=STRANGER, purpose=Purpose.WITHDRAWAL)
    page = room.client(room.person()).get(f"/reports/{first}").text
    assert "not shown to be from the same phone" in page


def test_question_and_answer_stand_in_one_thread_in_their_order(room: DeskRoom) -> None:
    first = room.report("Twelve trucks came.", author=PHONE, days_ago=2)
    client = room.client(room.person())
    post(client, f"/reports/{first}/replies", kind="question", text="Where from?", lang="en")
    room.report("From the north.", about=first, author=PHONE, purpose=Purpose.ANSWER, days_ago=-1)
    page = client.get(f"/reports/{first}").text
    assert "answers the desk" in page
    assert page.index("Where from?") < page.index("From the north.")


def test_somebody_who_is_not_safe_is_not_written_to(room: DeskRoom) -> None:
    first = room.report("Twelve trucks came.", author=PHONE)
    room.report("Do not contact me.", about=first, author=PHONE, purpose=Purpose.UNSAFE)
    client = room.client(room.person())
    page = client.get(f"/reports/{first}").text
    assert "do not contact" in page
    assert "Seal and send" not in page
    path = f"/reports/{first}/replies"
    refused = post(client, path, kind="reply", text="Where are you?", lang="en").text
    assert "Nothing was written" in refused
    assert 'readonly dir="auto">Where are you?</textarea>' in refused
    assert "Where are you?" not in client.get(f"/reports/{first}").text


def test_a_lead_lifts_with_a_reason(room: DeskRoom) -> None:
    first = room.report("Twelve trucks came.", author=PHONE)
    room.report("Do not contact me.", about=first, author=PHONE, purpose=Purpose.UNSAFE)
    lead = room.client(room.person(Role.LEAD))
    post(lead, f"/reports/{first}/contact", reason=" ")
    assert "Why contact is safe again" in lead.get(f"/reports/{first}").text
    post(lead, f"/reports/{first}/contact", reason="They rang from abroad.")
    page = lead.get(f"/reports/{first}").text
    assert "Seal and send" in page
    assert "do not contact" not in page


def test_the_queue_tells_what_a_follow_up_is_for(room: DeskRoom) -> None:
    first = room.report("Twelve trucks came.", author=PHONE)
    room.report("I take it back.", about=first, author=PHONE, purpose=Purpose.WITHDRAWAL)
    assert "takes it back" in room.client(room.person()).get("/queue").text
