"""Signatures: one cannot stand for another, and nothing unsigned is believed."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_sync.trust import accept_directory
from schemas import constants
from schemas.domain import report as report_types
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import EnvelopeId, RelayKey, RootKey
from schemas.domain.report import Observed, Report
from schemas.domain.vocabulary import AckStatus, Category, PutStatus, Source, TimePrecision
from schemas.envelope.derived import ack_tag, mailbox_address
from schemas.envelope.keys import SigningKey, desk_id_of, verify, week_of
from schemas.envelope.signing import (
    FIRST_PREV,
    sign_directory,
    sign_have,
    sign_page,
    sign_receipt,
    sign_root_link,
    verify_have,
    verify_page,
    verify_receipt,
)
from schemas.errors import BoardError, ContractError, DirectoryError, ReceiptError
from schemas.wire.board import decode_page, encode_page_body
from schemas.wire.directory import encode_directory
from schemas.wire.invite import format_bridge_line, invite_link, parse_invite
from schemas.wire.report import decode_report, encode_report
from tests.support.client_world import NOW, Seeded
from tests.support.memory_desk import MemoryDesk, make_relay

ENTROPY = Seeded("signing")
RELAY = SigningKey(ENTROPY(32))
IDS = tuple(EnvelopeId(ENTROPY(32)) for _ in range(4))
DAYS = (20000, 20030)


def test_every_context_and_personalisation_is_its_own() -> None:
    values = {
        name: value
        for name, value in vars(constants).items()
        if name.startswith(("PERSON_", "CONTEXT_"))
    }
    persons = [value for name, value in values.items() if name.startswith("PERSON_")]
    contexts = [value for name, value in values.items() if name.startswith("CONTEXT_")]
    assert len(set(persons)) == len(persons)
    assert len(set(contexts)) == len(contexts)
    assert all(len(str(person)) <= 16 and str(person).isascii() for person in persons)


def test_no_context_begins_another() -> None:
    contexts = [value for name, value in vars(constants).items() if name.startswith("CONTEXT_")]
    for one in contexts:
        assert not any(other != one and other.startswith(one) for other in contexts)


def test_a_receipt_does_not_stand_for_a_have() -> None:
    statuses = (PutStatus.STORED,)
    sig = sign_receipt(RELAY, DAYS, IDS[:1], statuses)
    with pytest.raises(ReceiptError):
        verify_have(RelayKey(RELAY.public), DAYS, IDS[:1], b"\x80", sig)
    have = sign_have(RELAY, DAYS, IDS[:1], b"\x80")
    with pytest.raises(ReceiptError):
        verify_receipt(RelayKey(RELAY.public), DAYS, IDS[:1], statuses, have)


@given(st.permutations(IDS), st.lists(st.sampled_from(PutStatus), min_size=4, max_size=4))
def test_a_receipt_speaks_of_its_blobs_in_their_order(
    order: list[EnvelopeId], statuses: list[PutStatus]
) -> None:
    sig = sign_receipt(RELAY, DAYS, order, statuses)
    verify_receipt(RelayKey(RELAY.public), DAYS, order, statuses, sig)
    if order != list(IDS):
        with pytest.raises(ReceiptError):
            verify_receipt(RelayKey(RELAY.public), DAYS, IDS, statuses, sig)


def test_a_page_of_another_desk_is_refused() -> None:
    board = SigningKey(ENTROPY(32))
    ours, theirs = desk_id_of(ENTROPY(32)), desk_id_of(ENTROPY(32))
    page = sign_page(board, theirs, encode_page_body(1, 1, FIRST_PREV, []))
    with pytest.raises(BoardError, match="bad-signature"):
        verify_page(board.public, ours, page)  # type: ignore[arg-type]  # a plain key


@given(st.sets(st.binary(min_size=8, max_size=8), max_size=600))
def test_a_page_is_sorted_and_bounded(tags: set[bytes]) -> None:
    if len(tags) > constants.MAX_TAGS:
        with pytest.raises(BoardError):
            encode_page_body(1, 1, FIRST_PREV, tags)
        return
    page = decode_page(encode_page_body(1, 1, FIRST_PREV, tags) + bytes(64))
    assert list(page.tags) == sorted(tags)


def test_tags_of_one_report_cannot_be_linked_by_looking() -> None:
    key = ENTROPY(32)
    tags = {ack_tag(key, status) for status in AckStatus}
    addresses = {mailbox_address(key, week) for week in range(100)}
    assert (len(tags), len(addresses)) == (5, 100)


def test_a_root_may_be_handed_over_and_the_desk_stays_the_same() -> None:
    desk = MemoryDesk.make(NOW, [make_relay("a", NOW, ENTROPY)], ENTROPY)
    following = SigningKey(ENTROPY(32))
    desk_id = desk_id_of(desk.root.public)
    link = sign_root_link(desk.root, desk_id, RootKey(following.public))
    plain = encode_directory(desk.directory(root_chain=(link,), version=2))
    accepted = accept_directory(sign_directory(following, plain), RootKey(desk.root.public))
    assert accepted.directory.desk_id == desk_id
    with pytest.raises(DirectoryError, match="bad-signature"):
        accept_directory(sign_directory(following, plain), RootKey(following.public))


def test_a_directory_lists_half_a_year_and_serves_every_clock() -> None:
    desk = MemoryDesk.make(NOW, [make_relay("a", NOW, ENTROPY)], ENTROPY)
    directory = desk.directory()
    assert len(directory.recipients) == 26
    for days in (-4000, 0, 7, 90, 4000):
        moment = NOW + timedelta(days=days)
        week = directory.recipient_for(week_of(moment)).week
        assert min(abs(record.week - week_of(moment)) for record in directory.recipients) == abs(
            week - week_of(moment)
        )


def test_a_typical_directory_travels_in_two_kibibytes() -> None:
    desk = MemoryDesk.make(NOW, [make_relay("a", NOW, ENTROPY)], ENTROPY)
    assert len(desk.signed_directory()) < 2500


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=80))
def test_an_invite_comes_back_from_its_link_whatever_the_desk_is_called(name: str) -> None:
    if not name.isprintable():
        return
    key = RelayKey(RELAY.public)
    line = BridgeLine("https://relay.example.org/x", key, RootKey(RELAY.public), name)
    assert parse_invite(invite_link("https://app.example.org/", line)) == line
    assert parse_invite(format_bridge_line(line)) == line


MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1),
    st.sampled_from(Category),
    st.sampled_from(Source),
    MOMENTS,
    st.sampled_from(TimePrecision),
)
def test_a_report_comes_back_as_it_was(
    text: str, category: Category, source: Source, moment: datetime, precision: TimePrecision
) -> None:
    at = moment.replace(microsecond=0)
    report = Report(category, text, at, Observed(at, precision), source=source)
    assert decode_report(encode_report(report)) == report


def test_nothing_a_witness_said_prints_itself() -> None:
    for kind in (
        report_types.Report,
        report_types.Place,
        report_types.Manifest,
        report_types.Reply,
    ):
        assert dataclasses.is_dataclass(kind)
        assert kind.__repr__ is not object.__repr__
        assert repr(object.__new__(kind)) == f"<{kind.__name__}>"


def test_a_verdict_needs_a_whole_signature() -> None:
    assert not verify(RELAY.public, b"", "t1.receipt", b"x")
    assert not verify(b"", bytes(64), "t1.receipt", b"x")


def test_refusals_have_slugs_and_name_no_content() -> None:
    with pytest.raises(ContractError) as caught:
        parse_invite("tocsin1 https://secret-path.example.org/abc k=nope")
    assert caught.value.slug == "bad-invite"
    assert "secret-path" not in str(caught.value)
    assert date(2026, 11, 23).isoformat() not in str(caught.value)
