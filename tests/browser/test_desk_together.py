"""Two people at one desk, each in a browser of their own: no work twice, no word lost.

The desk's clock stands still and is moved by hand; the timers of the pages are moved likewise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from schemas.domain.vocabulary import Workflow
from server.desk.accounts.roles import Person
from server.desk.db import desk_session
from server.desk.intake.store import replies_to
from server.desk.keys.keyring import keyring
from server.desk.triage import incident_acts
from server.desk.triage.incident_acts import IncidentWords
from server.desk.triage.incident_store import incident_detail
from server.desk.triage.store import codings_of, history_of, triage_of
from server.desk.triage.translation import translation_of
from server.desk.triage.workflow import LEASE
from tests.browser.support.desk_pages import Visitors, press, serving
from tests.unit.triage.desk_room import DeskRoom, open_desk_room

pytestmark = pytest.mark.browser

RENEW_MILLISECONDS: Final = 100_000
"""How often an open page renews its claim."""
ASK_MILLISECONDS: Final = 4000
"""How often an open queue asks whether anything changed."""
ANSWER: Final = "Please stay inside until the trucks have gone."


@dataclass
class Together:
    """A desk, two people and their browsers."""

    room: DeskRoom
    amina: Person
    jonas: Person
    visitors: Visitors

    def open(self, path: str, person: Person) -> Page:
        """Open a page in a browser of a person's own, whose timers stand still."""
        page = self.visitors.context(self.room.token(person)).new_page()
        # Paused before anything is there, so that only the test moves the page's time.
        page.clock.install(time=self.room.clock.now())
        page.clock.pause_at(self.room.clock.now() + timedelta(hours=1))
        page.goto(self.visitors.address + path)
        return page

    def state(self, report_id: str) -> Workflow:
        """Tell where a report stands now."""
        with self.room.inside():
            triage = triage_of(desk_session(), keyring(), report_id)
            return triage.standing.at(self.room.clock.now()).state


@pytest.fixture
def together(tmp_path: Path, chromium: Browser) -> Iterator[Together]:
    """A desk with two monitors."""
    room = open_desk_room(tmp_path / "desk")
    amina, jonas = room.person(name="Amina"), room.person(name="Jonas")
    with serving(room.app) as address:
        visitors = Visitors(chromium, address)
        yield Together(room, amina, jonas, visitors)
        visitors.leave()


def opened(page: Page) -> str:
    """Tell which report is on a page."""
    page.wait_for_url("**/reports/*")
    return page.url.rsplit("/", 1)[1].split("#")[0]


def another(page: Page, seen: list[str]) -> str:
    """Wait until a report that was not there before is on a page, and tell which."""
    page.wait_for_url(lambda url: "/reports/" in url and not any(one in url for one in seen))
    press(page)
    return opened(page)


def test_two_who_take_the_next_report_at_once_never_get_the_same(together: Together) -> None:
    reports = {together.room.report(f"The well number {n} was closed.") for n in range(8)}
    pages = [together.open("/queue", one) for one in (together.amina, together.jonas)]
    for page in pages:
        press(page)
    taken: list[str] = []
    for _round in range(4):
        for page in pages:  # The second key goes down before the first one is answered.
            page.keyboard.press("n")
        taken += [another(page, taken) for page in pages]
    assert sorted(taken) == sorted(reports)


def test_what_somebody_holds_can_be_read_and_not_judged(together: Together) -> None:
    report_id = together.room.report("Trucks stand before the school.")
    together.room.report("The mill was closed.")
    stale = together.open(f"/reports/{report_id}", together.jonas)
    amina = together.open(f"/reports/{report_id}", together.amina)
    press(amina, "c")
    expect(amina.locator(".standing .badge").first).to_have_text("claimed")
    # His page is older than her claim: what he presses on it is refused and changes nothing.
    press(stale, "1")
    expect(stale.locator(".notice.error")).to_contain_text("Somebody else is working")
    expect(stale.locator(".standing")).to_contain_text("held by Amina")
    press(stale, "c", "t", "1", "g", "a")
    expect(stale.locator("#acts")).to_have_count(0)
    with together.room.inside():
        assert codings_of(desk_session(), keyring(), report_id) == []
        assert [act.act for act in history_of(desk_session(), report_id)] == ["claim"]
    press(stale, "n")
    stale.wait_for_url(lambda url: report_id not in url)
    assert opened(stale) != report_id


def test_an_open_page_renews_its_claim_for_as_long_as_it_is_open(together: Together) -> None:
    report_id = together.room.report("Trucks stand before the school.")
    amina = together.open(f"/reports/{report_id}", together.amina)
    press(amina, "c")
    expect(amina.locator(".standing .badge").first).to_have_text("claimed")
    press(amina)  # The page that says so counts the time once its own script has begun.
    for _renewed in range(4):
        together.room.clock.advance(timedelta(milliseconds=RENEW_MILLISECONDS))
        with amina.expect_response("**/lease") as answered:
            amina.clock.run_for(RENEW_MILLISECONDS)
        assert answered.value.status == 204
    assert 4 * timedelta(milliseconds=RENEW_MILLISECONDS) > LEASE
    jonas = together.open(f"/reports/{report_id}", together.jonas)
    expect(jonas.locator(".standing")).to_contain_text("held by Amina")


