"""The command line, in this process: what it writes, and how it fails."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from client_sync.cli.main import main
from client_sync.client import Client
from schemas.bundle.writer import write_bundle
from schemas.wire.invite import format_bridge_line
from tests.support.client_world import CHEAP, NOW, PASSPHRASE, Seeded
from tests.support.http_relay import Front, http_relay
from tests.support.memory_desk import MemoryDesk, make_relay

COMMANDS = (
    *("join", "report", "sync", "status", "replies", "export", "import", "courier"),
    *("watch", "proof", "completion"),
)


class Shell:
    """Types commands for one home and reads what they write."""

    def __init__(self, home: Path, front: Front, capsys: pytest.CaptureFixture[str]) -> None:
        """Join a desk behind a relay on loopback, with a vault that opens quickly."""
        self.home = home
        self.front = front
        self.desk = MemoryDesk.make(NOW, [front.relay], Seeded("cli"))
        self._capsys = capsys

    def join(self) -> None:
        """Join, cheaply."""
        with Client(self.home, PASSPHRASE) as client:
            client.join(format_bridge_line(self.desk.invite), CHEAP)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command; gives exit code, output, errors."""
        code = main(["--home", str(self.home), *arguments])
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def json(self, *arguments: str) -> Any:  # noqa: ANN401  # whatever the command wrote
        """Run a command that must succeed, and read its JSON."""
        code, out, err = self.run(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    def wrong(self, *arguments: str) -> str:
        """Run a command used wrongly; gives its one line."""
        with pytest.raises(SystemExit) as caught:
            main(["--home", str(self.home), *arguments])
        err = self._capsys.readouterr().err
        assert caught.value.code == 2
        assert err.count("\n") == 1
        return err


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Any:  # noqa: ANN401  # an iterator of shells
    """A shell that has joined."""
    monkeypatch.setenv("TOCSIN_PASSPHRASE", PASSPHRASE)
    with http_relay(make_relay("loopback", NOW, Seeded("cli"))) as front:
        made = Shell(tmp_path / "home", front, capsys)
        made.join()
        yield made


def test_the_contract_for_scripts(shell: Shell, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"p" * 1000)
    kept = shell.json(
        *("report", "--category", "attack", "--text", "Three trucks.", "--attach", str(photo)),
        *("--observed-at", "2026-11-20", "--place", "mill", "--lat", "-1.5", "--lon", "30"),
    )
    assert set(kept) == {"report_id", "state"}
    assert kept["state"] == "queued"
    synced = shell.json("sync")
    assert list(synced) == [
        "sent",
        "receipts",
        "acknowledged",
        "replies",
        "bytes_up",
        "bytes_down",
        "round_trips",
        "connections",
        "resumed",
    ]
    assert (synced["sent"], synced["receipts"]) == (2, 2)
    shell.desk.pull()
    shell.desk.reply(kept["report_id"], "Thank you.")
    assert shell.json("sync")["acknowledged"] == 1
    (status,) = shell.json("status")
    assert status == {
        "report_id": kept["report_id"],
        "state": "acknowledged",
        "relays": [shell.front.relay.url.rsplit("/", 1)[0]],
        "replies": 1,
    }
    (reply,) = shell.json("replies")
    assert reply == {
        "report_id": kept["report_id"],
        "n": 1,
        "kind": "reply",
        "text": "Thank you.",
        "lang": "en",
        "sent_on": "2026-11-24",
    }


def test_the_same_in_words(shell: Shell) -> None:
    assert shell.run("status")[1] == "No reports yet.\n"
    assert shell.run("replies")[1] == "No replies yet.\n"
    assert "Sealed and queued" in shell.run("report", "--category", "cyber", "--text", "x")[1]
    assert "1 blobs handed over" in shell.run("sync")[1]
    assert "held" in shell.run("status")[1]


def test_a_courier_looks_once_and_tells_in_counts(shell: Shell, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "from amina.tocsin").write_bytes(write_bundle([bytes(range(256)) * 4]))
    (stick / "spoilt.tocsin").write_bytes(b"no bundle")
    did = shell.json("courier", "--watch", str(stick), "--once")
    assert did == {
        "files": 2,
        "carried": 1,
        "damaged": 1,
        "handed_over": 1,
        "written": 0,
        "waiting": 0,
        "is_full": False,
    }
    code, out, err = shell.run("courier", "--watch", str(stick), "--once", "--export")
    assert (code, out.split()[0], err) == (0, "0", "")


def test_a_courier_without_a_stick_says_so(shell: Shell, tmp_path: Path) -> None:
    code, out, err = shell.run("courier", "--watch", str(tmp_path / "nowhere"), "--once")
    assert (code, out) == (1, "")
    assert err == "courier: there is no such folder; plug in the stick, or name another\n"
    assert "between 0.5 and 3600" in shell.wrong("courier", "--watch", ".", "--every", "nan")


def test_a_file_goes_out_and_comes_in(shell: Shell, tmp_path: Path) -> None:
    shell.json("report", "--category", "cyber", "--text", "x")
    file = str(tmp_path / "out.tocsin")
    assert shell.json("export", file) == {"blobs": 1, "files": [file], "drafts": 0}
    taken = shell.json("import", file)
    assert (taken["carried"], taken["is_cut"]) == (0, False)
    assert "sealed blobs" in shell.run("export", file)[1]
    Path(file).write_bytes(Path(file).read_bytes()[:-5])
    assert "cut" in shell.run("import", file)[2]


def test_text_may_come_from_standard_input(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("قرية\n".encode())))
    shell.json("report", "--category", "other", "--text", "-")
    shell.json("sync")
    shell.desk.pull()
    assert [report.text for report in shell.desk.reports.values()] == ["قرية"]


