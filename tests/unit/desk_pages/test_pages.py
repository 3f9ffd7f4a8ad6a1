"""Pages work with plain forms: every way of the desk, walked without any script."""

import re
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from schemas.domain.report import Place
from schemas.domain.vocabulary import Category, PlacePrecision, Workflow
from server.desk.accounts.roles import Role
from server.desk.appearance import THEME_COOKIE
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.triage.store import codings_of, triage_of
from tests.unit.triage.desk_room import DeskRoom, token_for

ANSWERS = {
    "headline": "Doors are being marked in the Rift Valley",
    "known": "Over four weeks several reports tell of marks on doors.",
    "basis": "Eyewitnesses on independent devices, graded B2 to C3.",
    "unknown": "Nobody knows who paints, or by whose order.",
    "explanations": "A water company marks houses too; one report says so.",
    "step": "Ask the governor for a public answer within the week.",
    "pillar": "state",
}
PUBLISH = {
    "status": "Exercise",
    "severity": "Severe",
    "urgency": "Expected",
    "certainty": "Possible",
    "scope": "Restricted",
    "restriction": "For the addressed only.",
    "language": "en",
}


def post(client: FlaskClient, path: str, **fields: str | list[str]) -> TestResponse:
    """Send a form with its token."""
    return client.post(path, data={"csrf_token": token_for(client), **fields})


def state_of(room: DeskRoom, report_id: str) -> Workflow:
    """Read where a report stands."""
    with room.inside():
        triage = triage_of(desk_session(), keyring(), report_id)
        return triage.standing.at(room.clock.now()).state


def test_an_empty_desk_teaches_where_reports_come_from(room: DeskRoom) -> None:
    page = room.client(room.person()).get("/queue").text
    assert "No report has arrived yet" in page
    assert "invitation" in page


def test_the_queue_shows_what_waits_oldest_first(room: DeskRoom) -> None:
    first, second = room.report("The first one."), room.report("The second one.")
    page = room.client(room.person()).get("/queue").text
    assert page.index(first[:8]) < page.index(second[:8])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("category=attack", {"b"}),
        ("area=SD-KH", {"b"}),
        ("area=none", {"c"}),
        ("lang=ar", {"c"}),
        ("days=7", {"a", "b"}),
        ("state=all&order=newest", {"a", "b", "c"}),
        ("state=spam", set()),
        ("state=nonsense&days=x&page=zz&order=1", {"a", "b", "c"}),
    ],
)
def test_filters_show_what_was_asked_for(room: DeskRoom, query: str, shown: set[str]) -> None:
    ids = {
        "a": room.report("Marks on doors."),
        "b": room.report("Shots at night.", category=Category.ATTACK, area="SD-KH"),
        "c": room.report("سمعنا شيئا", lang="ar", place=Place(text="somewhere"), days_ago=30),
    }
    page = room.client(room.person()).get(f"/queue?{query}").text
    assert {name for name, report_id in ids.items() if report_id[:8] in page} == shown


def test_a_text_stands_in_its_own_direction(room: DeskRoom) -> None:
    report_id = room.report("رسموا علامات على الأبواب", lang="ar")
    page = room.client(room.person()).get(f"/reports/{report_id}").text
    assert 'class="words" lang="ar" dir="rtl"' in page


def test_what_a_witness_writes_is_text_and_never_markup(room: DeskRoom) -> None:
    report_id = room.report(
        "<script>alert(1)</script>", place=Place(text='"><img src=x onerror=y>')
    )
    client = room.client(room.person())
    for path in ("/queue", f"/reports/{report_id}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_no_page_has_an_inline_script_or_style(room: DeskRoom) -> None:
    report_id = room.report()
    client = room.client(room.person(Role.LEAD))
    for path in ("/queue", f"/reports/{report_id}", "/signals", "/publications"):
        page = client.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page), path


def test_a_report_is_claimed_coded_graded_and_finished_by_forms(room: DeskRoom) -> None:
    report_id, person = room.report(), room.person()
    client = room.client(person)
    post(client, f"/reports/{report_id}/acts", act="claim")
    assert state_of(room, report_id) is Workflow.CLAIMED
    post(client, f"/reports/{report_id}/codings", indicator_id="7.12", confidence="high")
    post(client, f"/reports/{report_id}/grade", reliability="B", credibility="2")
    post(client, f"/reports/{report_id}/findings", finding="screen")
    post(client, f"/reports/{report_id}/notes", text="Seen before.")
    done = post(client, f"/reports/{report_id}/acts", act="triage", then="next")
    assert done.location.endswith("/queue")
    assert state_of(room, report_id) is Workflow.TRIAGED
    page = client.get(f"/reports/{report_id}").text
    for said in ("B2", "screened", "Seen before.", "finished triage", "7.12"):
        assert said in page
    with room.inside():
        assert codings_of(desk_session(), keyring(), report_id)[0].confidence.value == "high"


