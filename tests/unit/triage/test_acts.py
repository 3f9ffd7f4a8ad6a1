"""Acts on a real desk: locked, audited, sealed, undone; on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from schemas.domain.vocabulary import (
    InformationCredibility,
    SourceReliability,
    Verification,
    Workflow,
)
from server.desk.audit.store import latest, verify
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.triage import acts, coding
from server.desk.triage.errors import (
    ClaimHeldError,
    IllegalTransitionError,
    NothingToUndoError,
    TriageError,
    UnknownCodingError,
    UnknownIndicatorError,
    UnknownReportError,
)
from server.desk.triage.models import CodingRow, NoteRow, TriageRow
from server.desk.triage.store import codings_of, history_of, notes_of, repeats_of, triage_of
from server.desk.triage.taxonomy import taxonomy_of
from server.desk.triage.verification import Finding, Grade
from server.desk.triage.workflow import LEASE, Act
from tests.unit.triage.desk_room import DeskRoom

B2 = Grade(SourceReliability.B, InformationCredibility.PROBABLE)


def test_an_act_and_its_audit_line_stand_together(any_room: DeskRoom) -> None:
    report_id, amina = any_room.report(), any_room.person()
    with any_room.inside():
        acts.take(any_room.hand(amina), report_id, Act.CLAIM)
        desk_session().commit()
        triage = triage_of(desk_session(), keyring(), report_id)
        assert triage.standing.state is Workflow.CLAIMED
        assert triage.standing.holder == amina.actor
        line = latest(desk_session(), limit=1, subject=report_id)[0]
        assert (line.act, line.actor) == ("triage.claim", amina.actor)
        assert verify(desk_session()).intact


def test_a_refused_act_leaves_no_trace(any_room: DeskRoom) -> None:
    report_id, amina, jonas = any_room.report(), any_room.person(), any_room.person()
    with any_room.inside():
        acts.take(any_room.hand(amina), report_id, Act.CLAIM)
        desk_session().commit()
        with pytest.raises(ClaimHeldError):
            acts.take(any_room.hand(jonas), report_id, Act.TRIAGE)
        desk_session().rollback()
        assert len(history_of(desk_session(), report_id)) == 1
        assert latest(desk_session(), limit=1, subject=report_id)[0].act == "triage.claim"


def test_a_claim_lets_go_by_itself(room: DeskRoom) -> None:
    report_id, amina, jonas = room.report(), room.person(), room.person()
    with room.inside():
        acts.take(room.hand(amina), report_id, Act.CLAIM)
        desk_session().commit()
        room.clock.advance(LEASE)
        acts.take(room.hand(jonas), report_id, Act.CLAIM)
        desk_session().commit()
        assert triage_of(desk_session(), keyring(), report_id).standing.holder == jonas.actor


def test_an_open_page_keeps_the_claim(room: DeskRoom) -> None:
    report_id, amina, jonas = room.report(), room.person(), room.person()
    with room.inside():
        acts.take(room.hand(amina), report_id, Act.CLAIM)
        desk_session().commit()
        for _ in range(4):
            room.clock.advance(timedelta(minutes=4))
            acts.renew_lease(room.hand(amina), report_id)
            desk_session().commit()
        with pytest.raises(ClaimHeldError):
            acts.take(room.hand(jonas), report_id, Act.CLAIM)


def test_grading_and_findings_never_move_the_workflow(any_room: DeskRoom) -> None:
    report_id, amina = any_room.report(), any_room.person()
    with any_room.inside():
        hand = any_room.hand(amina)
        acts.grade(hand, report_id, B2)
        acts.find(hand, report_id, Finding.SCREEN)
        acts.find(hand, report_id, Finding.CORROBORATE, independent_sources=3)
        desk_session().commit()
        triage = triage_of(desk_session(), keyring(), report_id)
        assert triage.standing.state is Workflow.NEW
        assert triage.verification is Verification.CORROBORATED
        assert (str(triage.grade), triage.independent_sources) == ("B2", 3)


def test_undo_puts_back_what_the_last_act_changed(any_room: DeskRoom) -> None:
    report_id, amina = any_room.report(), any_room.person()
    with any_room.inside():
        hand = any_room.hand(amina)
        acts.take(hand, report_id, Act.CLAIM)
        acts.grade(hand, report_id, B2)
        acts.grade(hand, report_id, Grade(SourceReliability.E))
        acts.undo_last(hand, report_id)
        desk_session().commit()
        assert str(triage_of(desk_session(), keyring(), report_id).grade) == "B2"
        acts.undo_last(any_room.hand(amina), report_id)
        desk_session().commit()
        triage = triage_of(desk_session(), keyring(), report_id)
        assert str(triage.grade) == "F6"
        assert triage.standing.state is Workflow.CLAIMED


def test_nobody_undoes_what_somebody_else_did(room: DeskRoom) -> None:
    report_id, amina, jonas = room.report(), room.person(), room.person()
    with room.inside():
        acts.take(room.hand(amina), report_id, Act.MARK_SPAM)
        desk_session().commit()
        with pytest.raises(NothingToUndoError):
            acts.undo_last(room.hand(jonas), report_id)


def test_undoing_a_coding_withdraws_it_and_keeps_it(room: DeskRoom) -> None:
    report_id, amina = room.report(), room.person()
    with room.inside():
        taxonomy = taxonomy_of(room.app.extensions["tocsin.config"].home)
        coding.code(room.hand(amina), taxonomy, report_id, coding.Judgement("7.12"))
        acts.undo_last(room.hand(amina), report_id)
        desk_session().commit()
        assert codings_of(desk_session(), keyring(), report_id) == []
        row = desk_session().execute(select(CodingRow)).scalar_one()
        assert row.withdrawn_by == amina.actor


def test_a_duplicate_names_what_it_repeats_and_can_be_reopened(any_room: DeskRoom) -> None:
    first, second, amina = any_room.report(), any_room.report(), any_room.person()
    with any_room.inside():
        hand = any_room.hand(amina)
        acts.take(hand, second, Act.MARK_DUPLICATE, duplicate_of=first)
        desk_session().commit()
        assert repeats_of(desk_session(), first) == [second]
        acts.take(any_room.hand(amina), second, Act.REOPEN)
        desk_session().commit()
        assert repeats_of(desk_session(), first) == []


def test_a_report_cannot_repeat_itself_or_nothing(room: DeskRoom) -> None:
    report_id, amina = room.report(), room.person()
    with room.inside():
        for other in (report_id, None):
            with pytest.raises(IllegalTransitionError):
                acts.take(room.hand(amina), report_id, Act.MARK_DUPLICATE, duplicate_of=other)


def test_a_report_that_does_not_exist_is_refused(room: DeskRoom) -> None:
    amina = room.person()
    with room.inside(), pytest.raises(UnknownReportError):
        acts.take(room.hand(amina), "00" * 32, Act.CLAIM)


def test_two_coders_may_disagree_and_both_stay(any_room: DeskRoom) -> None:
    report_id, amina, jonas = any_room.report(), any_room.person(), any_room.person()
    with any_room.inside():
        taxonomy = taxonomy_of(any_room.app.extensions["tocsin.config"].home)
        coding.code(any_room.hand(amina), taxonomy, report_id, coding.Judgement("7.12"))
        coding.code(any_room.hand(jonas), taxonomy, report_id, coding.Judgement("12.2"))
        desk_session().commit()
        found = codings_of(desk_session(), keyring(), report_id)
        assert [view.indicator_id for view in found] == ["7.12", "12.2"]
        assert {view.taxonomy_version for view in found} == {taxonomy.framework.version}


def test_coding_the_same_again_replaces_ones_own_judgement(room: DeskRoom) -> None:
    report_id, amina = room.report(), room.person()
    with room.inside():
        taxonomy = taxonomy_of(room.app.extensions["tocsin.config"].home)
        for reason in ("first", "second"):
            judgement = coding.Judgement("7.12", reason=reason)
            coding.code(room.hand(amina), taxonomy, report_id, judgement)
        desk_session().commit()
        assert [v.reason for v in codings_of(desk_session(), keyring(), report_id)] == ["second"]


def test_an_indicator_outside_of_the_taxonomy_is_refused(room: DeskRoom) -> None:
    report_id, amina = room.report(), room.person()
    with room.inside():
        taxonomy = taxonomy_of(room.app.extensions["tocsin.config"].home)
        hand = room.hand(amina)
        with pytest.raises(UnknownIndicatorError):
            coding.code(hand, taxonomy, report_id, coding.Judgement("99.1"))


def test_only_the_coder_withdraws_and_only_once(room: DeskRoom) -> None:
    report_id, amina, jonas = room.report(), room.person(), room.person()
    with room.inside():
        taxonomy = taxonomy_of(room.app.extensions["tocsin.config"].home)
        made = coding.code(room.hand(amina), taxonomy, report_id, coding.Judgement("7.12"))
        desk_session().commit()
        with pytest.raises(UnknownCodingError):
            coding.withdraw(room.hand(jonas), report_id, made.id)
        coding.withdraw(room.hand(amina), report_id, made.id)
        with pytest.raises(UnknownCodingError):
            coding.withdraw(room.hand(amina), report_id, made.id)


def test_a_note_is_kept_even_while_somebody_else_holds_the_report(room: DeskRoom) -> None:
    report_id, amina, jonas = room.report(), room.person(), room.person()
    with room.inside():
        acts.take(room.hand(amina), report_id, Act.CLAIM)
        coding.note(room.hand(jonas), report_id, "  The mill is the old one.  ")
        desk_session().commit()
        notes = notes_of(desk_session(), keyring(), report_id)
        assert [note.text for note in notes] == ["The mill is the old one."]
        with pytest.raises(TriageError):
            coding.note(room.hand(jonas), report_id, "   ")


def test_no_judgement_or_note_lies_in_clear(any_room: DeskRoom) -> None:
    report_id, amina = any_room.report(), any_room.person()
    with any_room.inside():
        taxonomy = taxonomy_of(any_room.app.extensions["tocsin.config"].home)
        judgement = coding.Judgement("13.14", reason="heliotrope canary")
        hand = any_room.hand(amina)
        coding.code(hand, taxonomy, report_id, judgement)
        coding.note(hand, report_id, "heliotrope canary")
        acts.grade(hand, report_id, B2)
        desk_session().commit()
        session = desk_session()
        sealed = [
            session.execute(select(CodingRow.sealed_coding)).scalar_one(),
            session.execute(select(NoteRow.sealed_text)).scalar_one(),
            session.execute(select(TriageRow.sealed_grade)).scalar_one() or b"",
        ]
        assert all(word not in row for row in sealed for word in (b"heliotrope", b"13.14", b'"B"'))
        said = latest(session, limit=50, subject=report_id)
        assert all("13.14" not in str(line.detail) for line in said)
