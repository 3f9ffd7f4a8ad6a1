"""What a desk learned from reports is read by nobody who takes its disk, its log or its processes.

A model holds words of witnesses. Coded reports with canary words go the whole way: opened, sent to
the process that learns, learned, sealed, served. Then every file below the desk's home and what was
left in the folder for temporary files is searched, with every line of the log.
"""

import io
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.domain.vocabulary import Category
from server.desk.accounts.roles import Role
from server.desk.db import db, desk_session
from server.desk.keys.errors import DeskLockedError, SealedColumnError
from server.desk.keys.keyring import Keyring, keyring
from server.desk.suggestions import columns, serving, store, training
from server.desk.suggestions import exchange_with_fitting as exchange
from server.desk.suggestions.models import SuggestionModelRow
from server.desk.suggestions.training_states import Phase
from server.desk.triage import coding
from server.desk.triage.taxonomy import taxonomy_of
from server.plumbing import logs
from tests.unit.triage.desk_room import DeskRoom, open_desk_room

CANARIES = ("canarykestrel", "canaryquarry", "حجرالكناري")
TIMES = 12


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, at any level."""
    stream = io.StringIO()
    logs.configure(stream, logging.DEBUG)
    yield stream
    logging.getLogger().handlers.clear()


@pytest.fixture
def taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskRoom]:
    """A desk that learned from reports full of canaries."""
    leftovers = tmp_path / "temporary"
    leftovers.mkdir()
    monkeypatch.setenv("TMPDIR", str(leftovers))
    monkeypatch.setattr(tempfile, "tempdir", None)
    home = tmp_path / "desk"
    home.mkdir()
    room = open_desk_room(home)
    person = room.person(Role.ANALYST)
    taxonomy = taxonomy_of(room.app.extensions["tocsin.config"].home)
    for number in range(TIMES):
        word = CANARIES[number % len(CANARIES)]
        report_id = room.report(f"{word} over the granary {number}", category=Category.OTHER)
        with room.inside():
            judgement = coding.Judgement(("7.12", "11.1", "13.8")[number % len(CANARIES)])
            coding.code(room.hand(person), taxonomy, report_id, judgement)
            desk_session().commit()
    with room.inside():
        found = training.training_of_desk()
        assert found.start(room.app, person.actor, taxonomy, serving.guide_of(taxonomy))
        assert found.wait().phase is Phase.DONE
    yield room
    with room.inside():
        db.engine.dispose()


def test_the_model_really_holds_words_of_witnesses(taught: DeskRoom) -> None:
    with taught.inside():
        opened = serving.opened_model(desk_session(), keyring())
        assert opened is not None
        assert {f"w{word}" for word in CANARIES} <= set(opened.model.vocabulary.places)


def test_no_file_and_no_line_of_the_log_holds_a_word_that_was_learned(
    taught: DeskRoom, tmp_path: Path, lines: io.StringIO
) -> None:
    page = taught.client(taught.person(Role.LEAD)).get("/suggestions")
    assert page.status_code == 200
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name.startswith("desk.db") for path in files)
    needles = [form for word in CANARIES for form in (word.encode(), word.encode("utf-16-le"))]
    needles += [ascii(CANARIES[2])[1:-1].encode(), b'"coded"', b'"top_3"']
    assert [path.name for path in files for word in needles if word in path.read_bytes()] == []
    assert [word for word in CANARIES if word in lines.getvalue()] == []


def test_learning_leaves_no_file_behind(taught: DeskRoom, tmp_path: Path) -> None:
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_model_opens_with_the_desks_key_in_its_own_row_alone(taught: DeskRoom) -> None:
    with taught.inside():
        row = desk_session().get_one(SuggestionModelRow, 1)
        assert row.sealed_model is not None
        stranger = Keyring()
        stranger.unlock(bytes(32))
        with pytest.raises(SealedColumnError):
            columns.MODEL.open(stranger, "1", row.sealed_model)
        with pytest.raises(SealedColumnError):
            columns.MODEL.open(keyring(), "2", row.sealed_model)


def test_a_locked_desk_drops_the_model_it_held(taught: DeskRoom) -> None:
    with taught.inside():
        serving.opened_model(desk_session(), keyring())
        keyring().lock()
        with pytest.raises(DeskLockedError):
            serving.opened_model(desk_session(), keyring())
        assert serving.SERVING_KEY not in taught.app.extensions


def test_a_desk_that_is_locked_while_it_learns_keeps_nothing(taught: DeskRoom) -> None:
    with taught.inside():
        taxonomy = taxonomy_of(taught.app.extensions["tocsin.config"].home)
        found = training.training_of_desk()
        keyring().lock()
        assert found.start(taught.app, "person:1", taxonomy, serving.guide_of(taxonomy))
        assert found.wait().phase is Phase.FAILED
        assert store.newest_number(desk_session()) == 1


def test_the_process_that_learns_is_given_no_setting_of_the_desk(
    taught: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DESK_PASSPHRASE", "canary")
    told = (
        "import os, sys; sys.stdin.buffer.read();"
        " heard = any(name.startswith('TOCSIN_') for name in os.environ);"
        f" print('{exchange.FAILED}' if heard else '{exchange.TOO_FEW}')"
    )
    monkeypatch.setattr(training, "COMMAND", (training.COMMAND[0], "-c", told))
    with taught.inside():
        taxonomy = taxonomy_of(taught.app.extensions["tocsin.config"].home)
        found = training.training_of_desk()
        assert found.start(taught.app, "person:1", taxonomy, serving.guide_of(taxonomy))
        assert found.wait().phase is Phase.TOO_FEW
