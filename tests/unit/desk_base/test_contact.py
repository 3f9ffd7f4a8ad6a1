"""Whoever says that contact is not safe is not written to, in whatever order things arrive."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from schemas.domain.ids import report_id_of
from schemas.domain.report import Report
from schemas.domain.vocabulary import Purpose, ReplyKind
from schemas.envelope.keys import SigningKey, new_signing_key
from schemas.envelope.sealing import SealedEnvelope
from server.desk.accounts.roles import Role
from server.desk.audit.models import AuditEntryRow
from server.desk.db import start_writing
from server.desk.intake.contact import lift_stops, stop_on
from server.desk.intake.errors import DoNotContactError, NoReasonError
from server.desk.intake.models import SealedReplyRow
from server.desk.intake.replies import queue_reply
from server.desk.intake.store import replies_to
from server.desk.keys.keyring import keyring
from tests.support.desk import DeskRoom, a_report
from tests.support.desk_browser import somebody


def _arrive(room: DeskRoom, report: Report, author: SigningKey | None) -> SealedEnvelope:
    sealed = room.seal(report, author)
    room.relay.put([sealed.blob])
    return sealed


def _unsafe(room: DeskRoom, about: SealedEnvelope, author: SigningKey | None) -> SealedEnvelope:
    report = a_report(
        "I am not safe. Do not contact me.", about=report_id_of(about.id), purpose=Purpose.UNSAFE
    )
    return _arrive(room, report, author)


def _answer(room: DeskRoom, sealed: SealedEnvelope) -> None:
    with room.work() as session:
        start_writing(session)
        queue_reply(
            session,
            keyring(),
            sealed.id.hex(),
            kind=ReplyKind.QUESTION,
            text="Where was it?",
            lang="en",
            actor="person:1",
        )
        session.commit()


def _lift(room: DeskRoom, sealed: SealedEnvelope, reason: str) -> None:
    with room.work() as session:
        start_writing(session)
        lift_stops(session, keyring(), sealed.id.hex(), reason=reason, actor="person:2")
        session.commit()


def _sent(room: DeskRoom) -> int:
    with room.work() as session:
        return len(list(session.execute(select(SealedReplyRow.seq)).scalars()))


def test_nobody_writes_to_a_reporter_who_is_not_safe(room: DeskRoom) -> None:
    phone = new_signing_key()
    first, other = (_arrive(room, a_report(text), phone) for text in ("One.", "Two."))
    unsafe = _unsafe(room, first, phone)
    stranger = _arrive(room, a_report("Three."), new_signing_key())
    room.pull()
    for sealed in (first, other, unsafe):
        with pytest.raises(DoNotContactError):
            _answer(room, sealed)
    _answer(room, stranger)


def test_the_wish_may_arrive_before_the_report(room: DeskRoom) -> None:
    phone = new_signing_key()
    first = room.seal(a_report(), phone)
    _unsafe(room, first, phone)
    room.pull()
    room.relay.put([first.blob])
    room.pull()
    with pytest.raises(DoNotContactError):
        _answer(room, first)


def test_an_answer_that_waits_is_held_back(room: DeskRoom) -> None:
    phone = new_signing_key()
    first = _arrive(room, a_report(), phone)
    room.pull()
    _answer(room, first)
    _unsafe(room, first, phone)
    room.pull()
    assert _sent(room) == 0
    with room.work() as session:
        (reply,) = replies_to(session, keyring(), first.id.hex())
    assert reply.sent_at is None
    _lift(room, first, "They rang the office from abroad.")
    room.pull()
    assert _sent(room) == 1


def test_who_names_a_strangers_report_stops_nothing(room: DeskRoom) -> None:
    first = _arrive(room, a_report(), new_signing_key())
    _unsafe(room, first, new_signing_key())
    _unsafe(room, first, None)
    room.pull()
    _answer(room, first)


def test_a_report_without_an_author_is_protected_by_its_id(room: DeskRoom) -> None:
    first, other = (_arrive(room, a_report(text), None) for text in ("One.", "Two."))
    _unsafe(room, first, new_signing_key())
    room.pull()
    with pytest.raises(DoNotContactError):
        _answer(room, first)
    _answer(room, other)


def test_lifting_needs_a_reason_and_is_written_down(room: DeskRoom) -> None:
    phone = new_signing_key()
    first = _arrive(room, a_report(), phone)
    _unsafe(room, first, phone)
    room.pull()
    for reason in ("", " ", "x" * 501):
        with pytest.raises(NoReasonError):
            _lift(room, first, reason)
    _lift(room, first, "They rang the office from abroad.")
    _answer(room, first)
    with room.work() as session:
        rows = session.execute(select(AuditEntryRow.act, AuditEntryRow.actor)).all()
    assert ("contact.lift", "person:2") in [tuple(row) for row in rows]


def test_a_wish_after_a_lift_stops_again(room: DeskRoom) -> None:
    phone = new_signing_key()
    first = _arrive(room, a_report(), phone)
    _unsafe(room, first, phone)
    room.pull()
    _lift(room, first, "They rang.")
    room.clock.advance(timedelta(hours=1))
    report = a_report("Not safe again.", about=report_id_of(first.id), purpose=Purpose.UNSAFE)
    again = _arrive(room, report, phone)
    room.pull()
    with room.work() as session:
        stop = stop_on(session, keyring(), first.id.hex())
    assert stop is not None
    assert stop.follow_up == again.id.hex()


@pytest.mark.parametrize("role", [Role.READER, Role.MONITOR, Role.ANALYST])
def test_only_a_lead_lifts(room: DeskRoom, role: Role) -> None:
    phone = new_signing_key()
    first = _arrive(room, a_report(), phone)
    _unsafe(room, first, phone)
    room.pull()
    page = f"/reports/{first.id.hex()}"
    fields: dict[str, object] = {"reason": "They rang."}
    somebody(room, role, "Ama").post(f"{page}/contact", fields, page=page)
    with pytest.raises(DoNotContactError):
        _answer(room, first)
    somebody(room, Role.LEAD).post(f"{page}/contact", fields, page=page)
    _answer(room, first)
