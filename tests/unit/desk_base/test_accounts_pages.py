"""Accounts as people meet them: set-up, login, lock-out, roles, sessions."""

from datetime import timedelta

import pytest

from server.desk.accounts.roles import Role
from server.desk.accounts.session_store import digest_of
from server.desk.audit.store import latest, verify
from server.desk.csrf import SESSION_COOKIE
from server.desk.keys.keyring import keyring
from tests.support.desk import DeskRoom
from tests.support.desk_browser import PASSWORD, a_link, open_browser, somebody


def test_the_first_person_sets_up_and_lands_at_the_desk(room: DeskRoom) -> None:
    browser = open_browser(room)
    response = browser.set_up(a_link(room, Role.LEAD, first=True, administers=True), "Amal")
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert len(browser.recovery_codes) == 8
    assert "Amal" in page
    assert browser.get("/people").status_code == 200


def test_a_link_works_once(room: DeskRoom) -> None:
    token = a_link(room, Role.READER)
    open_browser(room).set_up(token, "Amal")
    again = open_browser(room).get(f"/setup/{token}")
    assert again.status_code == 410


def test_a_link_ends_with_its_time(room: DeskRoom) -> None:
    token = a_link(room, Role.READER)
    room.clock.advance(timedelta(days=4))
    assert open_browser(room).get(f"/setup/{token}").status_code == 410


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short", "repeated": "short"}, "password"),
        ({"password": "aaaaaaaaaaaaaaaa", "repeated": "aaaaaaaaaaaaaaaa"}, "password"),
        ({"password": "noor noor 12345", "repeated": "noor noor 12345"}, "password"),
        ({"repeated": "another one altogether"}, "repeated"),
        ({"code": "000000"}, "code"),
        ({"code": "١٢٣٤٥٦"}, "code"),
        ({"name": "  "}, "name"),
    ],
)
def test_a_choice_that_does_not_do_is_said_beside_its_field(
    room: DeskRoom, change: dict[str, object], field: str
) -> None:
    token = a_link(room, Role.READER)
    browser = open_browser(room)
    page = browser.get(f"/setup/{token}").get_data(as_text=True)
    browser.totp_secret = page.split('name="totp_secret" value="')[1][:32]
    fields: dict[str, object] = {
        "name": "Noor",
        "password": PASSWORD,
        "repeated": PASSWORD,
        "totp_secret": browser.totp_secret,
        "code": browser.code(),
    }
    response = browser.post(f"/setup/{token}", fields | change, page=f"/setup/{token}")
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.get_data(as_text=True)
    assert browser.totp_secret in response.get_data(as_text=True)


def test_a_taken_name_is_refused_whatever_its_case(room: DeskRoom) -> None:
    somebody(room, name="Noor")
    second = open_browser(room).set_up(a_link(room, Role.READER), "  NOOR ")
    assert second.status_code == 422


def test_login_needs_both_factors(room: DeskRoom) -> None:
    browser = somebody(room)
    room.clock.advance(timedelta(minutes=2))
    wrong_code = f"{(int(browser.code()) + 1) % 1_000_000:06}"
    fresh = open_browser(room)
    fresh.totp_secret = browser.totp_secret
    assert fresh.log_in("Noor", password="wrong wrong wrong").status_code == 403
    assert fresh.log_in("Noor", code=wrong_code).status_code == 403
    assert fresh.log_in("noor").status_code == 302
    assert fresh.get("/me").status_code == 200


def test_a_code_is_taken_once(room: DeskRoom) -> None:
    browser = somebody(room)
    room.clock.advance(timedelta(minutes=2))
    assert open_browser(room).post("/login", {}, page="/login").status_code == 403
    first, second = open_browser(room), open_browser(room)
    first.totp_secret = second.totp_secret = browser.totp_secret
    assert first.log_in("Noor").status_code == 302
    assert second.log_in("Noor").status_code == 403


def test_a_recovery_code_replaces_the_phone_once(room: DeskRoom) -> None:
    codes = somebody(room).recovery_codes
    lower = codes[0].lower().replace("-", " ")
    assert open_browser(room).log_in("Noor", code=lower).status_code == 302
    assert open_browser(room).log_in("Noor", code=codes[0]).status_code == 403


def test_too_many_failures_make_a_name_wait_even_for_the_right_password(room: DeskRoom) -> None:
    known = somebody(room)
    browser = open_browser(room)
    browser.totp_secret = known.totp_secret
    for _ in range(5):
        browser.log_in("Noor", password="wrong wrong wrong", code="123456")
    room.clock.advance(timedelta(seconds=29))
    assert browser.log_in("Noor").status_code == 403
    room.clock.advance(timedelta(seconds=2))
    assert browser.log_in("Noor").status_code == 302


