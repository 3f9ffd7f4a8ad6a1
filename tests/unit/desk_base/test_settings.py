"""Settings: the desk's name, how long keys are kept, and a new passphrase."""

import pytest

from server.desk.accounts.roles import Role
from server.desk.app import create_desk_app
from server.desk.db import db, start_writing
from server.desk.keys.credentials import PASSPHRASE_SLOT, open_slot
from server.desk.keys.keyring import keyring
from server.desk.keys.profile import profile
from tests.support.desk import PASSPHRASE, DeskRoom
from tests.support.desk_browser import open_browser, somebody


def test_a_new_name_is_in_the_next_directory(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    before = room.directory().version
    fields: dict[str, object] = {"name": "  River   desk ", "grace_days": "30"}
    assert browser.post("/settings", fields, page="/settings").status_code == 302
    directory = room.directory()
    assert (directory.name, directory.policy.grace_days) == ("River desk", 30)
    assert directory.version == before + 1


@pytest.mark.parametrize(
    ("name", "grace_days"),
    [
        ("", "60"),
        ("x" * 81, "60"),
        ("River", "13"),
        ("River", "366"),
        ("River", "soon"),
        ("River", "٣٠"),
        ("River", "9" * 30),
    ],
)
def test_a_setting_outside_of_its_range_changes_nothing(
    room: DeskRoom, name: str, grace_days: str
) -> None:
    browser = somebody(room, Role.ADMIN)
    fields: dict[str, object] = {"name": name, "grace_days": grace_days}
    assert browser.post("/settings", fields, page="/settings").status_code == 422
    with room.work() as session:
        assert profile(session).name == "Test desk"


def test_a_new_passphrase_is_shown_once_and_ends_the_old_one(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    page = browser.post("/settings/passphrase", {}, page="/settings").get_data(as_text=True)
    passphrase = page.split('class="secret">')[1].split("<")[0]
    assert passphrase not in browser.get("/settings").get_data(as_text=True)
    with room.work() as session:
        start_writing(session)
        assert open_slot(session, PASSPHRASE_SLOT, PASSPHRASE) is None
        assert open_slot(session, PASSPHRASE_SLOT, passphrase) == keyring().storage_key()


def test_an_administrator_makes_no_passphrase(room: DeskRoom) -> None:
    browser = somebody(room, Role.ADMIN)
    assert "Make a new passphrase" not in browser.get("/settings").get_data(as_text=True)
    assert browser.post("/settings/passphrase", {}, page="/settings").status_code == 403


def test_pages_follow_the_language_that_was_chosen(room: DeskRoom) -> None:
    browser = open_browser(room)
    page = browser.get("/login").get_data(as_text=True)
    assert '<html lang="en" dir="ltr"' in page
    browser.post("/language", {"language": "ar", "next": "/login"})
    arabic = browser.get("/login").get_data(as_text=True)
    assert '<html lang="ar" dir="rtl"' in arabic
    browser.post("/language", {"language": "xx", "next": "/login"})
    assert '<html lang="ar" dir="rtl"' in browser.get("/login").get_data(as_text=True)


def test_pages_follow_the_language_that_the_browser_asks_for(room: DeskRoom) -> None:
    client = room.app.test_client()
    french = client.get("/login", headers={"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"})
    assert '<html lang="fr"' in french.get_data(as_text=True)
    unknown = client.get("/login", headers={"Accept-Language": "tlh"})
    assert '<html lang="en"' in unknown.get_data(as_text=True)


def test_every_page_carries_the_headers_that_protect_it(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    for path in ("/login", "/me", "/relays", "/people", "/audit", "/settings", "/nowhere"):
        headers = browser.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(room: DeskRoom) -> None:
    app = create_desk_app(
        room.config.__class__(
            room.config.home,
            room.config.database_url,
            passphrase=PASSPHRASE,
            public_url="https://desk.example",
        ),
        room.clock,
    )
    cookie = app.test_client().get("/login").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    with app.app_context():
        db.engine.dispose()
