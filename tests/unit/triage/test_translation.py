"""Translations in editions, and what happens to words that a refusal leaves over."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from schemas.constants import MAX_TEXT_CHARACTERS
from server.desk.accounts.roles import Role
from server.desk.audit.store import latest
from server.desk.db import desk_session
from server.desk.intake.store import replies_to
from server.desk.keys.keyring import keyring
from server.desk.triage import acts, translation
from server.desk.triage.errors import TranslationChangedError, TriageError, UnknownReportError
from server.desk.triage.models import TranslationRow
from server.desk.triage.store import codings_of
from server.desk.triage.translation import Rendering, translation_of
from server.desk.triage.workflow import LEASE, Act
from tests.unit.triage.desk_room import DeskRoom, token_for

CANARY = "the heron stands at the seventh gate"


def _post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data=fields | {"csrf_token": token_for(client)})


def test_a_translation_is_kept_sealed_with_its_audit_line(any_room: DeskRoom) -> None:
    report_id, amina = any_room.report(lang="ar"), any_room.person()
    with any_room.inside():
        hand = any_room.hand(amina)
        translation.translate(hand, report_id, Rendering(f" {CANARY} ", "en"), edition=0)
        desk_session().commit()
        row = desk_session().execute(select(TranslationRow)).scalar_one()
        assert CANARY.encode() not in row.sealed_words
        found = translation_of(desk_session(), keyring(), report_id)
        assert found is not None
        assert (found.text, found.lang, found.edition) == (CANARY, "en", 1)
        line = latest(desk_session(), limit=1, subject=report_id)[0]
        assert (line.act, line.actor) == ("translation.write", amina.actor)


def test_of_two_translators_the_second_is_told_and_both_editions_stay(any_room: DeskRoom) -> None:
    report_id, amina, jonas = any_room.report(), any_room.person(), any_room.person()
    with any_room.inside():
        translation.translate(any_room.hand(amina), report_id, Rendering("one", "en"), edition=0)
        desk_session().commit()
        with pytest.raises(TranslationChangedError):
            translation.translate(
                any_room.hand(jonas), report_id, Rendering("two", "en"), edition=0
            )
        desk_session().rollback()
        translation.translate(any_room.hand(jonas), report_id, Rendering("both", "en"), edition=1)
        desk_session().commit()
        editions = desk_session().execute(select(TranslationRow.edition)).scalars().all()
        assert sorted(editions) == [1, 2]
        found = translation_of(desk_session(), keyring(), report_id)
        assert found is not None
        assert found.text == "both"


@pytest.mark.parametrize("text", ["", "  ", "x" * (2 * MAX_TEXT_CHARACTERS + 1)])
def test_a_translation_is_neither_empty_nor_endless(room: DeskRoom, text: str) -> None:
    report_id, amina = room.report(), room.person()
    with room.inside(), pytest.raises(TriageError):
        translation.translate(room.hand(amina), report_id, Rendering(text, "en"), edition=0)


def test_what_no_report_says_is_not_translated(room: DeskRoom) -> None:
    amina = room.person()
    with room.inside(), pytest.raises(UnknownReportError):
        translation.translate(room.hand(amina), "0" * 64, Rendering("words", "en"), edition=0)


def test_a_refused_translation_shows_both_texts(room: DeskRoom) -> None:
    report_id, amina = room.report(lang="ar"), room.client(room.person())
    path = f"/reports/{report_id}/translation"
    assert _post(amina, path, text="Kept words.", edition="0").status_code == 302
    refused = _post(amina, path, text="Other words.", edition="0")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "Kept words." in page
    assert "Other words.</textarea>" in page
    assert 'name="edition" value="1"' in page


def test_a_colleague_may_translate_what_somebody_else_holds(room: DeskRoom) -> None:
    report_id, amina, jonas = room.report(lang="ar"), room.person(), room.person()
    with room.inside():
        acts.take(room.hand(amina), report_id, Act.CLAIM)
        desk_session().commit()
    page = room.client(jonas).get(f"/reports/{report_id}").get_data(as_text=True)
    assert 'id="translation-text"' in page
    assert 'id="reply-text"' not in page


def test_a_reader_sees_a_translation_and_has_no_field_for_one(room: DeskRoom) -> None:
    report_id, amina = room.report(lang="ar"), room.person()
    with room.inside():
        translation.translate(room.hand(amina), report_id, Rendering(CANARY, "en"), edition=0)
        desk_session().commit()
    page = room.client(room.person(Role.READER)).get(f"/reports/{report_id}")
    assert CANARY in page.get_data(as_text=True)
    assert 'id="translation-text"' not in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("replies", {"text": CANARY, "kind": "question", "lang": "en"}),
        ("codings", {"indicator_id": "7.12", "reason": CANARY}),
    ],
)
def test_who_lost_the_claim_changes_nothing_and_finds_the_words_again(
    room: DeskRoom, form: str, fields: dict[str, str]
) -> None:
    report_id, amina, jonas = room.report(), room.person(), room.person()
    browser = room.client(amina)
    _post(browser, f"/reports/{report_id}/acts", act="claim")
    room.clock.advance(LEASE)
    _post(room.client(jonas), f"/reports/{report_id}/acts", act="claim")
    refused = _post(browser, f"/reports/{report_id}/{form}", **fields)
    assert refused.status_code == 409
    assert CANARY in refused.get_data(as_text=True)
    with room.inside():
        assert replies_to(desk_session(), keyring(), report_id) == []
        assert codings_of(desk_session(), keyring(), report_id) == []


def test_an_open_page_is_told_when_its_claim_is_lost(room: DeskRoom) -> None:
    report_id, amina = room.report(), room.client(room.person())
    lease = f"/reports/{report_id}/lease"
    _post(amina, f"/reports/{report_id}/acts", act="claim")
    assert _post(amina, lease).status_code == 204
    room.clock.advance(LEASE)
    assert _post(amina, lease).status_code == 409


def test_an_open_queue_learns_of_a_claim_that_ran_out(room: DeskRoom) -> None:
    report_id, jonas = room.report(), room.client(room.person())
    _post(room.client(room.person()), f"/reports/{report_id}/acts", act="claim")
    before = jonas.get("/queue/pulse").get_json()
    room.clock.advance(LEASE)
    assert jonas.get("/queue/pulse").get_json() != before