def test_one_password_wrong_ten_times_is_locked_and_audited(room: DeskRoom) -> None:
    known = somebody(room)
    browser = open_browser(room)
    browser.totp_secret = known.totp_secret
    tried = 0
    while tried < 10:
        before = _acts(room).count("login.refuse")
        browser.log_in("Noor", password="wrong wrong wrong", code="123456")
        tried += _acts(room).count("login.refuse") - before
        if tried < 10:
            room.clock.advance(timedelta(seconds=30))
    assert _acts(room).count("login.lock") == 1
    room.clock.advance(timedelta(minutes=15))
    assert browser.log_in("Noor").status_code == 403
    room.clock.advance(timedelta(minutes=2))
    assert browser.log_in("Noor").status_code == 302
    with room.work() as session:
        lock = next(one for one in latest(session, limit=50) if one.act == "login.lock")
        assert (lock.subject, lock.detail) == (f"person:{_id_of(room, 'Noor')}", {"failures": 10})
        assert verify(session).intact


def _acts(room: DeskRoom) -> list[str]:
    with room.work() as session:
        return [entry.act for entry in latest(session, limit=200)]


def test_a_name_that_nobody_has_waits_like_any_other(room: DeskRoom) -> None:
    somebody(room, name="Noor")
    answers: dict[str, list[str]] = {}
    for name in ("Noor", "Nobody"):
        browser = open_browser(room)
        browser.totp_secret = "A" * 32
        answers[name] = [
            browser.log_in(name, password="wrong wrong wrong", code="123456")
            .get_data(as_text=True)
            .replace(name, "NAME")
            for _ in range(7)
        ]
    stripped = {name: [_without_tokens(page) for page in pages] for name, pages in answers.items()}
    assert stripped["Noor"] == stripped["Nobody"]


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf_token" not in line)


@pytest.mark.parametrize(
    ("role", "administers", "allowed"),
    [
        (Role.READER, False, {"/me"}),
        (Role.MONITOR, False, {"/me", "/quarantine", "/carried"}),
        (Role.LEAD, False, {"/me", "/quarantine", "/carried"}),
        (Role.LEAD, True, {"/me", "/quarantine", "/carried", "/people", "/relays", "/audit"}),
        (Role.ADMIN, False, {"/me", "/quarantine", "/carried", "/people", "/relays", "/audit"}),
    ],
)
def test_a_role_opens_its_own_doors_and_no_others(
    room: DeskRoom, role: Role, administers: bool, allowed: set[str]
) -> None:
    browser = somebody(room, role, administers=administers)
    doors = {"/me", "/quarantine", "/carried", "/people", "/relays", "/audit"}
    opened = {path for path in doors if browser.get(path).status_code == 200}
    refused = {path for path in doors - opened if browser.get(path).status_code == 403}
    assert opened == allowed
    assert refused == doors - allowed


def test_whoever_is_not_logged_in_is_led_to_the_login_page(room: DeskRoom) -> None:
    browser = open_browser(room)
    for path in ("/people", "/relays", "/quarantine", "/audit", "/evidence/" + "0" * 32):
        response = browser.get(path)
        assert response.status_code == 302
        assert response.location.startswith("/login?next=")


def test_login_leads_nowhere_else(room: DeskRoom) -> None:
    browser = somebody(room)
    room.clock.advance(timedelta(minutes=2))
    for bad in ("https://example.org/", "//example.org/", "/\\example.org", "javascript:x"):
        fresh = open_browser(room)
        fresh.totp_secret = browser.totp_secret
        fields: dict[str, object] = {
            "name": "Noor",
            "password": PASSWORD,
            "code": fresh.code(),
            "next": bad,
        }
        response = fresh.post("/login", fields)
        assert response.status_code == 302
        assert response.location == "/"
        room.clock.advance(timedelta(minutes=2))


def test_a_session_ends_when_it_is_idle(room: DeskRoom) -> None:
    browser = somebody(room)
    room.clock.advance(timedelta(minutes=29))
    assert browser.get("/me").status_code == 200
    room.clock.advance(timedelta(minutes=31))
    assert browser.get("/me").status_code == 302


def test_a_session_ends_after_a_shift_however_busy(room: DeskRoom) -> None:
    browser = somebody(room)
    for _ in range(48):
        room.clock.advance(timedelta(minutes=15))
        browser.get("/me")
    assert browser.get("/me").status_code == 302


def test_a_person_ends_one_of_their_sessions(room: DeskRoom) -> None:
    first = somebody(room)
    room.clock.advance(timedelta(minutes=2))
    second = open_browser(room)
    second.totp_secret = first.totp_secret
    second.log_in("Noor")
    page = first.get("/me").get_data(as_text=True)
    newest = page.split("/me/sessions/")[1].split("/end")[0]
    first.post(f"/me/sessions/{newest}/end", {}, page="/me")
    assert second.get("/me").status_code == 302
    assert first.get("/me").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(room: DeskRoom) -> None:
    other, browser = somebody(room, name="Sam"), somebody(room, administers=True)
    number = other.get("/me").get_data(as_text=True).split("/me/sessions/")[1].split("/end")[0]
    assert browser.post(f"/me/sessions/{number}/end", {}, page="/me").status_code == 404
    assert other.get("/me").status_code == 200


