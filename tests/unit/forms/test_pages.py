"""The forms editor without a script: every way from an empty draft into the signed directory."""

import io
import re

import pytest

from client_sync.trust import accept_directory
from schemas.domain.ids import RootKey
from schemas.forms import in_force
from server.desk.accounts.roles import Role
from server.desk.keys.directories import newest
from server.desk.keys.profile import profile
from tests.support.desk import DeskRoom
from tests.support.desk_browser import DeskBrowser, somebody
from tests.unit.forms.spreadsheets import ANSWERS, SURVEY, file_of

EDITION = re.compile(r'name="edition" value="(\d+)"')


@pytest.fixture
def lead(room: DeskRoom) -> DeskBrowser:
    """A lead who is logged in."""
    return somebody(room, Role.LEAD)


def keep(browser: DeskBrowser, draft: str, path: str, **fields: object) -> str:
    """Send a form of a draft's page; give the address it leads to."""
    page = browser.get(draft).text
    edition = EDITION.search(page)
    assert edition is not None
    answer = browser.post(draft + path, {"edition": edition[1], **fields}, page="/forms")
    return str(answer.headers.get("Location", answer.status_code))


def begun(lead: DeskBrowser, title: str = "Water") -> str:
    """Begin a form; give the address of its draft."""
    return str(lead.post("/forms/new", {"title": title}, page="/forms").headers["Location"])


def test_a_form_made_in_the_console_is_in_the_directory_that_a_client_verifies(
    room: DeskRoom, lead: DeskBrowser
) -> None:
    draft = begun(lead)
    keep(lead, draft, "/about", title_en="Water", category=["deprivation"])
    first = keep(lead, draft, "/questions", act="add", type="choice")
    assert first == f"{draft}/questions/1"
    keep(
        lead,
        draft,
        "/questions/1",
        type="choice",
        key="from",
        label_en="Where does it come from?",
        required="yes",
        option_0_en="A well",
        option_1_en="The river",
    )
    keep(lead, draft, "/questions", act="add", type="number")
    keep(
        lead,
        draft,
        "/questions/2",
        type="number",
        key="far",
        label_en="How far is it?",
        most="600",
        when="all",
        answer_0="from=a_well",
    )
    page = lead.get(draft).text
    assert "Nothing is in the way" in page
    said = lead.get(f"{draft}/publish").text
    assert "This form is new" in said
    assert keep(lead, draft, "/publish") == "/forms/water"
    with room.work() as session:
        row = newest(session)
        assert row is not None
        believed = accept_directory(row.signed, RootKey(profile(session).founding_root))
    form = in_force(believed.directory.forms)[-1]
    assert (form.key, form.title["en"], len(form.questions)) == ("water", "Water", 2)
    assert form.questions[1].when is not None
    assert "Published and signed" in lead.get("/forms/water").text
    assert lead.get(draft).status_code == 404


def test_changes_are_said_before_they_are_signed_and_an_earlier_edition_comes_back(
    room: DeskRoom, lead: DeskBrowser
) -> None:
    draft = str(lead.post("/forms/conduct/draft", {}, page="/forms").headers["Location"])
    keep(lead, draft, "/questions", act="remove:2")
    keep(lead, draft, "/questions", act="down:1")
    said = lead.get(f"{draft}/publish").text
    assert "No longer asked" in said
    assert "another order" in said
    before = len(in_force(room.directory().forms)[0].questions)
    keep(lead, draft, "/undo")
    keep(lead, draft, "/publish")
    assert len(in_force(room.directory().forms)[0].questions) == before - 1
    draft = str(lead.post("/forms/conduct/draft", {}, page="/forms").headers["Location"])
    keep(lead, draft, "/questions", act="remove:1")
    keep(lead, draft, "/publish")
    back = lead.post("/forms/conduct/draft", {"version": "1000"}, page="/forms")
    keep(lead, str(back.headers["Location"]), "/publish")
    assert len(in_force(room.directory().forms)[0].questions) == before - 1
    lead.post("/forms/conduct/withdraw", {}, page="/forms")
    assert room.directory().forms == ()
    assert lead.post("/forms/conduct/withdraw", {}, page="/forms").status_code == 404