def test_finishing_one_report_claims_the_next(room: DeskRoom) -> None:
    first, second = room.report("One."), room.report("Two.")
    client = room.client(room.person())
    post(client, "/queue/next")
    done = post(client, f"/reports/{first}/acts", act="triage", then="next")
    assert done.location.endswith(f"/reports/{second}")
    assert state_of(room, second) is Workflow.CLAIMED


def test_somebody_elses_report_can_be_read_but_not_worked_on(room: DeskRoom) -> None:
    report_id = room.report()
    post(room.client(room.person(name="Amina")), f"/reports/{report_id}/acts", act="claim")
    other = room.client(room.person())
    page = other.get(f"/reports/{report_id}").text
    assert "Amina" in page
    assert 'name="indicator_id"' not in page
    refused = other.post(
        f"/reports/{report_id}/codings",
        data={"csrf_token": token_for(other), "indicator_id": "7.12"},
        follow_redirects=True,
    )
    assert "Somebody else is working on this report" in refused.text


def test_a_reader_reads_and_changes_nothing(room: DeskRoom) -> None:
    report_id = room.report()
    reader = room.client(room.person(Role.READER))
    assert reader.get(f"/reports/{report_id}").status_code == 200
    for path in ("acts", "codings", "grade", "notes", "undo", "lease", "replies", "findings"):
        assert post(reader, f"/reports/{report_id}/{path}").status_code == 403, path
    assert state_of(room, report_id) is Workflow.NEW


def test_a_form_without_its_token_does_nothing(room: DeskRoom) -> None:
    report_id = room.report()
    client = room.client(room.person())
    assert client.post(f"/reports/{report_id}/acts", data={"act": "mark_spam"}).status_code == 400
    assert state_of(room, report_id) is Workflow.NEW


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("acts", {"act": "dance"}),
        ("findings", {"finding": "guess"}),
        ("findings", {"finding": "corroborate", "independent_sources": "many"}),
        ("grade", {"reliability": "Z", "credibility": "1"}),
        ("codings", {"indicator_id": "7.12", "confidence": "total"}),
        ("replies", {"kind": "poem", "text": "x"}),
    ],
)
def test_a_form_with_a_field_outside_of_its_list_is_refused(
    room: DeskRoom, path: str, fields: Mapping[str, str]
) -> None:
    report_id = room.report()
    client = room.client(room.person())
    assert post(client, f"/reports/{report_id}/{path}", **dict(fields)).status_code == 400


def test_an_indicator_that_does_not_exist_is_told_in_words(room: DeskRoom) -> None:
    report_id = room.report()
    client = room.client(room.person())
    post(client, f"/reports/{report_id}/codings", indicator_id="99.99")
    assert "no such indicator" in client.get(f"/reports/{report_id}").text


def test_a_report_that_does_not_exist_is_not_found(room: DeskRoom) -> None:
    client = room.client(room.person())
    assert client.get(f"/reports/{'0' * 64}").status_code == 404
    assert client.get("/reports/xyz").status_code == 404


def test_several_reports_are_put_aside_at_once(room: DeskRoom) -> None:
    ids = [room.report(f"Number {n}") for n in range(3)]
    client = room.client(room.person())
    post(client, "/queue/acts", act="mark_spam", report_id=list(ids[:2]))
    assert [state_of(room, report_id).value for report_id in ids] == ["spam", "spam", "new"]


def test_one_held_report_does_not_stop_the_others(room: DeskRoom) -> None:
    held, free = room.report("Held."), room.report("Free.")
    post(room.client(room.person()), f"/reports/{held}/acts", act="claim")
    post(room.client(room.person()), "/queue/acts", act="mark_spam", report_id=[held, free])
    assert state_of(room, held) is Workflow.CLAIMED
    assert state_of(room, free) is Workflow.SPAM


def test_a_likely_duplicate_is_proposed_and_never_merged_by_itself(room: DeskRoom) -> None:
    place = Place(lat_e5=50_000, lon_e5=3_600_000, precision=PlacePrecision.SETTLEMENT)
    first = room.report("A red cross was painted on our door last night.", place=place)
    second = room.report("a red cross painted on our door last night", place=place)
    client = room.client(room.person())
    page = client.get(f"/reports/{second}").text
    assert f'name="duplicate_of" value="{first}"' in page
    assert state_of(room, second) is Workflow.NEW
    post(client, f"/reports/{second}/acts", act="mark_duplicate", duplicate_of=first[:12])
    assert state_of(room, second) is Workflow.DUPLICATE


def test_an_answer_that_is_too_long_is_told_and_not_sent(room: DeskRoom) -> None:
    report_id = room.report()
    client = room.client(room.person())
    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(1900))
    path = f"/reports/{report_id}/replies"
    refused = post(client, path, kind="reply", text=noise, lang="zh")
    assert "empty or too long" in refused.text
    assert f"{noise}</textarea>" in refused.text
    assert noise not in client.get(f"/reports/{report_id}").text
    post(client, f"/reports/{report_id}/replies", kind="question", text="When was it?", lang="en")
    assert "When was it?" in client.get(f"/reports/{report_id}").text


