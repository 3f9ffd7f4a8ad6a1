"""The desk's own forms: published, carried by the directory, withdrawn, and remembered."""

import pytest

from schemas.constants import MAX_FORMS
from schemas.domain.forms import FilledForm
from schemas.forms import in_force
from server.desk.db import start_writing
from server.desk.keys.forms import FormsError, form_named, publish_form, withdraw_form
from server.desk.triage.answers import answers_said
from tests.support.desk import DeskRoom
from tools.vectors.form_samples import form, option, question


def publish(room: DeskRoom, **changes: object) -> int:
    with room.work() as session:
        start_writing(session)
        version = publish_form(session, form(**changes), "command").version
        session.commit()
        return version


def test_a_published_form_is_in_the_directory_after_the_next_pull(room: DeskRoom) -> None:
    before = room.directory()
    assert (before.forms, before.forms_version) == ((), 1)
    version = publish(room, key="conduct")
    room.pull()
    directory = room.directory()
    assert directory.forms_version == 2
    assert in_force(directory.forms)[0].version == version == 1000
    room.pull()
    assert room.directory().version == directory.version


def test_a_new_version_takes_the_place_of_the_old_and_old_answers_keep_their_question(
    room: DeskRoom,
) -> None:
    first = publish(room, key="water", questions=[question("old", "text")])
    second = publish(room, key="water", questions=[question("new", "text")])
    room.pull()
    assert len(room.directory().forms) == 1
    with room.work() as session:
        found = [form_named(session, "water", one) for one in (first, second)]
        assert [one and one.questions[0].key for one in found] == ["old", "new"]
        assert form_named(session, "water", 999) is None


def test_a_withdrawn_form_lets_the_bundled_one_stand_again(room: DeskRoom) -> None:
    publish(room, key="conduct")
    with room.work() as session:
        start_writing(session)
        withdraw_form(session, "conduct", "command")
        session.commit()
    room.pull()
    directory = room.directory()
    assert (directory.forms, directory.forms_version) == ((), 3)


def test_a_form_outside_of_the_rules_is_not_published(room: DeskRoom) -> None:
    with pytest.raises(FormsError):
        publish(room, questions=[])
    with room.work() as session, pytest.raises(FormsError):
        withdraw_form(session, "conduct", "command")


def test_a_desk_has_only_so_many_forms(room: DeskRoom) -> None:
    for number in range(MAX_FORMS):
        publish(room, key=f"form_{number}")
    with pytest.raises(FormsError, match="withdraw one"):
        publish(room, key="one_more")
    assert publish(room, key="form_0") == 1000 + MAX_FORMS


def test_answers_are_said_in_the_readers_language_and_strange_ones_as_they_came(
    room: DeskRoom,
) -> None:
    asked = question("who", "choice", options=[option("army"), option("police")])
    version = publish(room, key="conduct", questions=[asked, question("free", "text")])
    filled = FilledForm("conduct", version, {"free": "by night", "who": "army", "later": 3})
    with room.work() as session:
        (said,) = answers_said(
            (filled,), lambda key, number: form_named(session, key, number), "en"
        )
        (strange,) = answers_said(
            (FilledForm("gone", 1, {"a": ("b", "c")}),), lambda *_: None, "en"
        )
    assert said.title == "A sample"
    assert [(one.question, one.said) for one in said.answers] == [
        ("who", ("army",)),
        ("free", ("by night",)),
        ("later", ("3",)),
    ]
    assert not strange.is_known
    assert strange.answers[0].said == ("b", "c")
