"""Channels at the desk, and how a new relay reaches phones through an old one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from client_sync.client import Client
from client_sync.composing import Answers
from client_sync.errors import TransportError
from client_sync.transports.base import Answer
from schemas.domain.directory import BridgeLine
from schemas.wire.invite import format_bridge_line
from server.desk.accounts.roles import Role
from server.desk.audit.models import AuditEntryRow
from server.desk.context import CONFIG_KEY
from server.desk.intake.errors import RelayUnreachableError
from server.desk.keys.relays import invite_for
from server.relay.channels import add_channel, retire_channel
from tests.support.client_world import CHEAP, PASSPHRASE, MemoryLink, MovedClock
from tests.support.desk import START, DeskRoom, RelayRoom, join_relay
from tests.support.desk_browser import somebody


def line_of(room: DeskRoom, label: str = "posters") -> str:
    """Open a channel at the relay and give the line that it prints."""
    path = add_channel(room.relay.home.folder, label).path
    url = room.relay.url.replace(room.relay.home.paths[0], path)
    return format_bridge_line(BridgeLine(url, room.relay.bridge.relay_key))


@dataclass
class RoomLink(MemoryLink):
    """Lanes to the real relays of a desk's room."""

    room: DeskRoom | None = None

    def _carry(self, bridge: BridgeLine, request: bytes, timeout_seconds: float) -> Answer:
        if self.room is None or timeout_seconds <= 0:
            raise TransportError("the relay cannot be reached")
        try:
            return Answer(self.room.exchange(bridge.url, request), is_whole=True)
        except RelayUnreachableError:
            raise TransportError("the relay cannot be reached") from None


@dataclass
class Phone:
    """A real client that reaches the room's relays."""

    client: Client

    def write(self, text: str) -> None:
        """Write a report."""
        self.client.report(Answers(category="attack", text=text))

    def states(self) -> list[str]:
        """List the states of all reports."""
        return [status.state.value for status in self.client.status()]


@pytest.fixture
def phone(room: DeskRoom, tmp_path: Path) -> Iterator[Phone]:
    """A phone that has not joined yet."""
    clock = MovedClock(moment=START)
    link = RoomLink({}, clock, room=room)
    client = Client(tmp_path / "phone", PASSPHRASE, clock=clock, connect=lambda: link)
    yield Phone(client)
    client.close()


# --- channels -------------------------------------------------------------------------