def test_two_who_change_a_question_at_once_see_both_texts(
    room: DeskRoom, lead: DeskBrowser
) -> None:
    draft = begun(lead)
    keep(lead, draft, "/questions", act="add", type="text")
    page = lead.get(f"{draft}/questions/1").text
    edition = EDITION.search(page)
    assert edition is not None
    keep(lead, draft, "/questions/1", type="text", label_en="The colleague's words")
    late = {"edition": edition[1], "type": "text", "label_en": "My words"}
    answer = lead.post(f"{draft}/questions/1", late, page="/forms")
    assert answer.status_code == 409
    assert "My words" in answer.text
    assert "colleague" in lead.get(draft).text.replace("&#39;", "'")
    stale = lead.post(f"{draft}/undo", {"edition": "1"}, page="/forms")
    assert stale.status_code == 302
    assert "colleague" in lead.get(draft).text


def test_a_draft_that_breaks_a_rule_says_where_and_is_not_published(
    room: DeskRoom, lead: DeskBrowser
) -> None:
    draft = begun(lead)
    keep(lead, draft, "/languages", language="fr")
    keep(lead, draft, "/questions", act="add", type="choice")
    page = lead.get(draft).text
    assert "The title is missing in “fr”." in page
    assert 'href="#question-question"' in page
    assert keep(lead, draft, "/publish") == draft
    assert room.directory().forms == ()
    keep(lead, draft, "/languages", remove="fr")
    keep(lead, draft, "/discard")
    assert "draft waits" not in lead.get("/forms").text


def test_an_uploaded_xlsform_becomes_a_draft_whose_findings_are_read_first(
    room: DeskRoom, lead: DeskBrowser
) -> None:
    asked = ["select_one source", "from", "Where from?", "D'où ?"]
    file = file_of([SURVEY, asked, ["image", "i", "P", "P"]], ANSWERS)
    upload: dict[str, object] = {"file": (io.BytesIO(file), "water.xlsx")}
    draft = str(lead.post("/forms/import", upload, page="/forms").headers["Location"])
    page = lead.get(draft).text
    assert "survey!A3" in page
    assert keep(lead, draft, "/publish") == draft
    keep(lead, draft, "/read")
    assert "survey!A3" not in lead.get(draft).text
    assert keep(lead, draft, "/publish") == "/forms/water"
    answer = lead.get("/forms/water/xlsx")
    assert answer.data.startswith(b"PK")
    assert "water.xlsx" in answer.headers["Content-Disposition"]
    bad = lead.post("/forms/import", {"file": (io.BytesIO(b"x"), "a.xlsx")}, page="/forms")
    assert (bad.status_code, "Save it as .xlsx" in bad.text) == (422, True)


def test_the_preview_shows_a_form_in_its_languages(lead: DeskBrowser) -> None:
    page = lead.get("/forms/conduct/preview?lang=ar").text
    assert 'dir="rtl"' in page
    assert "نعم" not in page  # the phone's own words are the phone's own code
    assert lead.get("/forms/nothing/preview").status_code == 404


def test_words_of_a_form_are_never_markup(lead: DeskBrowser) -> None:
    hostile = "<script>alert(1)</script>\" onload='x"
    draft = begun(lead, hostile)
    keep(lead, draft, "/questions", act="add", type="choice")
    keep(lead, draft, "/questions/1", type="choice", label_en=hostile, option_0_en=hostile)
    for path in ("/forms", draft, f"{draft}/questions/1", f"{draft}/publish", f"{draft}/preview"):
        page = lead.get(path).text
        assert "<script>alert" not in page, path
        assert "\" onload='x" not in page, path


@pytest.mark.parametrize("role", [Role.READER, Role.MONITOR, Role.ANALYST])
def test_only_a_lead_changes_what_is_asked(room: DeskRoom, role: Role) -> None:
    browser = somebody(room, role, name="Kim")
    assert browser.get("/forms").status_code == 403
    assert browser.post("/forms/new", {"title": "X"}, page="/me").status_code == 403


def test_a_locked_desk_shows_no_draft(room: DeskRoom, lead: DeskBrowser) -> None:
    begun(lead)
    room.ring.lock()
    assert lead.get("/forms").status_code == 423
