"""Any form, filled in with anything, is answered: refused or taken, and never with an error.

Every address of the desk is asked, by somebody who may do everything, with the fields that the
desk's forms have and values that no form would send.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import IntegerConverter, Rule

from server.desk.accounts.roles import Role
from server.plumbing import passwords
from tests.support.desk import DeskRoom, a_report, make_desk
from tests.support.desk_browser import DeskBrowser, somebody

LEFT_OUT: Final = {
    "accounts.logout",
    "accounts.end_one_session",
    "accounts.new_password",
    "accounts.disable_person",
    "static",
}
"""They would end the session that asks."""

NASTY: Final = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "a\x00b",
        "0",
        "-1",
        "1e309",
        "NaN",
        "9" * 40,
        "../../etc/passwd",
        "%s%n",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "\u202egnp.exe",
        "\ud7ff",
        "{{7*7}}",
        "[]",
        "null",
        "2026-13-45",
        "x" * 5000,
        "//example.org",
        "🜁" * 50,
        "on",
        "yes",
        "lead",
        "high",
    ]
)
VALUES: Final = NASTY | st.text(max_size=60)
_NAMES = re.compile(r'name="([a-z_0-9-]+)"')


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def browser(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DeskBrowser]:
    """Somebody who may do everything, at a desk with one report."""
    monkeypatch.setattr(passwords, "PASSES", 1)
    monkeypatch.setattr(passwords, "MEMORY_BYTES", 64 * 1024)
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    room = make_desk(tmp_path, url)
    room.relay.put([room.seal(a_report()).blob])
    room.pull()
    # Reaching for a relay over the network is not what is asked here.
    _retire_relays(room)
    yield somebody(room, Role.LEAD, administers=True)
    room.close()


def _retire_relays(room: DeskRoom) -> None:
    with room.work() as session:
        session.connection().exec_driver_sql("UPDATE relay SET retired_at = added_at")
        session.commit()


def _rules(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or set()) and rule.endpoint not in LEFT_OUT
    ]


def _field_names() -> list[str]:
    """Every field name that stands in a template of the desk."""
    folder = Path(__file__).parents[2] / "server" / "desk" / "templates"
    found = {name for path in folder.glob("*.html") for name in _NAMES.findall(path.read_text())}
    return sorted(found - {"csrf_token", "viewport", "referrer"})


def _path(browser: DeskBrowser, rule: Rule, parts: list[str]) -> str:
    filled = {
        name: 1 if isinstance(rule._converters[name], IntegerConverter) else parts[0] or "x"
        for name in rule.arguments
    }
    with browser.room.app.test_request_context():
        built = browser.room.app.url_map.bind("localhost").build(rule.endpoint, filled)
    return str(built)


def test_no_form_and_no_page_answers_with_an_error(browser: DeskBrowser) -> None:
    app, names = browser.room.app, _field_names()
    token = browser.get("/me").get_data(as_text=True).split('name="csrf_token" value="')[1][:64]

    @settings(max_examples=250)
    @given(
        st.sampled_from(_rules(app, "POST") + _rules(app, "GET")),
        st.dictionaries(st.sampled_from(names), VALUES, max_size=6),
        st.lists(VALUES, min_size=1, max_size=3),
    )
    def ask(rule: Rule, fields: dict[str, str], parts: list[str]) -> None:
        path = _path(browser, rule, parts)
        if "POST" in (rule.methods or set()):
            response = browser.client.post(path, data=fields | {"csrf_token": token})
        else:
            response = browser.client.get(path, query_string=fields)
        assert response.status_code < 500, (rule.rule, response.status_code)

    ask()
    assert browser.get("/me").status_code == 200
