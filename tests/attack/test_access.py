"""Every address of the desk, asked for by every role: what is declared is what happens.

The addresses come from the desk's own table of routes, with ids that exist, so that a refusal is
one of access and not of a page that is not there. Who may do what is declared in
`tests/support/desk_access.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.desk.accounts.models import PersonRow
from server.desk.accounts.roles import Role
from server.desk.accounts.session_store import open_session
from server.desk.csrf import SESSION_COOKIE
from server.desk.db import Row, start_writing
from tests.support.desk_access import ACCESS, MAY
from tests.support.desk_routes import Address, addresses
from tests.support.filled_desk import FilledDesk
from tests.unit.triage.desk_room import token_for

ROLES: dict[str, tuple[Role, bool]] = {
    "reader": (Role.READER, False),
    "monitor": (Role.MONITOR, False),
    "analyst": (Role.ANALYST, False),
    "lead": (Role.LEAD, False),
    "lead+": (Role.LEAD, True),
    "admin": (Role.ADMIN, True),
}
LEADS_TO_THE_LOGIN = {"accounts.log_in_now", "accounts.logout", "home"}
"""What refuses wrong words, ends a session, or begins where one has to log in."""
ENDS_SESSIONS = {"accounts.logout", "accounts.end_one_session", "accounts.set_up"}
"""After these a role begins anew."""
WRITTEN_BY_LOOKING = {
    "audit_entry",
    "audit_head",
    "person_session",
    "file_finding",
    "derivative",
}
"""Tables in which a page that is only looked at may leave something: the log, when a session was
last used, and what the desk itself finds in a file and makes of it when it is first looked at."""


@pytest.fixture(scope="module")
def asking(desk: FilledDesk) -> "Asking":
    """One person of each role, and one whom the tests may disable."""
    found = {}
    with desk.room.work() as session:
        start_writing(session)
        for number, name in enumerate([*ROLES, "victim"]):
            role, administers = ROLES.get(name, (Role.READER, False))
            found[name] = f"{number + 1:016x}"
            session.add(
                PersonRow(
                    id=found[name],
                    name=f"role {name}",
                    name_key=f"role {name}",
                    role=role.value,
                    administers=administers,
                    salt=bytes(16),
                    secret_box=b"",
                    created_at=desk.room.clock.now(),
                )
            )
        session.commit()
    desk.named["person_id"] = found["victim"]
    return Asking(desk, found)


@dataclass
class Asking:
    """A browser for each role, kept while its session lasts."""

    desk: FilledDesk
    people: dict[str, str]
    kept: dict[str, tuple[FlaskClient, str]] = field(default_factory=dict)

    def ask(self, role: str, address: Address) -> TestResponse:
        """Ask for one address, with a form's token where one is needed."""
        if role not in self.kept:
            self.kept[role] = self._browser(role)
        client, token = self.kept[role]
        if address.endpoint in ENDS_SESSIONS:
            del self.kept[role]
        if address.method == "GET":
            return client.get(address.path)
        return client.open(address.path, method=address.method, data={"csrf_token": token})

    def _browser(self, role: str) -> tuple[FlaskClient, str]:
        client = self.desk.room.app.test_client()
        if role == "visitor":
            page = client.get("/login").get_data(as_text=True)
            return client, page.split('name="csrf_token" value="')[1][:64]
        with self.desk.room.work() as session:
            start_writing(session)
            cookie = open_session(session, self.people[role])
            session.commit()
        client.set_cookie(SESSION_COOKIE, cookie)
        return client, token_for(client)


def _refused(response: TestResponse) -> bool:
    to_login = response.status_code == 302 and str(response.location).split("?")[0] == "/login"
    return response.status_code in {401, 403} or to_login


def test_who_may_not_is_refused_at_every_address(desk: FilledDesk, asking: Asking) -> None:
    before = _rows(desk)
    let_in = [
        (role, address.method, address.path)
        for address in addresses(desk.room.app, desk.named)
        for role in ("visitor", *ROLES)
        if role not in MAY[ACCESS[address.endpoint]] and not _refused(asking.ask(role, address))
    ]
    assert let_in == []
    assert _rows(desk) == before


def test_looking_at_every_page_changes_nothing(desk: FilledDesk, asking: Asking) -> None:
    before = _rows(desk)
    for address in addresses(desk.room.app, desk.named):
        if address.method == "GET":
            asking.ask("lead+", address)
    assert _rows(desk) == before


def _rows(desk: FilledDesk) -> dict[str, list[tuple[object, ...]]]:
    """Read every table but those of the log and of sessions."""
    with desk.room.work() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(table.select())), key=repr)
            for table in Row.metadata.sorted_tables
            if table.name not in WRITTEN_BY_LOOKING
        }


def test_a_colleagues_view_session_and_coding_are_not_one_s_own(
    desk: FilledDesk, asking: Asking
) -> None:
    """Same role, right token, an id that exists, but somebody else's."""
    before = _rows(desk)
    named = desk.named
    for path in (
        f"/queue/views/{named['view_id']}/forget",
        f"/me/sessions/{named['session_id']}/end",
        f"/reports/{named['report_id']}/codings/{named['coding_id']}/withdraw",
        f"/reports/{named['report_id']}/undo",
    ):
        asking.ask("lead+", Address("", "POST", path))
    assert _rows(desk) == before
    assert desk.lead.get("/me").status_code == 200


def test_a_file_is_reached_by_its_own_id_alone(desk: FilledDesk, asking: Asking) -> None:
    for wrong in ("0" * 32, "..%2f..%2fdesk.db", "../../desk.db", desk.named["report_id"], "%00"):
        response = asking.ask("lead", Address("", "GET", f"/evidence/{wrong}"))
        assert response.status_code in {400, 404}, wrong


@pytest.fixture(scope="module", autouse=True)
def _last(desk: FilledDesk) -> Iterator[None]:
    """Check, when all is over, that the desk still stands."""
    yield
    assert desk.lead.get("/queue").status_code == 200


def test_who_may_is_let_in_at_every_address(desk: FilledDesk, asking: Asking) -> None:
    """Last, because it does what the forms do."""
    turned_away = [
        (role, address.method, address.path)
        for address in addresses(desk.room.app, desk.named)
        for role in ("visitor", *ROLES)
        if role in MAY[ACCESS[address.endpoint]]
        and _refused(asking.ask(role, address))
        and address.endpoint not in LEADS_TO_THE_LOGIN
    ]
    assert turned_away == []
