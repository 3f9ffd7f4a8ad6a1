"""`desk recovery`: sheets are made, rehearsed and used by commands, typed a line each."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli.main import main
from server.desk.db import start_writing
from server.desk.keys.credentials import PASSPHRASE_SLOT, open_slot
from server.desk.keys.keyring import keyring
from server.plumbing import passwords
from tests.support.desk import PASSPHRASE, DeskRoom, make_desk

WORD = re.compile(r"\d+ ([a-z]+)")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskRoom]:
    """A desk that the commands of this process find by its environment."""
    monkeypatch.setattr(passwords, "PASSES", 1)
    monkeypatch.setattr(passwords, "MEMORY_BYTES", 64 * 1024)
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("TOCSIN_DESK_PASSPHRASE", PASSPHRASE)
    desk = make_desk(tmp_path)
    yield desk
    desk.close()


def _make(capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["desk", "recovery", "make", "--sheets", "3", "--needed", "2"]) == 0
    printed = capsys.readouterr().out.split("\f")
    return [" ".join(WORD.findall(one.split("\n", 1)[1])) for one in printed]


def _type(monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))


@pytest.mark.usefixtures("room")
def test_a_set_is_made_rehearsed_and_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", "recovery", "status"]) == 1
    assert "desk recovery make" in capsys.readouterr().out
    made = _make(capsys)
    assert [len(one.split()) for one in made] == [20, 20, 20]
    assert main(["desk", "recovery", "status", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["state"] == "made"
    _type(monkeypatch, made[1:])
    assert main(["desk", "recovery", "rehearse"]) == 0
    capsys.readouterr()
    assert main(["desk", "recovery", "status", "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["state"], shown["needed"], shown["overdue"]) == ("in-force", 2, False)
    assert [one["number"] for one in shown["sheets"] if one["proven_at"]] == [2, 3]


@pytest.mark.usefixtures("room")
def test_a_wrong_sheet_is_one_line_without_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _make(capsys)
    first, second, *rest = made[0].split()
    _type(monkeypatch, [" ".join([second, first, *rest]), made[1]])
    assert main(["desk", "recovery", "rehearse"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "sheet 1: a word is wrong" in said.err


def test_sheets_give_a_new_passphrase_and_let_a_new_lead_in(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _make(capsys)
    _type(monkeypatch, made[:2])
    main(["desk", "recovery", "rehearse"])
    capsys.readouterr()
    monkeypatch.delenv("TOCSIN_DESK_PASSPHRASE")
    _type(monkeypatch, [made[0], made[2]])
    assert main(["desk", "recovery", "restore", "--json"]) == 0
    given = json.loads(capsys.readouterr().out)
    with room.work() as session:
        start_writing(session)
        assert open_slot(session, PASSPHRASE_SLOT, PASSPHRASE) is None
        assert open_slot(session, PASSPHRASE_SLOT, given["passphrase"]) == keyring().storage_key()
        rows = session.connection().exec_driver_sql("SELECT made_by, role FROM account_link")
        assert [tuple(row) for row in rows] == [("command", "lead")]


@pytest.mark.usefixtures("room")
def test_ended_sheets_open_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _make(capsys)
    assert main(["desk", "recovery", "end"]) == 0
    _type(monkeypatch, made)
    assert main(["desk", "recovery", "rehearse"]) == 1
    assert "another set" in capsys.readouterr().err
    assert main(["desk", "recovery", "make", "--sheets", "3", "--needed", "4"]) == 1
