"""A security key in a real browser: Chromium's own virtual one, added and then used to log in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from server.desk.csrf import SESSION_COOKIE
from server.plumbing import passwords
from tests.browser.support.desk_pages import serving, violations
from tests.support.desk import DeskRoom, make_desk
from tests.support.desk_browser import PASSWORD, somebody

pytestmark = pytest.mark.browser


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskRoom]:
    """A founded desk."""
    monkeypatch.setattr(passwords, "PASSES", 1)
    monkeypatch.setattr(passwords, "MEMORY_BYTES", 64 * 1024)
    desk = make_desk(tmp_path)
    yield desk
    desk.close()


def test_a_key_is_added_and_logs_in_without_a_code(room: DeskRoom, chromium: Browser) -> None:
    cookie = somebody(room).client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    with serving(room.app) as address:
        # Browsers use keys at a name, never at a bare address.
        at_a_name = address.replace("127.0.0.1", "localhost")
        context = chromium.new_context()
        context.add_cookies([{"name": SESSION_COOKIE, "value": cookie.value, "url": at_a_name}])
        page = context.new_page()
        devices = context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        device = {
            "protocol": "ctap2",
            "transport": "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
        page.goto(f"{at_a_name}/me")
        page.fill("#key-name", "blue one")
        page.click("button[data-key=add]")
        expect(page.locator("#keys")).to_contain_text("blue one")
        assert violations(page) == []
        page.click(".who button")
        page.fill("#name", "Noor")
        page.fill("#password", PASSWORD)
        page.click("button[data-key=use]")
        expect(page.locator(".who")).to_contain_text("Noor")
        context.close()
