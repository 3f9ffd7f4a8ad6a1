"""Incidents on a real desk: joined by people only, remembered, undone, sealed, shown."""

import pytest

from schemas.domain.ids import ReportId
from schemas.domain.report import Place
from schemas.domain.vocabulary import PlacePrecision
from server.desk.accounts.roles import Role
from server.desk.audit.store import latest, verify
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.triage import acts, incident_acts
from server.desk.triage.errors import (
    ClaimHeldError,
    IllegalTransitionError,
    IncidentChangedError,
    IncidentConflictError,
    UnknownIncidentError,
)
from server.desk.triage.incident_acts import IncidentWords
from server.desk.triage.incident_states import TRANSITIONS, IncidentAct, IncidentState, next_state
from server.desk.triage.incident_store import (
    incident_counts,
    incident_detail,
    incidents_page,
    memberships,
    told_apart_from,
)
from server.desk.triage.models import IncidentRow
from server.desk.triage.shared_words import shared_words
from server.desk.triage.store import history_of
from server.desk.triage.workflow import Act
from tests.unit.triage.desk_room import DeskRoom, token_for

ALIKE = "Men with lists went from door to door. Some doors now bear a red mark."
CANARY = "canary-title of the mill"


def standing(*report_ids: ReportId) -> list[int]:
    """How many reports the incident of each report holds; 0 for a report in none."""
    found = memberships(desk_session(), report_ids)
    return [found[each].reports if each in found else 0 for each in report_ids]


def test_two_reports_are_put_together_and_the_audit_line_stands_with_it(any_room: DeskRoom) -> None:
    one, other, amina = any_room.report(), any_room.report(), any_room.person()
    with any_room.inside():
        incident_id = incident_acts.same_event(any_room.hand(amina), one, other)
        desk_session().commit()
        assert standing(one, other) == [2, 2]
        for each in (one, other):
            line = latest(desk_session(), limit=1, subject=each)[0]
            assert (line.act, line.detail) == ("incident.put", {"incident": incident_id})
        assert verify(desk_session()).intact


def test_a_third_report_joins_the_incident_that_is_there(any_room: DeskRoom) -> None:
    one, other, third = (any_room.report() for _ in range(3))
    amina = any_room.person()
    with any_room.inside():
        hand = any_room.hand(amina)
        first = incident_acts.same_event(hand, one, other)
        assert incident_acts.same_event(hand, third, one) == first
        desk_session().commit()
        assert standing(one, other, third) == [3, 3, 3]


def test_two_incidents_are_never_joined_and_a_report_is_in_one_at_a_time(
    any_room: DeskRoom,
) -> None:
    reports = [any_room.report() for _ in range(4)]
    amina = any_room.person()
    with any_room.inside():
        hand = any_room.hand(amina)
        incident_acts.same_event(hand, reports[0], reports[1])
        second = incident_acts.same_event(hand, reports[2], reports[3])
        desk_session().commit()
        for refused in (
            lambda: incident_acts.same_event(any_room.hand(amina), reports[0], reports[2]),
            lambda: incident_acts.same_event(any_room.hand(amina), reports[0], reports[1]),
            lambda: incident_acts.same_event(any_room.hand(amina), reports[0], reports[0]),
            lambda: incident_acts.put_into(any_room.hand(amina), reports[0], second),
        ):
            with pytest.raises(IncidentConflictError):
                refused()
            desk_session().rollback()
        assert standing(*reports) == [2, 2, 2, 2]


def test_undo_takes_both_out_again_and_the_incident_leaves_the_list(any_room: DeskRoom) -> None:
    one, other, amina = any_room.report(), any_room.report(), any_room.person()
    with any_room.inside():
        incident_acts.same_event(any_room.hand(amina), one, other)
        desk_session().commit()
        assert incident_counts(desk_session())[IncidentState.OPEN] == 1
        assert acts.undo_together(any_room.hand(amina)) == 1
        desk_session().commit()
        assert standing(one, other) == [0, 0]
        assert incidents_page(desk_session(), keyring(), IncidentState.OPEN) == []
        assert incident_counts(desk_session())[IncidentState.OPEN] == 0
        assert history_of(desk_session(), one)[0].undone_at is not None