def test_a_claim_that_runs_out_is_handed_over_and_nothing_typed_is_lost(together: Together) -> None:
    report_id = together.room.report("Trucks stand before the school.")
    queue = together.open("/queue", together.jonas)
    amina = together.open(f"/reports/{report_id}", together.amina)
    press(amina, "c")
    expect(amina.locator(".standing .badge").first).to_have_text("claimed")
    press(amina, "r")
    amina.keyboard.type(ANSWER)
    queue.clock.run_for(ASK_MILLISECONDS)
    expect(queue.locator(".row")).to_contain_text("held by Amina")
    # She closes the lid: nothing renews. His open queue learns of it without a reload.
    together.room.clock.advance(LEASE)
    queue.clock.run_for(ASK_MILLISECONDS)
    expect(queue.locator(".row")).not_to_contain_text("held by")
    press(queue, "j", "c")
    assert opened(queue) == report_id
    expect(queue.locator(".standing .badge").first).to_have_text("claimed")
    # She opens it again: her page says what happened, and has what she wrote.
    amina.clock.run_for(RENEW_MILLISECONDS)
    expect(amina.locator("#claim-lost")).to_be_visible()
    expect(amina.locator("#reply-text")).to_have_value(ANSWER)
    amina.keyboard.press("Control+Enter")
    expect(amina.locator(".notice.error")).to_contain_text("Somebody else is working")
    expect(amina.locator("#unkept")).to_have_value(ANSWER)
    with together.room.inside():
        assert replies_to(desk_session(), keyring(), report_id) == []
    # As a note it reaches him.
    press(amina, "m")
    amina.keyboard.type(ANSWER)
    amina.keyboard.press("Control+Enter")
    expect(amina.locator("#notes")).to_contain_text(ANSWER)
    press(queue, "t")
    expect(queue.locator("h1")).to_have_text("Queue")
    assert together.state(report_id) is Workflow.TRIAGED


def test_nobody_undoes_what_a_colleague_did_or_finishes_it_twice(together: Together) -> None:
    report_id = together.room.report("Trucks stand before the school.")
    amina = together.open(f"/reports/{report_id}", together.amina)
    press(amina, "c")
    expect(amina.locator(".standing .badge").first).to_have_text("claimed")
    together.room.clock.advance(LEASE)
    jonas = together.open(f"/reports/{report_id}", together.jonas)
    press(jonas, "c")
    expect(jonas.locator(".standing .badge").first).to_have_text("claimed")
    press(amina, "u")
    expect(amina.locator(".notice.error")).to_contain_text("no last act of yours")
    stale = together.open(f"/reports/{report_id}", together.jonas)
    press(jonas, "t")
    expect(jonas.locator("h1")).to_have_text("Queue")
    press(stale, "t")
    expect(stale.locator(".notice.error")).to_contain_text("does not fit where the report stands")
    with together.room.inside():
        acts = [act.act for act in history_of(desk_session(), report_id)]
    assert acts == ["triage", "claim", "claim"]


def test_two_who_translate_at_once_both_see_both_texts(together: Together) -> None:
    report_id = together.room.report("رسموا علامات حمراء على أبواب بيوتنا ليلا", lang="ar")
    path = f"/reports/{report_id}"
    pages = [together.open(path, one) for one in (together.amina, together.jonas)]
    texts = ("They painted red marks on our doors.", "Red signs were drawn on our doors by night.")
    for page, text in zip(pages, texts, strict=True):
        press(page, "h")
        page.keyboard.type(text)
    amina, jonas = pages
    amina.keyboard.press("Control+Enter")
    expect(amina.locator("#translation summary")).to_contain_text("Amina")
    jonas.keyboard.press("Control+Enter")
    expect(jonas.locator(".notice.error")).to_contain_text("another translation")
    expect(jonas.locator(".kept-translation")).to_have_text(texts[0])
    expect(jonas.locator("#translation-text")).to_have_value(texts[1])
    press(jonas, "h", "End")
    jonas.keyboard.type(" They painted them.")
    jonas.keyboard.press("Control+Enter")
    expect(jonas.locator("#translation summary")).to_contain_text("Jonas")
    amina.reload()
    expect(amina.locator("#translation-text")).to_have_value(f"{texts[1]} They painted them.")
    with together.room.inside():
        found = translation_of(desk_session(), keyring(), report_id)
        assert found is not None
        assert found.edition == 2


def test_two_who_name_an_incident_at_once_both_see_both_texts(together: Together) -> None:
    room = together.room
    one, other = room.report("The well is fenced."), room.report("Nobody may draw water.")
    with room.inside():
        incident = incident_acts.same_event(room.hand(together.amina), one, other)
        desk_session().commit()
    pages = [
        together.open(f"/incidents/{incident}", one) for one in (together.amina, together.jonas)
    ]
    for page, title in zip(pages, ("The fenced well", "Water is denied"), strict=True):
        press(page, "n")
        page.keyboard.type(title)
    amina, jonas = pages
    amina.keyboard.press("Enter")
    expect(amina.locator("h1")).to_contain_text("The fenced well")
    jonas.keyboard.press("Enter")
    expect(jonas.locator(".notice.warning")).to_contain_text("A colleague wrote here meanwhile")
    expect(jonas.locator("h1")).to_contain_text("The fenced well")
    expect(jonas.locator("#title")).to_have_value("Water is denied")
    with room.inside():
        held = incident_detail(desk_session(), keyring(), incident)
        words = IncidentWords(held.title, held.note)
        assert words.title == "The fenced well"
