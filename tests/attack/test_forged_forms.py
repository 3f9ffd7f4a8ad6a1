"""Another site, or another person, posts to the desk in somebody's name: every form refuses."""

import pytest

from server.desk.csrf import FIELD, HEADER
from server.desk.db import Row
from tests.support.desk_routes import Address, addresses
from tests.support.filled_desk import FilledDesk


def _forms(desk: FilledDesk) -> list[Address]:
    return [one for one in addresses(desk.room.app, desk.named) if one.method != "GET"]


def _everything(desk: FilledDesk) -> dict[str, list[tuple[object, ...]]]:
    with desk.room.work() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(table.select())), key=repr)
            for table in Row.metadata.sorted_tables
        }


def _token_of_another(desk: FilledDesk) -> str:
    page = desk.analyst.get("/me").text
    return page.split(f'name="{FIELD}" value="')[1][:64]


@pytest.mark.parametrize("forged", ["none", "empty", "invented", "another's", "in a header"])
def test_no_form_is_taken_without_the_token_of_its_own_browser(
    desk: FilledDesk, forged: str
) -> None:
    headers: dict[str, str] = {}
    fields: dict[str, str] = {}
    if forged == "in a header":
        headers[HEADER] = _token_of_another(desk)
    elif forged != "none":
        tokens = {"empty": "", "invented": "0" * 64, "another's": _token_of_another(desk)}
        fields[FIELD] = tokens[forged]
    forms, before = _forms(desk), _everything(desk)
    assert len(forms) > 40
    statuses = {
        (one.path, desk.lead.client.post(one.path, data=fields, headers=headers).status_code)
        for one in forms
    }
    assert {path for path, status in statuses if status != 400} == set()
    assert _everything(desk) == before


def test_a_token_in_the_address_is_no_token(desk: FilledDesk) -> None:
    page = desk.lead.get("/me").text
    token = page.split(f'name="{FIELD}" value="')[1][:64]
    assert desk.lead.client.post(f"/me/recovery-codes?{FIELD}={token}").status_code == 400


def test_cookies_are_sent_to_no_other_site_and_read_by_no_script(desk: FilledDesk) -> None:
    response = desk.room.app.test_client().get("/login")
    (cookie,) = [one for one in response.headers.getlist("Set-Cookie") if "tocsin_visit" in one]
    assert "SameSite=Strict" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/" in cookie


def test_no_address_takes_a_method_that_slips_past_the_check(desk: FilledDesk) -> None:
    methods = {
        method for rule in desk.room.app.url_map.iter_rules() for method in rule.methods or set()
    }
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}