def test_a_report_is_taken_out_and_undo_puts_it_back(any_room: DeskRoom) -> None:
    one, other, amina = any_room.report(), any_room.report(), any_room.person()
    with any_room.inside():
        incident_id = incident_acts.same_event(any_room.hand(amina), one, other)
        incident_acts.take_out(any_room.hand(amina), other)
        desk_session().commit()
        assert standing(one, other) == [1, 0]
        acts.undo_last(any_room.hand(amina), other)
        desk_session().commit()
        assert standing(one, other) == [2, 2]
        assert set(incident_detail(desk_session(), keyring(), incident_id).report_ids) == {
            one,
            other,
        }


def test_undoing_the_whole_way_back_leaves_nothing_joined(any_room: DeskRoom) -> None:
    one, other, amina = any_room.report(), any_room.report(), any_room.person()
    with any_room.inside():
        incident_acts.same_event(any_room.hand(amina), one, other)
        incident_acts.take_out(any_room.hand(amina), one)
        for _ in range(2):
            acts.undo_last(any_room.hand(amina), one)
        desk_session().commit()
        assert standing(one, other) == [0, 0]


def test_told_apart_is_remembered_from_both_sides_until_it_is_undone(any_room: DeskRoom) -> None:
    one, other, amina = any_room.report(), any_room.report(), any_room.person()
    with any_room.inside():
        incident_acts.not_same(any_room.hand(amina), one, other)
        desk_session().commit()
        assert told_apart_from(desk_session(), one) == {other}
        assert told_apart_from(desk_session(), other) == {one}
        acts.undo_last(any_room.hand(amina), one)
        desk_session().commit()
        assert told_apart_from(desk_session(), other) == frozenset()


def test_a_colleagues_claim_stands_in_the_way(room: DeskRoom) -> None:
    one, other = room.report(), room.report()
    amina, jonas = room.person(), room.person()
    with room.inside():
        acts.take(room.hand(amina), one, Act.CLAIM)
        desk_session().commit()
        with pytest.raises(ClaimHeldError):
            incident_acts.same_event(room.hand(jonas), one, other)
        desk_session().rollback()
        assert standing(one, other) == [0, 0]


def test_an_incident_is_closed_and_opened_again_by_the_table(room: DeskRoom) -> None:
    for state, steps in TRANSITIONS.items():
        for act in IncidentAct:
            if act not in steps:
                with pytest.raises(IllegalTransitionError):
                    next_state(state, act)
    one, other, amina = room.report(), room.report(), room.person()
    with room.inside():
        incident_id = incident_acts.same_event(room.hand(amina), one, other)
        assert incident_acts.move(room.hand(amina), incident_id, IncidentAct.CLOSE) == "closed"
        desk_session().commit()
        assert incident_counts(desk_session()) == {
            IncidentState.OPEN: 0,
            IncidentState.CLOSED: 1,
        }
        incident_acts.move(room.hand(amina), incident_id, IncidentAct.REOPEN)
        with pytest.raises(UnknownIncidentError):
            incident_acts.move(room.hand(amina), "0" * 32, IncidentAct.CLOSE)


def test_what_is_written_about_an_incident_is_sealed_and_never_overwritten(
    any_room: DeskRoom,
) -> None:
    one, other, amina = any_room.report(), any_room.report(), any_room.person()
    with any_room.inside():
        incident_id = incident_acts.same_event(any_room.hand(amina), one, other)
        words = IncidentWords(CANARY, "two streets, one night")
        incident_acts.describe(any_room.hand(amina), incident_id, words, edition=0)
        desk_session().commit()
        row = desk_session().query(IncidentRow).one()
        assert row.sealed_words is not None
        assert CANARY.encode() not in row.sealed_words
        with pytest.raises(IncidentChangedError):
            incident_acts.describe(
                any_room.hand(amina), incident_id, IncidentWords("mine"), edition=0
            )
        desk_session().rollback()
        held = incident_detail(desk_session(), keyring(), incident_id)
        assert (held.title, held.edition) == (CANARY, 1)
        line = latest(desk_session(), limit=1, subject=incident_id)[0]
        assert (line.act, line.detail) == ("incident.describe", {})


