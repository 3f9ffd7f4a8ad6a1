"""Every page of the desk, walked in two languages: axe finds nothing, and no page is left out."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyotp
import pytest
from flask import Flask, template_rendered
from jinja2 import Template
from playwright.sync_api import Browser, Page

from server.desk.accounts.links import Purpose, make_link
from server.desk.accounts.roles import Role
from server.desk.app import create_desk_app
from server.desk.db import desk_session, start_writing
from server.desk.keys.credentials import unlock_from_config
from server.desk.keys.keyring import keyring
from server.plumbing.clock import FixedClock
from server.plumbing.config import DeskConfig
from tests.browser.support.desk_pages import DESKTOP, Visitors, serving, violations, width_of
from tests.browser.support.desk_walk import PAGES, Entrance, Walk
from tests.support.chromium import WAIT_MILLISECONDS
from tests.unit.triage.desk_room import open_desk_room
from tools.demo.seed import seed

pytestmark = pytest.mark.browser

BASE: Final = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
ELSEWHERE: Final = {"signals_empty.html", "suggestions.html"}
"""What the second test looks at; suggestions with a model have `test_desk_suggestions.py`."""
TEMPLATES: Final = Path(__file__).resolve().parents[2] / "server" / "desk" / "templates"


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration's home that nobody has set up yet."""
    home = tmp_path_factory.mktemp("walked") / "home"
    seed({"TOCSIN_HOME": str(home)}, BASE, lambda _done, _of: None)
    return home


@contextmanager
def noting_templates(app: Flask) -> Iterator[set[str]]:
    """Note which templates are drawn."""
    drawn: set[str] = set()

    def note(_app: Flask, template: Template, **_more: Any) -> None:  # noqa: ANN401 - flask's own
        drawn.add(str(template.name))

    template_rendered.connect(note, app)
    yield drawn
    template_rendered.disconnect(note, app)


def desk_of(env: Mapping[str, str]) -> Flask:
    """Open the desk of a home, at the demonstration's "now"."""
    config = DeskConfig.from_env(env)
    app = create_desk_app(config, FixedClock(BASE))
    with app.app_context():
        unlock_from_config(desk_session(), keyring(), config)
    return app


def first_login(app: Flask) -> str:
    """Make the link with which the first person sets up."""
    with app.app_context():
        session = desk_session()
        start_writing(session)
        token = make_link(session, Purpose.SETUP, actor="command", role=Role.LEAD, administers=True)
        session.commit()
        return token


def code_now(secret: str) -> str:
    """Give what an authenticator app shows at the demonstration's "now"."""
    return str(pyotp.TOTP(secret).at(BASE))


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing_on_any_page_of_the_desk(
    demonstration: Path, tmp_path: Path, chromium: Browser, lang: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(demonstration, home)
    app = desk_of({"TOCSIN_HOME": str(home)})
    found: dict[str, list[Any]] = {}

    def visit(name: str, page: Page) -> None:
        for theme in ("light", "dark"):
            page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
            if wrong := violations(page):
                found[f"{name}, {theme}"] = wrong
        if width_of(page) > DESKTOP["width"]:
            found[f"{name}, width"] = [width_of(page)]

    with serving(app) as address, noting_templates(app) as drawn:
        token = first_login(app)
        # Without motion no colour is caught half-way from light to dark.
        context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
        context.set_default_timeout(WAIT_MILLISECONDS)
        context.add_cookies([{"name": "language", "value": lang, "url": address}])
        entrance = Entrance(
            address, f"{address}/setup/{token}", lambda key: pyotp.TOTP(key).at(BASE)
        )
        walked = Walk(context.new_page(), entrance, visit).go()
        context.close()
    assert found == {}
    assert walked == PAGES
    pages = {
        path.name
        for path in TEMPLATES.glob("*.html")
        if '{% extends "base.html" %}' in path.read_text(encoding="utf-8")
    }
    assert pages - drawn == ELSEWHERE


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing_on_the_pages_of_a_desk_that_nothing_has_reached(
    tmp_path: Path, chromium: Browser, lang: str
) -> None:
    room = open_desk_room(tmp_path / "desk")
    lead = room.token(room.person(Role.LEAD))
    with serving(room.app) as address, noting_templates(room.app) as drawn:
        visitors = Visitors(chromium, address)
        for path in ("/queue", "/incidents", "/suggestions", "/signals", "/publications"):
            page = visitors.open(path, lead, lang=lang)
            assert violations(page) == [], path
        visitors.leave()
    assert drawn >= ELSEWHERE
