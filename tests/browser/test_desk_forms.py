"""The preview of a form is the phone's own page: it asks, hides, and speaks as a phone does."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.desk.accounts.roles import Role
from tests.browser.support.desk_pages import PHONE, Visitors, serving, violations, width_of
from tests.unit.triage.desk_room import open_desk_room

pytestmark = pytest.mark.browser


def test_the_preview_asks_and_hides_as_a_phone_does_and_keeps_nothing(
    tmp_path: Path, chromium: Browser
) -> None:
    room = open_desk_room(tmp_path / "desk")
    token = room.token(room.person(Role.LEAD))
    asked: list[str] = []
    with serving(room.app) as address:
        visitors = Visitors(chromium, address)
        page = visitors.open("/forms/conduct/preview?lang=en", token)
        page.on("request", lambda request: asked.append(request.url))
        _answer(page)
        assert {url.rsplit("/", 1)[1] for url in asked} <= {"phone_icons.svg"}
        arabic = visitors.open("/forms/conduct/preview?lang=ar", token, viewport=PHONE)
        expect(arabic.locator("[data-drawn]")).to_be_visible()
        expect(arabic.locator(".phone h1")).to_have_text("شرطة أو جنود أو مسلحون")
        assert arabic.locator(".phone .thumb button").inner_text() != "Done"
        assert arabic.evaluate("getComputedStyle(document.querySelector('#app')).direction") == (
            "rtl"
        )
        assert violations(arabic) == []
        assert width_of(arabic) <= PHONE["width"]
        visitors.leave()


def _answer(page: Page) -> None:
    expect(page.locator("[data-drawn]")).to_be_visible()
    unit = page.locator("#q-unit")
    expect(unit).to_be_visible()
    page.locator("#q-who input[value=unknown]").check()
    expect(unit).to_have_count(0)
    page.locator("#q-who input[value=police]").check()
    expect(unit).to_be_visible()
    page.locator(".thumb button").click()
    expect(page.get_by_role("status").filter(has_text="The desk needs this answer")).to_be_visible()
