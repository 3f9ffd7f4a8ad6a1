"""Keys: sealed by place, wrapped by credential, made ahead, deleted on time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from schemas.constants import DEFAULT_RECIPIENTS, KEY_BYTES, SECONDS_PER_WEEK
from schemas.envelope.keys import week_of
from schemas.envelope.signing import unpack_directory, verify_directory
from schemas.wire.directory import decode_directory
from schemas.wire.invite import parse_invite
from server.desk.app import create_desk_app
from server.desk.db import start_writing
from server.desk.intake.quarantine import quarantined
from server.desk.keys import credentials
from server.desk.keys.directories import issue_if_due, newest
from server.desk.keys.errors import (
    DeskLockedError,
    SealedColumnError,
    WrongPassphraseError,
)
from server.desk.keys.founding import found
from server.desk.keys.identities import live_identities
from server.desk.keys.keyring import Keyring, keyring
from server.desk.keys.models import WeeklyIdentityRow
from server.desk.keys.profile import profile
from server.desk.keys.relays import add_relay, invite_for, relays
from server.plumbing import passwords
from server.plumbing.clock import FixedClock
from server.plumbing.config import DeskConfig
from tests.support.desk import START, TAXONOMY, DeskRoom, RelayRoom, a_report, join_relay

WEEK = timedelta(seconds=SECONDS_PER_WEEK)


def _unlocked() -> Keyring:
    ring = Keyring()
    ring.unlock(bytes(range(KEY_BYTES)))
    return ring


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_for_a_place_opens_there(plain: bytes, row: str) -> None:
    ring = _unlocked()
    assert ring.open("t", "c", row, ring.seal("t", "c", row, plain)) == plain


@pytest.mark.parametrize("place", [("u", "c", "r"), ("t", "d", "r"), ("t", "c", "s")])
def test_a_sealed_value_moved_to_another_place_does_not_open(place: tuple[str, str, str]) -> None:
    ring = _unlocked()
    sealed = ring.seal("t", "c", "r", b"value")
    with pytest.raises(SealedColumnError):
        ring.open(*place, sealed)


@given(st.binary(max_size=80))
def test_nonsense_in_a_sealed_column_is_its_own_error(sealed: bytes) -> None:
    with pytest.raises(SealedColumnError):
        _unlocked().open("t", "c", "r", sealed)


def test_a_locked_keyring_neither_seals_nor_opens_nor_shows() -> None:
    ring = Keyring()
    with pytest.raises(DeskLockedError):
        ring.seal("t", "c", "r", b"")
    with pytest.raises(DeskLockedError):
        ring.open("t", "c", "r", b"")
    assert repr(ring) == "<Keyring locked>"
    assert repr(_unlocked()) == "<Keyring unlocked>"


def test_a_slot_opens_with_its_own_credential_and_no_other(room: DeskRoom) -> None:
    with room.work() as session:
        start_writing(session)
        credentials.write_slot(session, "somebody", "their own password", bytes(KEY_BYTES))
        assert credentials.open_slot(session, "somebody", "their own password") == bytes(KEY_BYTES)
        assert credentials.open_slot(session, "somebody", "another password") is None
        assert credentials.open_slot(session, "nobody", "their own password") is None


def test_a_guess_at_a_password_costs_sixty_four_mebibytes_and_three_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    assert passwords.MEMORY_BYTES == 64 * 1024 * 1024
    assert passwords.PASSES == 3


@pytest.mark.parametrize(
    ("password", "fine"),
    [
        ("lantern gravel", True),
        ("short", False),
        ("aaaaaaaaaaaa", False),
        ("abababababababab", False),
        ("x" * 300, False),
        ("noor-and-her-cat", False),
        ("كلمة سر طويلة جدا", True),
    ],
)
def test_the_strength_rule(password: str, fine: bool) -> None:
    assert passwords.strong_enough(password, "Noor") is fine


def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    salt = bytes(16)
    assert passwords.derive("caf\u00e9 caf\u00e9", salt) == passwords.derive(
        "cafe\u0301 cafe\u0301", salt
    )


def test_founding_twice_is_founding_once(room: DeskRoom) -> None:
    with room.work() as session:
        before = profile(session)
        assert not found(session, keyring(), room.config)
        assert profile(session) == before


def test_a_desk_opens_with_its_passphrase_only(room: DeskRoom) -> None:
    wrong = DeskConfig(room.config.home, room.config.database_url, passphrase="another one")
    with pytest.raises(WrongPassphraseError):
        create_desk_app(wrong, FixedClock(START))


def test_the_directory_is_signed_by_the_root_and_reaches_half_a_year(room: DeskRoom) -> None:
    with room.work() as session:
        row = newest(session)
        assert row is not None
        sig, plain = unpack_directory(row.signed)
        directory = decode_directory(plain)
        verify_directory(
            sig,
            plain,
            pinned_root=profile(session).founding_root,
            desk_id=directory.desk_id,
            root_chain=directory.root_chain,
        )
    weeks = [record.week for record in directory.recipients]
    this_week = week_of(START)
    assert weeks == list(range(this_week, this_week + DEFAULT_RECIPIENTS))
    assert [line.url for line in directory.relays] == [room.relay.url]


def test_a_new_directory_is_issued_when_less_than_twenty_weeks_remain(room: DeskRoom) -> None:
    before = room.directory().version
    room.clock.advance(5 * WEEK)
    room.pull()
    assert room.directory().version == before
    room.clock.advance(WEEK)
    room.pull()
    after = room.directory()
    assert after.version == before + 1
    assert len(after.recipients) == DEFAULT_RECIPIENTS
    assert after.recipients[0].week == week_of(room.clock.now())


def test_the_identity_of_a_week_is_deleted_when_its_grace_is_over(room: DeskRoom) -> None:
    late = room.seal(a_report("Sealed today, carried for months."))
    room.clock.advance(8 * WEEK)
    room.pull()
    with room.work() as session:
        assert week_of(START) in [one.week for one in live_identities(session, keyring())]
    room.clock.advance(WEEK)
    room.pull()
    with room.work() as session:
        row = session.get_one(WeeklyIdentityRow, week_of(START))
        assert row.sealed_secret is None
        assert row.deleted_at == room.clock.now()
    room.relay.put([late.blob])
    room.pull()
    with room.work() as session:
        assert [one.kind for one in quarantined(session, limit=5)] == ["not-for-us"]


def test_a_locked_desk_deletes_identities_too(room: DeskRoom) -> None:
    room.ring.lock()
    room.clock.advance(11 * WEEK)
    room.pull()
    with room.work() as session:
        assert session.get_one(WeeklyIdentityRow, week_of(START)).sealed_secret is None


def test_every_week_has_a_key_of_its_own(room: DeskRoom) -> None:
    with room.work() as session:
        publics = list(session.execute(select(WeeklyIdentityRow.public)).scalars())
    assert len(publics) == len(set(publics)) == DEFAULT_RECIPIENTS


def test_an_invite_leads_back_to_relay_and_desk(room: DeskRoom) -> None:
    with room.work() as session:
        (relay,) = relays(session)
        invite = invite_for(session, relay.id)
        assert parse_invite(invite.link) == parse_invite(invite.line) == invite.bridge
        assert invite.bridge.root_key == profile(session).founding_root
        assert invite.symbol().startswith("<svg")


def test_a_relay_that_moved_is_the_same_relay(room: DeskRoom) -> None:
    with room.work() as session:
        start_writing(session)
        (before,) = [row.id for row in relays(session)]
        moved = room.relay.bridge.__class__(
            room.relay.url.replace("8470", "8999"), room.relay.bridge.relay_key
        )
        assert add_relay(session, name="moved", bridge=moved, actor="command") == before
        assert issue_if_due(session, keyring(), TAXONOMY)
        session.commit()
    assert [line.url for line in room.directory().relays] == [moved.url]


def test_a_second_relay_is_listed_and_its_invite_is_its_own(room: DeskRoom) -> None:
    other = RelayRoom(room.config.home.parent / "other", room.clock, port=8999)
    second = join_relay(room, other)
    with room.work() as session:
        invites = {invite_for(session, row.id).line for row in relays(session)}
        assert invite_for(session, second).bridge.url == other.url
    assert len(invites) == 2
    assert {line.url for line in room.directory().relays} == {room.relay.url, other.url}
