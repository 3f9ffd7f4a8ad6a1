"""Getting in without being somebody: fixed sessions, guessed names, guessed passwords."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.envelope import primitives
from server.desk.accounts.roles import Role
from server.desk.audit.store import latest
from server.desk.csrf import FIELD, SESSION_COOKIE
from server.plumbing import passwords
from tests.support.desk import DeskRoom, make_desk
from tests.support.desk_browser import PASSWORD, open_browser, somebody

WRONG = "wrong wrong wrong"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """A desk where Noor and Sam have accounts; Sam's was ended."""
    found = make_desk(tmp_path)
    lead = somebody(found, Role.LEAD, "Noor", administers=True)
    somebody(found, Role.READER, "Sam")
    with found.work() as session:
        rows = session.connection().exec_driver_sql("SELECT id FROM person WHERE name = 'Sam'")
        sam = rows.scalar_one()
    lead.post(f"/people/{sam}/disable", {}, page="/people")
    found.clock.advance(timedelta(minutes=2))
    yield found
    found.close()


def _secret(room: DeskRoom) -> str:
    return somebody(room, Role.READER, "Mika").totp_secret


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Noor", WRONG),
        ("Noor", PASSWORD),
        ("Nobody", WRONG),
        ("Sam", PASSWORD),
        ("", ""),
        ("A" * 9000, WRONG),
    ],
)
def test_a_refused_login_derives_once_whoever_is_named(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch, name: str, password: str
) -> None:
    """Count the one costly step, and what it costs; clocks say nothing on a busy machine."""
    derive, asked = primitives.argon2id, list[tuple[int, int, int]]()

    def counted(typed: bytes, salt: bytes, *, passes: int, memory_bytes: int, size: int) -> bytes:
        asked.append((len(salt), passes, memory_bytes))
        return derive(typed, salt, passes=passes, memory_bytes=memory_bytes, size=size)

    monkeypatch.setattr(primitives, "argon2id", counted)
    browser = open_browser(room)
    response = browser.post("/login", {"name": name, "password": password, "code": "000000"})
    assert response.status_code == 403
    assert asked == [(passwords.SALT_BYTES, passwords.PASSES, passwords.MEMORY_BYTES)]


def test_wrong_passwords_make_the_name_wait_and_are_in_the_log(room: DeskRoom) -> None:
    browser = open_browser(room)
    for _ in range(10):
        assert browser.post("/login", {"name": "Noor", "password": WRONG}).status_code == 403
    with room.work() as session:
        acts = [entry.act for entry in latest(session, limit=40)]
    assert acts.count("login.refuse") == 5
    right: dict[str, object] = {"name": "Noor", "password": PASSWORD, "code": "000000"}
    assert browser.post("/login", right).status_code == 403


def test_a_session_that_was_fixed_before_the_login_is_nobody_s_after_it(room: DeskRoom) -> None:
    fixed = "f" * 64
    victim = somebody(room, Role.READER, "Mika")
    room.clock.advance(timedelta(minutes=2))
    browser = open_browser(room)
    browser.totp_secret = victim.totp_secret
    browser.client.set_cookie(SESSION_COOKIE, fixed)
    assert browser.log_in("Mika").status_code == 302
    cookie = browser.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert cookie.value != fixed
    attacker = open_browser(room)
    attacker.client.set_cookie(SESSION_COOKIE, fixed)
    assert attacker.get("/me").status_code == 302


def test_a_token_from_before_the_login_does_not_do_after_it(room: DeskRoom) -> None:
    victim = somebody(room, Role.READER, "Mika")
    room.clock.advance(timedelta(minutes=2))
    browser = open_browser(room)
    browser.totp_secret = victim.totp_secret
    before = browser.get("/login").text.split(f'name="{FIELD}" value="')[1][:64]
    browser.log_in("Mika")
    assert browser.client.post("/me/recovery-codes", data={FIELD: before}).status_code == 400


def test_every_login_makes_a_session_of_its_own(room: DeskRoom) -> None:
    secret = _secret(room)
    seen = set()
    for _ in range(2):
        room.clock.advance(timedelta(minutes=2))
        browser = open_browser(room)
        browser.totp_secret = secret
        browser.log_in("Mika")
        cookie = browser.client.get_cookie(SESSION_COOKIE)
        assert cookie is not None
        seen.add(cookie.value)
    assert len(seen) == 2


def test_a_session_cookie_is_for_this_site_alone_and_for_no_script(room: DeskRoom) -> None:
    secret = _secret(room)
    room.clock.advance(timedelta(minutes=2))
    browser = open_browser(room)
    browser.totp_secret = secret
    response = browser.log_in("Mika")
    (cookie,) = [o for o in response.headers.getlist("Set-Cookie") if SESSION_COOKIE in o]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie
