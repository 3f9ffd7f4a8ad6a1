"""The page of suggestions in a real browser: by keys alone, live, axe in two languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from server.desk.accounts.roles import Person, Role
from server.desk.csrf import SESSION_COOKIE
from server.desk.db import db, desk_session
from server.desk.keys.keyring import keyring
from server.desk.suggestions import store
from tests.browser.support.desk_pages import DESKTOP, PHONE, violations
from tests.support.held_out import halves
from tests.unit.suggestions.test_suggestions_room import code_all
from tests.unit.triage.desk_room import DeskRoom, open_desk_room

pytestmark = pytest.mark.browser
LEARNING_MS = 60_000
"""A first model takes some seconds on two idle cores; a polite process waits for busy ones."""


@dataclass
class Taught:
    """A desk with enough codings, that answers on a port."""

    room: DeskRoom
    address: str
    lead: Person


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taught]:
    room = open_desk_room(tmp_path_factory.mktemp("desk"))
    code_all(room, halves(150)[0].learned)
    server = make_server("127.0.0.1", 0, room.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield Taught(room, f"http://127.0.0.1:{server.port}", room.person(Role.LEAD))
    server.shutdown()
    thread.join()
    server.server_close()
    with room.inside():
        db.engine.dispose()


def opened(
    taught: Taught, chromium: Browser, lang: str, screen: dict[str, int], path: str = "/suggestions"
) -> Page:
    context = chromium.new_context(viewport=screen, reduced_motion="reduce")  # type: ignore[arg-type]
    token = taught.room.token(taught.lead)
    context.add_cookies(
        [
            {"name": name, "value": value, "url": taught.address}
            for name, value in ((SESSION_COOKIE, token), ("language", lang))
        ]
    )
    page = context.new_page()
    page.goto(taught.address + path)
    return page


def test_a_desk_learns_by_keys_alone_and_the_page_says_when_it_is_done(
    taught: Taught, chromium: Browser
) -> None:
    page = opened(taught, chromium, "en", DESKTOP)
    expect(page.locator("#later-heading")).to_be_visible()
    page.get_by_role("button", name="Learn from all codings").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#now-heading + p")).to_contain_text("Model 1", timeout=LEARNING_MS)
    expect(page.get_by_role("status").last).to_contain_text("Learned: model 1.")
    page.reload()
    expect(page.locator("svg.calibration circle").first).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_the_figures_and_they_do_not_scroll_sideways(
    taught: Taught, chromium: Browser, lang: str, screen: dict[str, int]
) -> None:
    with taught.room.inside():
        assert store.history(desk_session(), keyring())
    page = opened(taught, chromium, lang, screen)
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        assert violations(page) == [], f"{lang} {theme}"
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    page.context.close()


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_report_with_a_models_reasons_still_fits_the_screen(
    taught: Taught, chromium: Browser, lang: str
) -> None:
    report_id = taught.room.report("They painted crosses on the gates of our neighbours at night.")
    page = opened(taught, chromium, lang, DESKTOP, f"/reports/{report_id}")
    expect(page.locator(".hint-source")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollHeight") <= DESKTOP["height"]
    page.context.close()