def test_words_of_one_incident_do_not_open_as_anothers(room: DeskRoom) -> None:
    reports = [room.report() for _ in range(4)]
    amina = room.person()
    with room.inside():
        first = incident_acts.same_event(room.hand(amina), *reports[:2])
        second = incident_acts.same_event(room.hand(amina), *reports[2:])
        incident_acts.describe(room.hand(amina), first, IncidentWords(CANARY), edition=0)
        desk_session().flush()
        rows = {row.id: row for row in desk_session().query(IncidentRow)}
        rows[second].sealed_words = rows[first].sealed_words
        desk_session().flush()
        with pytest.raises(Exception, match=r"^(?!.*canary).*$"):
            incident_detail(desk_session(), keyring(), second)
        desk_session().rollback()


def test_the_report_page_proposes_with_evidence_and_forgets_what_was_judged(
    room: DeskRoom,
) -> None:
    one = room.report(ALIKE)
    other = room.report(ALIKE.replace("Some doors", "Many doors"))
    client = room.client(room.person())
    page = client.get(f"/reports/{one}").text
    assert f'value="{other}" data-key="s"' in page
    assert "In common:" in page
    assert ">lists</bdi>" in page
    form = {"csrf_token": token_for(client), "other": other}
    client.post(f"/reports/{one}/not-same-event", data=form)
    assert other not in client.get(f"/reports/{one}").text.split('id="incident"')[1]
    assert one not in client.get(f"/reports/{other}").text.split('id="incident"')[1]


def test_the_incidents_pages_count_voices_and_show_the_line_and_the_map(room: DeskRoom) -> None:
    place = Place(lat_e5=20_000, lon_e5=3_600_000, precision=PlacePrecision.SETTLEMENT)
    one = room.report(ALIKE, place=place, author=b"a" * 32, days_ago=2)
    other = room.report("A copy. " + ALIKE, author=b"b" * 32)
    third = room.report("Three boys had a bucket of paint.", author=b"c" * 32, days_ago=3)
    client = room.client(room.person())
    token = token_for(client)
    for each in (other, third):
        client.post(f"/reports/{one}/same-event", data={"csrf_token": token, "other": each})
        client.post(f"/reports/{each}/same-event", data={"csrf_token": token, "other": one})
    with room.inside():
        (held,) = incidents_page(desk_session(), keyring(), IncidentState.OPEN)
    page = client.get(f"/incidents/{held.id}").text
    assert "independent corroboration: 2 of 3 reports" in page
    assert page.index(third[:8]) < page.index(one[:8]) < page.index(other[:8])
    assert page.count('class="spot"') == 1
    listed = client.get("/incidents").text
    assert f"/incidents/{held.id}" in listed
    assert "in an incident of 3 reports" in client.get("/queue").text


def test_a_draft_survives_a_colleagues_change(room: DeskRoom) -> None:
    one, other, amina = room.report(), room.report(), room.person()
    with room.inside():
        incident_id = incident_acts.same_event(room.hand(amina), one, other)
        words = IncidentWords("theirs stands")
        incident_acts.describe(room.hand(amina), incident_id, words, edition=0)
        desk_session().commit()
    client = room.client(amina)
    form = {"csrf_token": token_for(client), "edition": "0", "title": "mine is kept", "note": ""}
    answer = client.post(f"/incidents/{incident_id}/words", data=form)
    assert answer.status_code == 409
    assert "theirs stands" in answer.text
    assert "mine is kept" in answer.text


def test_a_reader_sees_incidents_and_changes_nothing(room: DeskRoom) -> None:
    one, other, amina = room.report(), room.report(), room.person()
    with room.inside():
        incident_id = incident_acts.same_event(room.hand(amina), one, other)
        desk_session().commit()
    reader = room.client(room.person(Role.READER))
    assert reader.get(f"/incidents/{incident_id}").status_code == 200
    form = {"csrf_token": token_for(reader), "act": "close", "other": other}
    for path in (f"/incidents/{incident_id}/acts", f"/reports/{one}/take-out"):
        assert reader.post(path, data=form).status_code == 403
    assert reader.get("/incidents/nonsense").status_code == 404


def test_an_empty_list_says_how_an_incident_is_made(room: DeskRoom) -> None:
    page = room.client(room.person()).get("/incidents").text
    assert "No incident is open" in page
    assert "Same event" in page


def test_the_evidence_names_words_as_they_were_written() -> None:
    found = shared_words("Soldiers, at the BRIDGE (again)", "the bridge and two soldiers")
    assert found == ("Soldiers", "BRIDGE")
    assert shared_words("الجسر والجنود", "جسر قديم وجنود") == ("والجنود",)