def test_logging_out_ends_the_session_itself(room: DeskRoom) -> None:
    browser = somebody(room)
    cookie = browser.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    browser.post("/logout", {}, page="/me")
    browser.client.set_cookie(SESSION_COOKIE, cookie.value)
    assert browser.get("/me").status_code == 302


def test_the_database_holds_no_session_token(room: DeskRoom) -> None:
    browser = somebody(room)
    cookie = browser.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    with room.work() as session:
        rows = session.connection().exec_driver_sql("SELECT token_digest FROM person_session")
        digests = [bytes(row[0]) for row in rows]
    assert digests == [digest_of(cookie.value)]


def test_a_form_without_its_token_is_refused(room: DeskRoom) -> None:
    browser = somebody(room, administers=True)
    for path in ("/people/invite", "/logout", "/relays", "/pull", "/carried", "/audit/verify"):
        assert browser.client.post(path, data={}).status_code == 400
        assert browser.client.post(path, data={"csrf_token": "0" * 64}).status_code == 400
    assert browser.get("/me").status_code == 200


def test_the_token_of_one_browser_does_not_do_for_another(room: DeskRoom) -> None:
    one = somebody(room, name="One")
    other = somebody(room, name="Other")
    page = other.get("/me").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1][:64]
    assert one.client.post("/me/recovery-codes", data={"csrf_token": token}).status_code == 400


def test_an_invited_colleague_joins_with_the_role_given(room: DeskRoom) -> None:
    lead = somebody(room, administers=True)
    page = lead.post("/people/invite", {"role": "monitor"}, page="/people").get_data(as_text=True)
    token = page.split("/setup/")[1][:64]
    colleague = open_browser(room)
    assert colleague.set_up(token, "Sam").status_code == 200
    assert colleague.get("/quarantine").status_code == 200
    assert colleague.get("/people").status_code == 403


def test_a_disabled_person_is_out_at_once_and_for_good(room: DeskRoom) -> None:
    lead = somebody(room, administers=True)
    colleague = somebody(room, Role.MONITOR, "Sam")
    person_id = _id_of(room, "Sam")
    lead.post(f"/people/{person_id}/disable", {}, page="/people")
    assert colleague.get("/me").status_code == 302
    room.clock.advance(timedelta(minutes=2))
    assert colleague.log_in("Sam").status_code == 403
    with room.work() as session:
        slots = session.connection().exec_driver_sql("SELECT id FROM credential_slot")
        assert person_id not in {row[0] for row in slots}


def test_the_last_lead_who_administers_cannot_be_disabled(room: DeskRoom) -> None:
    lead = somebody(room, administers=True)
    somebody(room, Role.LEAD, "Sam")
    response = lead.post(f"/people/{_id_of(room, 'Noor')}/disable", {}, page="/people")
    assert response.status_code == 409
    assert lead.get("/me").status_code == 200


def test_a_new_password_ends_the_old_one(room: DeskRoom) -> None:
    browser = somebody(room)
    fields: dict[str, object] = {
        "old": PASSWORD,
        "password": "velvet anchor thirty pines",
        "repeated": "velvet anchor thirty pines",
    }
    assert browser.post("/me/password", fields, page="/me").status_code == 302
    room.clock.advance(timedelta(minutes=2))
    assert browser.log_in("Noor").status_code == 403
    assert browser.log_in("Noor", password="velvet anchor thirty pines").status_code == 302


def test_a_login_unlocks_a_locked_desk(room: DeskRoom) -> None:
    browser = somebody(room)
    room.ring.lock()
    room.clock.advance(timedelta(minutes=2))
    assert browser.log_in("Noor").status_code == 302
    assert not room.ring.locked


def test_an_administrator_cannot_unlock_the_desk(room: DeskRoom) -> None:
    browser = somebody(room, Role.ADMIN)
    room.ring.lock()
    room.clock.advance(timedelta(minutes=2))
    assert browser.log_in("Noor").status_code == 302
    assert room.ring.locked


def test_a_link_for_a_reader_waits_while_the_desk_is_locked(room: DeskRoom) -> None:
    token = a_link(room, Role.READER)
    room.ring.lock()
    page = open_browser(room).get(f"/setup/{token}").get_data(as_text=True)
    assert "The desk is locked" in page
    assert "totp_secret" not in page


def test_every_act_on_accounts_is_in_the_log_and_the_chain_holds(room: DeskRoom) -> None:
    lead = somebody(room, administers=True)
    lead.post("/people/invite", {"role": "reader"}, page="/people")
    lead.post("/logout", {}, page="/me")
    with room.work() as session:
        acts = [entry.act for entry in latest(session, limit=50)]
        assert {"person.join", "link.invite", "logout"} <= set(acts)
        assert verify(session).intact
        assert keyring().locked is False


def _id_of(room: DeskRoom, name: str) -> str:
    with room.work() as session:
        rows = session.connection().exec_driver_sql("SELECT id, name FROM person")
        return {row[1]: str(row[0]) for row in rows}[name]
