"""Every command: help with an example, one line and a non-zero exit for wrong use."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.bundle.reader import read_bundle
from schemas.bundle.writer import write_bundle
from server.cli.main import main
from server.plumbing import passwords
from server.plumbing.config import REPOSITORY
from tests.support.desk import PASSPHRASE, DeskRoom, a_report, an_attachment, make_desk

COMMANDS = [
    ["up"],
    ["desk", "pull"],
    ["desk", "reports"],
    ["desk", "reply"],
    ["desk", "code"],
    ["desk", "signals"],
    ["desk", "assess"],
    ["desk", "sign"],
    ["desk", "publish"],
    ["desk", "export"],
    ["desk", "evidence", "export"],
    ["desk", "import"],
    ["desk", "invite"],
    ["desk", "sms"],
    ["desk", "users", "list"],
    ["desk", "users", "invite"],
    ["desk", "users", "renew"],
    ["desk", "users", "disable"],
    ["desk", "canary"],
    ["desk", "recovery", "status"],
    ["desk", "recovery", "make"],
    ["desk", "recovery", "rehearse"],
    ["desk", "recovery", "restore"],
    ["desk", "recovery", "end"],
    ["desk", "audit", "verify"],
    ["desk", "audit", "export"],
    ["desk", "backup"],
    ["desk", "restore"],
    ["desk", "status"],
    ["desk", "serve"],
    ["relay", "init"],
    ["relay", "admit"],
    ["relay", "status"],
    ["relay", "serve"],
]


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


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_shows_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    assert "example:" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["desk"],
        ["desk", "pull"],
        ["desk", "reports", "--limit", "0"],
        ["desk", "reports", "--limit", "many"],
        ["desk", "reply", "abcdef"],
        ["desk", "reply", "--text", "x"],
        ["desk", "users", "invite", "--role", "king"],
        ["desk", "audit"],
        ["desk", "backup"],
        ["up", "--fast"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_line_and_exit_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_a_command_without_a_desk_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    assert main(["desk", "status"]) == 1
    assert "python -m server up" in capsys.readouterr().err


def test_reports_have_the_fields_of_the_contract(
    room: DeskRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    content = b"x" * 20_000
    manifest, chunks = an_attachment(content)
    sealed = room.seal(a_report("Three trucks.", attachments=(manifest,)))
    room.relay.put([sealed.blob, *chunks[:1]])
    room.pull()
    assert main(["desk", "reports", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert report["report_id"] == sealed.id.hex()
    assert report["state"] == "new"
    assert report["text"] == "Three trucks."
    assert report["place"] == "by the mill"
    assert report["category"] == "marking"
    assert report["observed_at"] == "2026-11-23T09:00:00Z"
    assert report["received_at"] == "2026-11-23T12:00:00Z"
    assert report["codings"] == []
    (file,) = report["attachments"]
    assert file["name"] == "gate.jpg"
    assert file["sha256"] == manifest.sha256.hex()
    assert file["size_bytes"] == 20_000
    assert file["complete"] is False
    room.relay.put(chunks[1:])
    room.pull()
    main(["desk", "reports", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["attachments"][0]["complete"] is True


def test_reports_are_limited_newest_first(
    room: DeskRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        room.relay.put([room.seal(a_report(f"Number {number}.")).blob])
        room.pull()
    main(["desk", "reports", "--json", "--limit", "2"])
    texts = [report["text"] for report in json.loads(capsys.readouterr().out)]
    assert texts == ["Number 2.", "Number 1."]


def test_reading_by_command_is_in_the_audit_log(
    room: DeskRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    room.relay.put([room.seal(a_report()).blob])
    room.pull()
    main(["desk", "reports"])
    capsys.readouterr()
    with room.work() as session:
        acts = session.connection().exec_driver_sql("SELECT act FROM audit_entry").all()
    assert ("report.read",) in [tuple(row) for row in acts]


def test_a_reply_takes_the_first_digits_of_an_id(
    room: DeskRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    assert main(["desk", "reply", sealed.id.hex()[:6], "--text", "Thank you."]) == 0
    assert capsys.readouterr().out == "reply 1 waits for the next pull\n"


@pytest.mark.parametrize("prefix", ["abc", "", "zzzzzz", "ABCDEF", "0" * 64, "%" * 6])
def test_an_id_that_no_report_has_is_refused(
    room: DeskRoom, prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    room.relay.put([room.seal(a_report()).blob])
    room.pull()
    assert main(["desk", "reply", prefix, "--text", "x"]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_reply_that_does_not_fit_is_refused(
    room: DeskRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    long = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(1500))
    assert main(["desk", "reply", sealed.id.hex(), "--text", long]) == 1
    assert main(["desk", "reply", sealed.id.hex(), "--text", ""]) == 1
    assert "too-large" in capsys.readouterr().err


def test_importing_a_bundle_needs_no_relay_and_doubles_nothing(
    room: DeskRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room.relay.up = False
    path = tmp_path / "carried.tocsin"
    path.write_bytes(write_bundle([room.seal(a_report("By hand.")).blob]))
    assert main(["desk", "import", str(path), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    main(["desk", "import", str(path), "--json"])
    second = json.loads(capsys.readouterr().out)
    assert (first["opened"], first["duplicates"]) == (1, 0)
    assert (second["opened"], second["duplicates"]) == (0, 1)


def test_a_cut_bundle_gives_what_is_whole_in_it(
    room: DeskRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blobs = [room.seal(a_report(f"Number {number}.")).blob for number in range(3)]
    path = tmp_path / "cut.tocsin"
    path.write_bytes(write_bundle(blobs)[:-600])
    assert main(["desk", "import", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["opened"] == 2
    assert said["truncated"] is True


def test_what_is_no_bundle_is_refused(
    room: DeskRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert room.config.home.exists()
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    assert main(["desk", "import", str(path)]) == 1
    assert main(["desk", "import", str(tmp_path / "missing")]) == 1
    assert capsys.readouterr().err.count("\n") == 2


def test_a_joining_file_holds_invite_and_directory(room: DeskRoom, tmp_path: Path) -> None:
    path = tmp_path / "join.tocsin"
    assert main(["desk", "invite", "--file", str(path)]) == 0
    bundle = read_bundle(path.read_bytes())
    assert bundle.invite is not None
    assert bundle.invite.url == room.relay.url
    assert bundle.directory is not None


def test_pulling_from_a_relay_that_is_away_fails_with_one_line(
    room: DeskRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    assert room.config.home.exists()
    assert main(["desk", "pull", "--once", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["pulled"] == 0
    assert said.err.count("\n") == 1


def test_an_exported_log_is_checked_by_a_program_that_knows_nothing_of_us(
    room: DeskRoom, tmp_path: Path
) -> None:
    room.relay.put([room.seal(a_report()).blob])
    room.pull()
    path = tmp_path / "audit.jsonl"
    assert main(["desk", "audit", "export", "--out", str(path)]) == 0
    checker = [sys.executable, "-I", str(REPOSITORY / "tools" / "verify_audit.py"), str(path)]
    assert subprocess.run(checker, check=False, capture_output=True).returncode == 0
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    spoiled = {
        "changed": text.replace("report.open", "report.shut", 1),
        "removed": "".join(lines[:2] + lines[3:]),
        "swapped": "".join([lines[1], lines[0], *lines[2:]]),
        "cut": "".join(lines[:-2] + lines[-1:]),
        "no end": "".join(lines[:-1]),
        "added": text + lines[0],
        "nonsense": "{}\n" + text,
    }
    for how, content in spoiled.items():
        path.write_text(content, encoding="utf-8")
        done = subprocess.run(checker, check=False, capture_output=True)
        assert done.returncode == 1, how
        assert done.stderr.count(b"\n") == 1


def test_a_changed_log_is_found_by_the_command(
    room: DeskRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    with room.work() as session:
        session.connection().exec_driver_sql("UPDATE audit_entry SET act = 'x' WHERE number = 2")
        session.commit()
    assert main(["desk", "audit", "verify"]) == 1
    assert "breaks at entry 2" in capsys.readouterr().err


def test_users_are_invited_and_listed(room: DeskRoom, capsys: pytest.CaptureFixture[str]) -> None:
    assert room.config.home.exists()
    assert main(["desk", "users", "invite", "--role", "reader"]) == 0
    assert "/setup/" in capsys.readouterr().out
    assert main(["desk", "users", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["desk", "users", "disable", "Nobody"]) == 1


def test_backup_and_restore_bring_everything_back(
    room: DeskRoom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    manifest, chunks = an_attachment(b"evidence " * 5000)
    room.relay.put([room.seal(a_report("Kept.", attachments=(manifest,))).blob, *chunks])
    room.pull()
    main(["desk", "reports", "--json"])
    before = capsys.readouterr().out
    path = tmp_path / "desk.tar"
    assert main(["desk", "backup", str(path)]) == 0
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "elsewhere"))
    assert main(["desk", "restore", str(path)]) == 0
    capsys.readouterr()
    assert main(["desk", "reports", "--json"]) == 0
    assert capsys.readouterr().out == before
    assert main(["desk", "audit", "verify"]) == 0
    assert main(["desk", "restore", str(path)]) == 1
    assert "empty TOCSIN_HOME" in capsys.readouterr().err


@pytest.mark.parametrize("spoil", ["cut", "changed", "nonsense"])
def test_a_damaged_backup_is_refused_and_leaves_no_desk(
    room: DeskRoom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    room.relay.put([room.seal(a_report()).blob])
    room.pull()
    path = tmp_path / "desk.tar"
    main(["desk", "backup", str(path)])
    content = path.read_bytes()
    path.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "changed": content.replace(b'"report.open"', b'"report.shut"'),
            "nonsense": b"not a tar at all" * 100,
        }[spoil]
    )
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "elsewhere"))
    capsys.readouterr()
    assert main(["desk", "restore", str(path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["desk", "status"]) == 1


def test_a_backup_goes_from_sqlite_to_postgresql(
    room: DeskRoom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    room.relay.put([room.seal(a_report("Moves house.")).blob])
    room.pull()
    path = tmp_path / "desk.tar"
    main(["desk", "backup", str(path)])
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TOCSIN_DESK_DATABASE_URL", postgres_url)
    assert main(["desk", "restore", str(path)]) == 0
    capsys.readouterr()
    assert main(["desk", "reports", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["text"] == "Moves house."
    assert main(["desk", "users", "invite", "--role", "reader"]) == 0
    assert main(["desk", "audit", "verify"]) == 0


def test_the_number_for_text_messages_is_set_told_and_taken_back(
    room: DeskRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", "sms", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"sms_number": None}
    assert main(["desk", "sms", "--number", "+250 788 000 111", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"sms_number": "+250788000111"}
    assert main(["desk", "sms", "--number", "call me"]) == 1
    assert "3 to 15 digits" in capsys.readouterr().err
    assert main(["desk", "sms", "--off"]) == 0
    assert capsys.readouterr().out == "This desk takes no text messages.\n"
