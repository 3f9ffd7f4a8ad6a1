"""The commands of the way out, as a script runs them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from schemas.domain.ids import ReportId
from server.cli.main import main
from server.desk.accounts.links import Purpose, find_link, make_link
from server.desk.accounts.people import Choice, accept_link
from server.desk.accounts.roles import Role
from server.desk.accounts.second_factor import new_secret
from server.desk.context import desk_config, now
from server.desk.db import db, desk_session, start_writing
from server.desk.keys.keyring import keyring
from server.desk.keys.slots import PersonSlots
from server.plumbing.clock import SystemClock
from tests.unit.triage.desk_room import DeskRoom, open_desk_room

PASSWORD = "lantern gravel orchid seven"
FINDINGS = {
    "headline": "Doors are being marked in the Rift Valley",
    "known": "Over four weeks several reports tell of marks on doors.",
    "basis": "Eyewitnesses on independent devices, graded B2 to C3.",
    "unknown": "Nobody knows who paints, or by whose order.",
    "explanations": "A water company marks houses too; one report says so.",
    "step": "Ask the governor for a public answer within the week.",
    "pillar": "state",
}


class Script:
    """Runs commands on one desk and reads what they print."""

    def __init__(self, room: DeskRoom, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        """Keep where to run."""
        self.room, self.folder, self._capsys = room, folder, capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run one command: exit code, output, errors."""
        self._capsys.readouterr()
        code = main(["desk", *arguments])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> dict[str, Any]:
        """Run one command that must succeed, and read its answer."""
        code, out, err = self.run(*arguments, "--json")
        assert (code, err) == (0, "")
        answer: dict[str, Any] = json.loads(out)
        return answer

    def findings(self) -> str:
        """Write the answers of an assessment into a file."""
        file = self.folder / "findings.json"
        file.write_text(json.dumps(FINDINGS), encoding="utf-8")
        return str(file)


@pytest.fixture
def script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Script]:
    """A desk with six reports of these weeks, reached by commands."""
    home = tmp_path / "home"
    # Commands read the machine's clock; a little earlier, so that a joining code is used up.
    room = open_desk_room(home / "desk", start=SystemClock().now() - timedelta(minutes=5))
    monkeypatch.setenv("TOCSIN_HOME", str(home))
    monkeypatch.setenv("TOCSIN_DESK_PASSPHRASE", "a passphrase for tests only")
    yield Script(room, capsys, tmp_path)
    with room.inside():
        db.engine.dispose()


def joined(room: DeskRoom, name: str, role: Role) -> pyotp.TOTP:
    """Let somebody join with a password and an authenticator app."""
    secret = new_secret()
    app = pyotp.TOTP(secret)
    with room.inside():
        session = desk_session()
        start_writing(session)
        token = make_link(session, Purpose.INVITE, actor="command", role=role, administers=False)
        session.commit()
        choice = Choice(name, PASSWORD, PASSWORD, secret, app.at(now()))
        slots = PersonSlots(keyring(), desk_config())
        accept_link(session, slots, find_link(session, token), choice)
        session.commit()
    return app


def coded(script: Script, many: int = 6) -> list[ReportId]:
    """Code some reports by command, by the first digits of their ids."""
    ids = [script.room.report(f"Number {n}: a red mark on a door.") for n in range(many)]
    for report_id in ids:
        answer = script.json("code", report_id[:10], "7.12", "--confidence", "high")
        assert answer["report_id"] == report_id
    return ids


def test_a_coding_by_command_is_in_the_list_of_reports(script: Script) -> None:
    report_id = script.room.report()
    answer = script.json("code", report_id, "7.12", "--confidence", "low")
    assert answer == {
        "report_id": report_id,
        "indicator_id": "7.12",
        "taxonomy_version": "un-2014-draft-0",
        "confidence": "low",
    }
    code, out, _err = script.run("reports", "--json")
    assert code == 0
    assert [one["indicator_id"] for one in json.loads(out)[0]["codings"]] == ["7.12"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("code", "ffffffff", "7.12"), "no report has this id"),
        (("code", "REPORT", "99.9"), "no such indicator"),
        (("export", "--format", "cap", "--out", "x"), "nothing is published"),
        (("publish", "0" * 16), "no such assessment"),
        (("assess", "--area", "XX-1", "--indicator", "7.12", "--from", "FILE"), "no such area"),
        (
            ("assess", "--area", "KE-700", "--indicator", "99", "--from", "FILE"),
            "no such indicator",
        ),
        (
            ("assess", "--area", "KE-700", "--indicator", "7", "--week", "w", "--from", "FILE"),
            "2026-W47",
        ),
    ],
)
def test_wrong_use_is_one_clear_line(script: Script, arguments: tuple[str, ...], says: str) -> None:
    known = {"REPORT": str(script.room.report()), "FILE": script.findings()}
    code, out, err = script.run(*(known.get(word, word) for word in arguments))
    assert (code, out) == (1, "")
    assert says in err
    assert err.count("\n") == 1


def test_findings_of_another_shape_are_refused(script: Script, tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text('{"headline": 1}')
    code, _out, err = script.run(
        "assess", "--area", "KE-700", "--indicator", "7.12", "--from", str(file)
    )
    assert code == 1
    assert "headline, known" in err


def test_a_script_goes_the_whole_way_with_two_people(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded(script)
    app = joined(script.room, "Amina", Role.LEAD)
    made = script.json(
        "assess", "--area", "KE-700", "--indicator", "7.12", "--from", script.findings()
    )
    assert made["state"] == "awaiting"
    assert made["reports"] == 6
    assert script.run("publish", made["assessment_id"])[0] == 1
    monkeypatch.setenv("TOCSIN_DESK_PASSWORD", PASSWORD)
    signed = script.json(
        "sign", made["assessment_id"], "--as", "Amina", "--code", app.at(SystemClock().now())
    )
    assert signed["state"] == "signed"
    published = script.json("publish", made["assessment_id"])
    for wanted in ("cap", "geojson", "hxl", "atom"):
        out = tmp_path / f"alert.{wanted}"
        assert script.run("export", "--format", wanted, "--out", str(out))[0] == 0
        assert published["identifier"] in out.read_text(encoding="utf-8")
    assert script.run("audit", "verify")[0] == 0


def test_nobody_signs_without_both_factors(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    coded(script)
    joined(script.room, "Amina", Role.LEAD)
    made = script.json(
        "assess", "--area", "KE-700", "--indicator", "7.12", "--from", script.findings()
    )
    monkeypatch.setenv("TOCSIN_DESK_PASSWORD", PASSWORD)
    code, _out, err = script.run("sign", made["assessment_id"], "--as", "Amina", "--code", "000000")
    assert code == 1
    assert "wrong" in err


def test_a_monitor_cannot_sign(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    coded(script)
    app = joined(script.room, "Jonas", Role.MONITOR)
    made = script.json(
        "assess", "--area", "KE-700", "--indicator", "7.12", "--from", script.findings()
    )
    monkeypatch.setenv("TOCSIN_DESK_PASSWORD", PASSWORD)
    shown = app.at(SystemClock().now())
    code, _out, err = script.run("sign", made["assessment_id"], "--as", "Jonas", "--code", shown)
    assert code == 1
    assert "role lead" in err


def test_signals_are_listed_with_what_raised_them(script: Script) -> None:
    coded(script)
    code, out, _err = script.run("signals", "--json")
    assert code == 0
    first = json.loads(out)[0]
    assert (first["area"], first["indicator_id"], first["reports"]) == ("KE-700", "7.12", 6)
    assert "level" in first["alarms"]
