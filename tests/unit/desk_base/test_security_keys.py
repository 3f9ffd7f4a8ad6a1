"""Security keys: added, named, removed, and a second factor beside the code."""

import json
from datetime import timedelta

from server.desk.accounts.roles import Role
from server.desk.accounts.security_keys import Site
from server.desk.audit.store import latest, verify
from tests.support.authenticator import SoftKey
from tests.support.desk import DeskRoom
from tests.support.desk_browser import PASSWORD, DeskBrowser, open_browser, somebody


def _question(browser: DeskBrowser, path: str, page: str) -> bytes:
    response = browser.post(path, {}, page=page)
    assert response.status_code == 200
    assert response.is_json
    return bytes.fromhex(response.headers["X-Challenge"])


def _add(browser: DeskBrowser, key: SoftKey, name: str = "blue one") -> str:
    challenge = _question(browser, "/me/keys/question", "/me")
    fields: dict[str, object] = {
        "name": name,
        "key_challenge": challenge.hex(),
        "key_answer": key.register(challenge),
    }
    browser.post("/me/keys", fields, page="/me")
    return browser.get("/me").get_data(as_text=True)


def _log_in(
    room: DeskRoom,
    key: SoftKey,
    *,
    name: str = "Noor",
    password: str = PASSWORD,
    challenge: bytes | None = None,
) -> int:
    browser = open_browser(room)
    asked = challenge or _question(browser, "/login/key", "/login")
    fields: dict[str, object] = {
        "name": name,
        "password": password,
        "code": "",
        "key_challenge": asked.hex(),
        "key_answer": key.answer(asked),
    }
    return browser.post("/login", fields).status_code


def test_a_key_that_was_added_logs_its_person_in(room: DeskRoom) -> None:
    browser, key = somebody(room), SoftKey()
    assert "blue one" in _add(browser, key)
    assert _log_in(room, key) == 302
    assert _log_in(room, key) == 302
    with room.work() as session:
        assert "key.add" in [entry.act for entry in latest(session, limit=9)]
        assert verify(session).intact


def test_a_key_opens_nothing_without_the_password(room: DeskRoom) -> None:
    browser, key = somebody(room), SoftKey()
    _add(browser, key)
    assert _log_in(room, key, password="wrong wrong wrong") == 403


def test_the_code_still_logs_in_beside_a_key(room: DeskRoom) -> None:
    browser = somebody(room)
    _add(browser, SoftKey())
    room.clock.advance(timedelta(minutes=2))
    fresh = open_browser(room)
    fresh.totp_secret = browser.totp_secret
    assert fresh.log_in("Noor").status_code == 302


def test_a_key_of_somebody_else_or_of_nobody_is_refused(room: DeskRoom) -> None:
    key = SoftKey()
    _add(somebody(room), key)
    somebody(room, name="Sam")
    assert _log_in(room, key, name="Sam") == 403
    assert _log_in(room, SoftKey()) == 403
    assert _log_in(room, SoftKey(credential_id=key.credential_id)) == 403


def test_an_answer_works_once_and_for_five_minutes(room: DeskRoom) -> None:
    key = SoftKey()
    _add(somebody(room), key)
    challenge = _question(open_browser(room), "/login/key", "/login")
    assert _log_in(room, key, challenge=challenge) == 302
    assert _log_in(room, key, challenge=challenge) == 403
    late = _question(open_browser(room), "/login/key", "/login")
    room.clock.advance(timedelta(minutes=5))
    assert _log_in(room, key, challenge=late) == 403
    assert _log_in(room, key, challenge=bytes(32)) == 403


def test_an_answer_given_to_another_address_is_worth_nothing(room: DeskRoom) -> None:
    key = SoftKey()
    _add(somebody(room), key)
    key.origin, key.host = "https://desk.example", "desk.example"
    assert _log_in(room, key) == 403


def test_a_copy_of_a_key_is_noticed_by_its_counter(room: DeskRoom) -> None:
    key = SoftKey()
    _add(somebody(room), key)
    assert _log_in(room, key) == 302
    key.sign_count = 0
    assert _log_in(room, key) == 403


def test_a_challenge_for_adding_is_not_one_for_login(room: DeskRoom) -> None:
    browser, key = somebody(room), SoftKey()
    _add(browser, key)
    adding = _question(browser, "/me/keys/question", "/me")
    assert _log_in(room, key, challenge=adding) == 403


def test_what_is_asked_at_login_names_nobody(room: DeskRoom) -> None:
    _add(somebody(room), SoftKey())
    browser = open_browser(room)
    asked = json.loads(browser.post("/login/key", {}, page="/login").get_data(as_text=True))
    assert asked["allowCredentials"] == []
    assert "user" not in asked


def test_a_key_is_renamed_and_removed_by_its_person_only(room: DeskRoom) -> None:
    browser, key = somebody(room), SoftKey()
    _add(browser, key)
    other = somebody(room, Role.LEAD, "Sam")
    for path in ("/me/keys/1/name", "/me/keys/1/remove"):
        assert other.post(path, {"name": "mine"}, page="/me").status_code == 404
    browser.post("/me/keys/1/name", {"name": " in the  safe\n"}, page="/me")
    assert "in the safe" in browser.get("/me").get_data(as_text=True)
    browser.post("/me/keys/1/remove", {}, page="/me")
    assert "in the safe" not in browser.get("/me").get_data(as_text=True)
    assert _log_in(room, key) == 403


def test_an_answer_that_is_none_adds_nothing(room: DeskRoom) -> None:
    browser = somebody(room)
    for words in ("", "{}", "[]", "null", '{"rawId": 7}', "x" * 20_000):
        challenge = _question(browser, "/me/keys/question", "/me")
        fields: dict[str, object] = {"key_challenge": challenge.hex(), "key_answer": words}
        assert browser.post("/me/keys", fields, page="/me").status_code == 302
    fields = {"key_challenge": "zz", "key_answer": "{}", "name": "Noor", "password": PASSWORD}
    assert open_browser(room).post("/login", fields).status_code == 403
    with room.work() as session:
        rows = session.connection().exec_driver_sql("SELECT count(*) FROM security_key")
        assert rows.scalar_one() == 0


def test_a_link_for_a_new_password_takes_the_keys_away(room: DeskRoom) -> None:
    lead, key = somebody(room, administers=True), SoftKey()
    _add(lead, key)
    with room.work() as session:
        person_id = session.connection().exec_driver_sql("SELECT id FROM person").scalar_one()
    page = lead.post(f"/people/{person_id}/renew", {}, page="/people").get_data(as_text=True)
    open_browser(room).set_up(page.split("/setup/")[1][:64], "Noor")
    assert _log_in(room, key) == 403


def test_browsers_use_keys_at_a_name_and_not_at_a_bare_address() -> None:
    assert Site("https://desk.example:8443").has_name
    assert Site("http://localhost:8471").has_name
    assert not Site("http://127.0.0.1:8471").has_name
    assert not Site("http://[::1]:8471").has_name
