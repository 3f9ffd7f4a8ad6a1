"""A browser of the desk without a network: fills in forms, keeps cookies, shows pages."""

import re
from dataclasses import dataclass, field

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.desk.accounts.links import Purpose, make_link
from server.desk.accounts.roles import Role
from server.desk.db import desk_session, start_writing
from tests.support.desk import DeskRoom

PASSWORD = "lantern gravel orchid seven"

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')
_SECRET = re.compile(r'name="totp_secret" value="([A-Z2-7]{32})"')
_CODES = re.compile(r"<li><code>([A-Z2-7-]+)</code></li>")


@dataclass
class DeskBrowser:
    """One browser.

    Attributes:
        totp_secret: What its person's authenticator app holds, once they have set up.
        recovery_codes: As shown once.
    """

    room: DeskRoom
    client: FlaskClient
    totp_secret: str = ""
    recovery_codes: list[str] = field(default_factory=list)

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, fields: dict[str, object], *, page: str = "/login") -> TestResponse:
        """Send a form that stands on a page.

        Args:
            path: Where to.
            fields: What was filled in.
            page: The page whose form it is; its token is taken from there.
        """
        found = _TOKEN.search(self.client.get(page).get_data(as_text=True))
        assert found is not None, f"no form on {page}"
        return self.client.post(path, data=fields | {"csrf_token": found[1]})

    def code(self) -> str:
        """What the authenticator app shows now."""
        return pyotp.TOTP(self.totp_secret).at(self.room.clock.now())

    def set_up(self, token: str, name: str) -> TestResponse:
        """Make an account behind a one-time link."""
        page = self.get(f"/setup/{token}").get_data(as_text=True)
        found = _SECRET.search(page)
        assert found is not None, "no secret on the page"
        self.totp_secret = found[1]
        fields: dict[str, object] = {
            "name": name,
            "password": PASSWORD,
            "repeated": PASSWORD,
            "totp_secret": self.totp_secret,
            "code": self.code(),
        }
        response = self.post(f"/setup/{token}", fields, page=f"/setup/{token}")
        self.recovery_codes = _CODES.findall(response.get_data(as_text=True))
        return response

    def log_in(self, name: str, password: str = PASSWORD, code: str | None = None) -> TestResponse:
        """Log in."""
        fields: dict[str, object] = {
            "name": name,
            "password": password,
            "code": self.code() if code is None else code,
        }
        return self.post("/login", fields)


def open_browser(room: DeskRoom, app: Flask | None = None) -> DeskBrowser:
    """Open a browser that knows nobody."""
    return DeskBrowser(room, (app or room.app).test_client())


def a_link(room: DeskRoom, role: Role, *, first: bool = False, administers: bool = False) -> str:
    """Make a one-time link as a lead would."""
    with room.work():
        session = desk_session()
        start_writing(session)
        token = make_link(
            session,
            Purpose.SETUP if first else Purpose.INVITE,
            actor="command",
            role=role,
            administers=administers,
        )
        session.commit()
        return token


def somebody(
    room: DeskRoom, role: Role = Role.LEAD, name: str = "Noor", *, administers: bool = False
) -> DeskBrowser:
    """Let somebody with a role set up and be logged in."""
    browser = open_browser(room)
    response = browser.set_up(a_link(room, role, administers=administers), name)
    assert response.status_code == 200, response.get_data(as_text=True)
    return browser