def test_text_that_is_not_utf8_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    code, _, err = shell.run("report", "--category", "other", "--text", "-")
    assert (code, err) == (1, "report: the text on standard input is not UTF-8\n")


def test_a_sync_without_a_link_says_so_and_fails(shell: Shell) -> None:
    shell.json("report", "--category", "other", "--text", "x")
    shell.desk.relays[0].url = "http://127.0.0.1:1/x"
    shell.desk.version = 2
    shell.desk.push_directory()
    shell.json("sync")
    shell.json("report", "--category", "other", "--text", "y")
    code, out, err = shell.run("sync", "--json")
    assert (code, json.loads(out)["receipts"]) == (1, 0)
    assert err == "sync: no relay could be reached; everything waits here, run sync again later\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--category", "weather", "--text", "x"),
        ("report", "--category", "other", "--text", "x", "--lat", "1"),
        ("report", "--category", "other", "--text", "x", "--observed-at", "soon"),
        ("report", "--category", "other", "--text", "x", "--attach", "/missing"),
        ("report", "--category", "other", "--text", "x", "--about", "abc"),
        ("report", "--category", "other", "--text", "x", "--purpose", "answer"),
        ("report", "--category", "other", "--text", "x", "--about", "ab" * 32, "--purpose", "no"),
        ("join", "https://example.org/"),
        ("join", "tocsin1 https://relay.example.org/x k=abc"),
        ("import", "/missing"),
        ("export", "/missing/out.tocsin"),
    ],
)
def test_what_cannot_be_done_says_why_in_one_line(shell: Shell, arguments: tuple[str, ...]) -> None:
    code, out, err = shell.run(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith(f"{arguments[0]}: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("report",),
        ("report", "--category", "other"),
        ("report", "--category", "other", "--text", "x", "--lat", "north"),
        ("sync", "extra"),
        ("export",),
        ("completion", "tcsh"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert "see --help" in shell.wrong(*arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert "example:\n  " in capsys.readouterr().out


def test_a_wrong_passphrase_is_one_clear_line(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_PASSPHRASE", "wrong")
    code, _, err = shell.run("status")
    assert (code, err) == (1, "status: the passphrase is wrong; nothing was changed\n")


def test_a_missing_home_or_passphrase_is_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TOCSIN_CLIENT_HOME", raising=False)
    assert main(["status"]) == 1
    assert "--home DIR" in capsys.readouterr().err
    monkeypatch.setenv("TOCSIN_CLIENT_HOME", str(shell.home))
    assert main(["status"]) == 0
    monkeypatch.setenv("TOCSIN_PASSPHRASE", "")
    assert main(["status"]) == 1
    assert "set but empty" in capsys.readouterr().err


def test_joining_asks_for_the_passphrase_twice(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TOCSIN_PASSPHRASE")
    typed = iter(["one", "two"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    shell.home = tmp_path / "second"
    code, _, err = shell.run("join", "--small-memory", format_bridge_line(shell.desk.invite))
    assert (code, err) == (1, "join: the two passphrases differ; nothing was made\n")
    assert not shell.home.exists()


def test_two_commands_at_once_do_not_share_a_home(shell: Shell) -> None:
    with Client(shell.home, PASSPHRASE) as first:
        first.status()
        code, _, err = shell.run("status")
    assert (code, err) == (1, "status: another command works in this home; wait until it ends\n")


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_knows_every_command_and_option(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", name]) == 0
    script = capsys.readouterr().out
    for word in (*COMMANDS[:-1], "category", "observed-at", "small-memory"):
        assert word in script


def test_the_bash_completion_completes(capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    script = capsys.readouterr().out
    asked = (
        'COMP_WORDS=(tocsin-client report --cat); COMP_CWORD=2; _tocsin_client; echo "$COMPREPLY"'
    )
    done = subprocess.run(
        ["/bin/bash", "-c", f"{script}\n{asked}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "--category"


def test_the_module_is_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "client_sync", "--help"], capture_output=True, text=True, check=True
    )
    assert "Seal reports" in done.stdout