def test_light_and_dark_are_chosen_without_a_script(room: DeskRoom) -> None:
    client = room.client(room.person())
    post(client, "/appearance", theme="dark", next="/queue")
    assert 'data-theme="dark"' in client.get("/queue").text
    back = post(client, "/appearance", theme="system", next="//elsewhere.example/x")
    assert "elsewhere" not in back.location
    assert client.get_cookie(THEME_COOKIE) is None


def coded_reports(room: DeskRoom, many: int = 6) -> None:
    """Let a monitor code some reports of one province."""
    client = room.client(room.person())
    for number in range(many):
        report_id = room.report(f"Number {number}: a red mark on a door nearby.")
        post(client, f"/reports/{report_id}/codings", indicator_id="7.12")


def test_signals_say_when_there_is_nothing_to_count(room: DeskRoom) -> None:
    page = room.client(room.person()).get("/signals").text
    assert "Nothing to count yet" in page


def test_the_map_names_every_province_and_says_where_nothing_was_heard(room: DeskRoom) -> None:
    coded_reports(room)
    page = room.client(room.person()).get("/signals?subject=7.12").text
    assert "Rift Valley: 6 reports" in page
    assert "Nyanza: nothing heard" in page
    assert "Borders on maps do not mean" in page


def test_every_alarm_stands_beside_its_measured_error(room: DeskRoom) -> None:
    coded_reports(room)
    page = room.client(room.person()).get("/signals?subject=7.12&area=KE-700").text
    assert "false alarms, measured:" in page
    assert "by chance" in page


def test_a_warning_goes_the_whole_way_by_forms(room: DeskRoom) -> None:
    coded_reports(room)
    analyst, lead = room.client(room.person(Role.ANALYST)), room.client(room.person(Role.LEAD))
    week = "2026-W48"
    kept = post(analyst, "/signals", country="KEN", area="KE-700", subject="7.12", week=week)
    signal = kept.location
    assert analyst.get(signal).status_code == 200
    short = post(analyst, f"{signal}/assessment", **{**ANSWERS, "known": "marks"})
    assert short.status_code == 422
    assert ANSWERS["basis"] in short.text
    assessment = post(analyst, f"{signal}/assessment", **ANSWERS).location
    assert "Sign it" not in analyst.get(assessment).text
    assert post(analyst, f"{assessment}/acts", act="sign").status_code == 403
    post(lead, f"{assessment}/acts", act="sign")
    assert "disclosure check passed" in lead.get(f"{assessment}/publication").text
    publication = post(lead, f"{assessment}/publication", **PUBLISH).location
    assert ANSWERS["headline"] in lead.get(publication).text
    cap = lead.get(f"{publication}/cap")
    assert cap.content_type.startswith("application/cap+xml")
    post(lead, f"{publication}/cancellation")
    assert "cancellation" in lead.get("/publications").text


def test_a_lead_cannot_sign_what_they_wrote_themselves(room: DeskRoom) -> None:
    coded_reports(room)
    lead = room.client(room.person(Role.LEAD))
    signal = post(
        lead, "/signals", country="KEN", area="KE-700", subject="7.12", week="2026-W48"
    ).location
    assessment = post(lead, f"{signal}/assessment", **ANSWERS).location
    post(lead, f"{assessment}/acts", act="sign", back=assessment)
    page = lead.get(assessment).text
    assert "must be somebody else" in page
    assert "waits for a second signature" in page


@pytest.mark.parametrize("wanted", ["cap", "geojson", "hxl", "atom"])
def test_files_are_behind_the_login_and_say_when_there_is_nothing(
    room: DeskRoom, wanted: str
) -> None:
    assert "/login" in room.app.test_client().get(f"/publications/files/{wanted}").location
    inside = room.client(room.person()).get(f"/publications/files/{wanted}")
    assert inside.status_code == 404
    assert "Nothing was published" in inside.text


def test_a_follow_up_is_shown_with_what_it_follows(room: DeskRoom) -> None:
    first = room.report("The first part.")
    second = room.report("The second part.", about=first)
    client = room.client(room.person())
    assert second[:8] in client.get(f"/reports/{first}").text
    assert first[:8] in client.get(f"/reports/{second}").text


def test_two_reports_of_one_phone_are_told_to_be_one_source(room: DeskRoom) -> None:
    phone = bytes(range(32))
    first, second = room.report("One.", author=phone), room.report("Two.", author=phone)
    stranger = room.report("Three.")
    page = room.client(room.person()).get(f"/reports/{first}").text
    assert "no second source" in page
    assert second[:8] in page
    assert stranger[:8] not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"area": "ZZ-1", "subject": "7.12", "week": "2026-W48"},
        {"area": "KE-700", "subject": "99", "week": "2026-W48"},
        {"area": "KE-700", "subject": "7.12", "week": "never"},
        {"area": "KE-700", "subject": "7.12", "week": "2019-W01"},
        {},
    ],
)
def test_a_signal_about_nothing_is_not_kept(room: DeskRoom, fields: Mapping[str, str]) -> None:
    room.report()
    analyst = room.client(room.person(Role.ANALYST))
    assert post(analyst, "/signals", **dict(fields)).status_code == 404
    assert "Signals under assessment" not in analyst.get("/signals").text
