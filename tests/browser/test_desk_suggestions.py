"""The page of suggestions in a real browser: by keys alone, live, axe in two languages."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from server.desk.accounts.roles import Person, Role
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.suggestions import store
from tests.browser.support.desk_pages import DESKTOP, PHONE, Visitors, serving, violations, width_of
from tests.support.held_out import halves
from tests.unit.suggestions.test_suggestions_room import code_all
from tests.unit.triage.desk_room import DeskRoom, open_desk_room

pytestmark = pytest.mark.browser
LEARNING_MS = 60_000
"""A first model takes some seconds on two idle cores; a polite process waits for busy ones."""


@dataclass
class Taught:
    """A desk with enough codings, who leads it, and browsers."""

    room: DeskRoom
    visitors: Visitors
    lead: Person

    def open(self, path: str, lang: str = "en", screen: ViewportSize = DESKTOP) -> Page:
        """Open a page as the lead."""
        return self.visitors.open(path, self.room.token(self.lead), lang=lang, viewport=screen)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Taught]:
    room = open_desk_room(tmp_path_factory.mktemp("desk"))
    code_all(room, halves(150)[0].learned)
    with serving(room.app) as address:
        people = Visitors(chromium, address)
        yield Taught(room, people, room.person(Role.LEAD))
        people.leave()


def test_a_desk_learns_by_keys_alone_and_the_page_says_when_it_is_done(taught: Taught) -> None:
    page = taught.open("/suggestions")
    expect(page.locator("#later-heading")).to_be_visible()
    page.get_by_role("button", name="Learn from all codings").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#now-heading + p")).to_contain_text("Model 1", timeout=LEARNING_MS)
    expect(page.get_by_role("status").last).to_contain_text("Learned: model 1.")
    page.reload()
    expect(page.locator("svg.calibration circle").first).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_the_figures_and_they_do_not_scroll_sideways(
    taught: Taught, lang: str, screen: ViewportSize
) -> None:
    with taught.room.inside():
        assert store.history(desk_session(), keyring())
    page = taught.open("/suggestions", lang, screen)
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        assert violations(page) == [], f"{lang} {theme}"
    assert width_of(page) <= screen["width"]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_report_with_a_models_reasons_still_fits_the_screen(taught: Taught, lang: str) -> None:
    report_id = taught.room.report("They painted crosses on the gates of our neighbours at night.")
    page = taught.open(f"/reports/{report_id}", lang)
    expect(page.locator(".hint-source")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollHeight") <= DESKTOP["height"]