def test_a_channel_has_an_invite_of_its_own_and_stands_in_no_directory(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    line = line_of(room)
    form: dict[str, object] = {"label": "posters", "line": line}
    assert browser.post("/relays/channels", form, page="/relays").status_code == 302
    page = browser.get("/relays").get_data(as_text=True)
    assert "/relays/1/invite?channel=1" in page
    own = browser.get("/relays/1/invite").get_data(as_text=True)
    shown = browser.get("/relays/1/invite?channel=1").get_data(as_text=True)
    secret = line.split()[1]
    assert secret in shown
    assert secret not in own
    assert "join.tocsin?channel=1" in shown
    assert [bridge.url for bridge in room.directory().relays] == [room.relay.url]


def test_a_channel_is_not_pulled_from(room: DeskRoom) -> None:
    room.pull()
    room.pull()
    before = len(room.relay.exchanges)
    room.pull()
    usual = len(room.relay.exchanges) - before
    browser = somebody(room, Role.LEAD, administers=True)
    form: dict[str, object] = {"label": "posters", "line": line_of(room)}
    browser.post("/relays/channels", form, page="/relays")
    room.pull()
    assert len(room.relay.exchanges) - before - usual == usual


def test_an_ended_channel_has_no_invite_and_may_come_back(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    form: dict[str, object] = {"label": "posters", "line": line_of(room)}
    browser.post("/relays/channels", form, page="/relays")
    assert browser.post("/relays/1/channels/1/retire", {}, page="/relays").status_code == 302
    assert browser.get("/relays/1/invite?channel=1").status_code == 404
    assert browser.post("/relays/1/channels/1/retire", {}, page="/relays").status_code == 404
    browser.post("/relays/channels", form, page="/relays")
    assert browser.get("/relays/1/invite?channel=1").status_code == 200


@pytest.mark.parametrize("channel", ["9", "x", "-1", "1.5", "9" * 30, "\u0661"])
def test_a_channel_that_is_none_is_an_unknown_page(room: DeskRoom, channel: str) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    assert browser.get(f"/relays/1/invite?channel={channel}").status_code == 404


def test_what_is_no_channel_is_refused_in_words(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    own = format_bridge_line(room.relay.bridge)
    stranger = "tocsin1 https://relay.example/x k=" + "A" * 43
    line = line_of(room)
    browser.post("/relays/channels", {"label": "posters", "line": line}, page="/relays")
    for label, wrong, words in (
        ("friends", own, "own line"),
        ("friends", stranger, "no relay of this desk"),
        ("No label", line, "small letters"),
        ("posters", line_of(room, "more"), "small letters"),
        ("friends", "nonsense", "not a relay"),
    ):
        browser.post("/relays/channels", {"label": label, "line": wrong}, page="/relays")
        assert words in browser.get("/relays").get_data(as_text=True)


def test_a_channels_line_is_not_taken_for_another_relay(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    refused = browser.post("/relays", {"name": "x", "line": line_of(room)}, page="/relays")
    assert refused.status_code == 422
    assert "as a channel" in refused.get_data(as_text=True)
    assert [bridge.url for bridge in room.directory().relays] == [room.relay.url]


def test_channels_are_for_administrators(room: DeskRoom) -> None:
    browser = somebody(room, Role.MONITOR)
    form: dict[str, object] = {"label": "posters", "line": line_of(room)}
    assert browser.post("/relays/channels", form, page="/me").status_code == 403


def test_channels_are_audited_without_their_path(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    line = line_of(room)
    browser.post("/relays/channels", {"label": "posters", "line": line}, page="/relays")
    browser.get("/relays/1/invite?channel=1")
    with room.work() as session:
        rows = session.execute(select(AuditEntryRow).order_by(AuditEntryRow.number)).scalars()
        entries = [(row.act, row.subject, row.detail) for row in rows]
    assert ("channel.add", "relay:1", '{"channel":1}') in entries
    assert ("invite.show", "relay:1", '{"channel":1}') in entries
    assert not [entry for entry in entries if line.split()[1] in "".join(entry)]


def test_invites_lead_to_the_phone_app_where_it_is_served(room: DeskRoom) -> None:
    elsewhere = replace(room.config, phone_url="https://app.example.org/tocsin")
    room.app.extensions[CONFIG_KEY] = elsewhere
    with room.work() as session:
        link = invite_for(session, 1).link
    assert link.startswith("https://app.example.org/tocsin/#tocsin1.")


# --- two relays -----------------------------------------------------------------------


def test_a_new_relay_reaches_a_phone_through_the_old_one_and_takes_over(
    room: DeskRoom, phone: Phone
) -> None:
    room.pull()
    with room.work() as session:
        phone.client.join(invite_for(session, 1).line, CHEAP)
    phone.client.sync()
    other = RelayRoom(room.config.home.parent / "other", room.clock, port=8999)
    join_relay(room, other)
    room.pull()
    phone.client.sync()
    room.relay.up = False
    phone.write("Three trucks came at night.")
    phone.client.sync()
    assert phone.states() == ["held"]
    assert room.pull().opened == 1
    phone.client.sync()
    assert phone.states() == ["acknowledged"]
    other.close()


def test_a_retired_relay_leaves_the_directory_of_every_relay_and_phone(
    room: DeskRoom, phone: Phone
) -> None:
    other = RelayRoom(room.config.home.parent / "other", room.clock, port=8999)
    join_relay(room, other)
    room.pull()
    with room.work() as session:
        phone.client.join(invite_for(session, 2).line, CHEAP)
    phone.client.sync()
    browser = somebody(room, Role.LEAD, administers=True)
    browser.post("/relays/1/retire", {}, page="/relays")
    assert [bridge.url for bridge in room.directory().relays] == [other.url]
    # What lies at the retired one is still fetched, and phones still learn of it there.
    sealed_at_the_retired = len(room.relay.exchanges)
    room.pull()
    assert len(room.relay.exchanges) > sealed_at_the_retired
    phone.client.sync()
    other_only = len(room.relay.exchanges)
    phone.write("The bridge is closed.")
    phone.client.sync()
    assert len(room.relay.exchanges) == other_only
    assert phone.states() == ["held"]
    other.close()


def test_who_joined_by_a_channel_goes_on_by_the_directory_when_it_is_retired(
    room: DeskRoom, phone: Phone
) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    form: dict[str, object] = {"label": "posters", "line": line_of(room)}
    browser.post("/relays/channels", form, page="/relays")
    room.pull()
    with room.work() as session:
        phone.client.join(invite_for(session, 1, 1).line, CHEAP)
    phone.client.sync()
    retire_channel(room.relay.home.folder, "posters", 20_000)
    phone.write("They marked the doors.")
    phone.client.sync()
    assert phone.states() == ["held"]
    assert room.pull().opened == 1
