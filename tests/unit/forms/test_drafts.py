"""Drafts: sealed, changed by one hand at a time, undone, published into the signed directory."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from schemas.forms import bundled_document, in_force
from server.desk.context import now
from server.desk.db import start_writing
from server.desk.forms import drafts, publishing
from server.desk.forms.drafts import Draft
from server.desk.forms.errors import DraftChangedError, DraftError
from server.desk.forms.findings import Finding
from server.desk.keys.forms import document_in_force, editions
from server.desk.keys.hand import Hand
from tests.support.desk import DeskRoom
from tools.vectors.form_samples import form, question

CANARY = "Which colonel gave the order at Kivumba?"
T = TypeVar("T")
FINDING = Finding("survey!C2", "column", {"column": "media::image"})


def by_a_lead(room: DeskRoom, act: Callable[[Hand], T]) -> T:
    with room.work() as session:
        start_writing(session)
        done = act(Hand(session, room.ring, "person:lead", now()))
        session.commit()
        return done


def begun(room: DeskRoom, **changes: object) -> Draft:
    return by_a_lead(room, lambda hand: drafts.begin(hand, form(**changes)))


def asking(label: str) -> dict[str, object]:
    return question("who", "text") | {"label": {"en": label}}


def test_a_draft_lies_sealed_and_no_line_of_the_audit_log_quotes_it(room: DeskRoom) -> None:
    made = begun(room, key="kivumba_form", questions=[asking(CANARY)])
    by_a_lead(room, lambda hand: drafts.change(hand, made, form(key="kivumba_form")))
    with room.work() as session:
        rows = session.connection().exec_driver_sql("SELECT sealed FROM form_draft").all()
        said = session.connection().exec_driver_sql("SELECT * FROM audit_entry").all()
    assert b"Kivumba" not in bytes(rows[0][0])
    assert "ivumba" not in repr(rows) + repr(said) + repr(made)


def test_two_who_change_a_draft_at_once_never_write_over_each_other(room: DeskRoom) -> None:
    made = begun(room)
    after = by_a_lead(room, lambda hand: drafts.change(hand, made, form(categories=["taken"])))
    with pytest.raises(DraftChangedError):
        by_a_lead(room, lambda hand: drafts.change(hand, made, form(categories=["cyber"])))
    with room.work() as session:
        held = drafts.draft(session, room.ring, made.id)
    assert (held.document, held.edition) == (after.document, 2)


def test_the_last_change_can_be_undone_and_done_again(room: DeskRoom) -> None:
    made = begun(room)
    changed = by_a_lead(room, lambda hand: drafts.change(hand, made, form(categories=["taken"])))
    undone = by_a_lead(room, lambda hand: drafts.undo(hand, changed))
    assert undone.document == made.document
    again = by_a_lead(room, lambda hand: drafts.undo(hand, undone))
    assert again.document == changed.document
    fresh = begun(room, key="other")
    with pytest.raises(DraftError):
        by_a_lead(room, lambda hand: drafts.undo(hand, fresh))


def test_a_form_has_one_draft_and_an_import_can_be_undone(room: DeskRoom) -> None:
    first = begun(room)
    second = begun(room, categories=["taken"])
    assert second.id == first.id
    undone = by_a_lead(room, lambda hand: drafts.undo(hand, second))
    assert undone.document["categories"] == ["attack"]


def test_a_desk_has_only_so_many_drafts(room: DeskRoom) -> None:
    for number in range(drafts.MAX_DRAFTS):
        begun(room, key=f"form_{number}")
    with pytest.raises(DraftError, match="remove one"):
        begun(room, key="one_more")


def test_what_an_import_left_out_is_read_before_it_is_published(room: DeskRoom) -> None:
    made = by_a_lead(room, lambda hand: drafts.begin(hand, form(), (FINDING,)))
    with pytest.raises(publishing.NotReadyError) as refused:
        by_a_lead(room, lambda hand: publishing.publish(hand, made))
    assert refused.value.word == publishing.NOT_READ
    read = by_a_lead(room, lambda hand: drafts.have_read(hand, made))
    assert by_a_lead(room, lambda hand: publishing.publish(hand, read)).version == 1000


def test_a_draft_that_breaks_a_rule_is_not_published(room: DeskRoom) -> None:
    made = begun(room, questions=[asking("x" * 161)])
    with pytest.raises(publishing.NotReadyError) as refused:
        by_a_lead(room, lambda hand: publishing.publish(hand, made))
    assert refused.value.word == publishing.TROUBLED


def test_publishing_signs_the_directory_at_once_and_ends_the_draft(room: DeskRoom) -> None:
    before = room.directory()
    made = begun(room, key="conduct")
    by_a_lead(room, lambda hand: publishing.publish(hand, made))
    directory = room.directory()
    assert (directory.version, directory.forms_version) == (before.version + 1, 2)
    assert in_force(directory.forms)[0].version == 1000
    with room.work() as session:
        assert drafts.drafts(session, room.ring) == ()
        assert document_in_force(session, "conduct") == form(key="conduct")
    by_a_lead(room, lambda hand: publishing.withdraw(hand, "conduct"))
    assert room.directory().forms == ()
    with room.work() as session:
        assert document_in_force(session, "conduct") == bundled_document("conduct")
        (only,) = editions(session, "conduct")
        assert (only.version, only.ended_at is None) == (1000, False)
