"""Every route by each kind of visitor, from the route table: a new route is tested unasked."""

from collections.abc import Iterator
from typing import Final

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from server.desk.accounts.roles import Role
from server.plumbing import passwords
from tests.support.desk import DeskRoom, a_report, an_attachment, make_desk
from tests.support.desk_browser import DeskBrowser, open_browser, somebody

CANARY: Final = "Zephyrine painted the seventh door."
FILE_NAME: Final = "zephyrine-gate.jpg"

OPEN_DOORS: Final = {
    "home",
    "static",
    "accounts.login",
    "accounts.log_in_now",
    "accounts.logout",
    "accounts.ask_for_key",
    "accounts.choose_language",
    "accounts.export_needs_post",
    "accounts.setup",
    "accounts.set_up",
    "appearance.choose",
    "keys.recover",
    "keys.restore_recovery",
}
"""What a visitor reaches without a session. A route that is added here is a decision."""

READING_ROOMS: Final = {"evidence", "triage", "suggestions", "signals", "publishing"}
"""Whoever only administers enters none of them."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DeskRoom, dict[str, str]]]:
    """A desk with one report that has a file, and the ids by which routes name them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PASSES", 1)
        patch.setattr(passwords, "MEMORY_BYTES", 64 * 1024)
        room = make_desk(tmp_path_factory.mktemp("desk"))
        manifest, chunks = an_attachment(b"x" * 2000, name=FILE_NAME)
        sealed = room.seal(a_report(CANARY, attachments=(manifest,)))
        room.relay.put([sealed.blob, *chunks])
        room.pull()
        with room.work() as session:
            rows = session.connection().exec_driver_sql("SELECT id FROM attachment")
            attachment = str(rows.scalar_one())
        yield room, {"report_id": sealed.id.hex(), "attachment_id": attachment}
        room.close()


def _rules(app: Flask) -> list[tuple[Rule, str]]:
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    assert len(found) > 80, "the route table is not all there"
    return found


def _path(app: Flask, rule: Rule, ids: dict[str, str]) -> str:
    filled = {
        name: 1
        if isinstance(rule._converters[name], IntegerConverter)
        else ids.get(name, ids["report_id"])
        for name in rule.arguments
    }
    return str(app.url_map.bind("localhost").build(rule.endpoint, filled))


def _ask(browser: DeskBrowser, method: str, path: str, token: str) -> tuple[int, str, str]:
    if method == "GET":
        response = browser.client.get(path)
    else:
        response = browser.client.open(path, method=method, data={"csrf_token": token})
    body = response.get_data().decode(errors="replace")
    return response.status_code, body, response.headers.get("Location", "")


def _token(browser: DeskBrowser, page: str) -> str:
    return browser.get(page).get_data(as_text=True).split('name="csrf_token" value="')[1][:64]


def test_every_route_but_the_open_doors_asks_for_a_login(
    desk: tuple[DeskRoom, dict[str, str]],
) -> None:
    room, ids = desk
    browser = open_browser(room)
    token = _token(browser, "/login")
    entered = set()
    for rule, method in _rules(room.app):
        if rule.endpoint in OPEN_DOORS:
            continue
        status, body, location = _ask(browser, method, _path(room.app, rule, ids), token)
        led_away = status == 302 and location.startswith("/login")
        if not led_away and status != 401:
            entered.add((rule.rule, method, status))
        assert CANARY not in body, rule.rule
    assert entered == set()


def test_no_route_shows_a_report_to_who_only_administers(
    desk: tuple[DeskRoom, dict[str, str]],
) -> None:
    room, ids = desk
    admin = somebody(room, Role.ADMIN, "Admin")
    token = _token(admin, "/me")
    entered = set()
    for rule, method in _rules(room.app):
        room_name = rule.endpoint.partition(".")[0]
        if method != "GET" and room_name not in READING_ROOMS:
            continue
        status, body, _location = _ask(admin, method, _path(room.app, rule, ids), token)
        if room_name in READING_ROOMS and status != 403:
            entered.add((rule.rule, method, status))
        assert CANARY not in body, rule.rule
        assert FILE_NAME not in body, rule.rule
    assert entered == set()


def test_the_canary_is_there_for_who_may_read(desk: tuple[DeskRoom, dict[str, str]]) -> None:
    room, ids = desk
    reader = somebody(room, Role.READER, "Reader")
    assert CANARY in reader.get(f"/reports/{ids['report_id']}").get_data(as_text=True)
