"""The page of a file in a real browser: areas drawn by pointer and by keys, and burned in."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.desk.accounts.roles import Role
from server.desk.accounts.session_store import open_session
from server.desk.db import start_writing
from server.desk.evidence.derivatives import Kind, derivatives_of
from server.desk.intake.store import reports_page
from server.desk.keys.keyring import keyring
from tests.browser.support.desk_pages import Visitors, press, serving
from tests.support.desk import DeskRoom, make_desk
from tests.unit.evidence.pictures import noise, receive, written
from tests.unit.triage import desk_room

pytestmark = pytest.mark.browser


def _token(room: DeskRoom) -> str:
    """Log a monitor in."""
    person = desk_room.DeskRoom(room.app, room.clock).person(Role.MONITOR, "Noor")
    with room.work() as session:
        start_writing(session)
        token = open_session(session, person.id)
        session.commit()
        return token


def _draw_by_pointer(page: Page) -> None:
    """Draw from a tenth to three tenths across, and to two tenths down."""
    image = page.locator("#stage img")
    image.evaluate("(image) => image.decode()")
    box = image.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2)
    page.mouse.up()


def _draw_by_keys(page: Page) -> None:
    """Draw in the middle and move and stretch it; draw another and take that away."""
    press(page, "d")
    expect(page.locator(".area")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#areas")).to_have_value("3900 4000 2000 2100")
    press(page, "d", "Delete")
    expect(page.locator(".area")).to_have_count(1)


def test_areas_are_drawn_by_pointer_and_by_keys_and_burned_in(
    tmp_path: Path, chromium: Browser
) -> None:
    room = make_desk(tmp_path)
    file_id = receive(room, written(noise(400)))
    with serving(room.app) as address:
        visitors = Visitors(chromium, address)
        page = visitors.open(f"/evidence/{file_id}/page", _token(room))
        _draw_by_keys(page)
        page.locator("#sharp").check()
        _draw_by_pointer(page)
        expect(page.locator(".area")).to_have_count(2)
        page.fill("#reason", "Two faces")
        with page.expect_navigation():
            page.locator("#redact button[type=submit]").click()
        expect(page.locator("#redactions li")).to_have_count(1)
        visitors.leave()
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=1)
        made = derivatives_of(session, keyring(), view.report_id, file_id)
    ((first, second),) = [one.covered for one in made if one.kind is Kind.PICTURE]
    assert first == "3900 4000 2000 2100"
    drawn = [int(one) for one in second.split()]
    assert all(abs(one - at) < 100 for one, at in zip(drawn, (1000, 1000, 2000, 1000), strict=True))
