"""What is asked, in which order, and what is said where nobody can be asked."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from client_sync.cli.main import main
from client_sync.client import Client
from client_sync.config import PASSPHRASE_VARIABLE, VIA_VARIABLE, ClientConfig
from schemas.domain.directory import Endpoint
from schemas.errors import InviteError
from schemas.wire.invite import format_bridge_line
from tests.support.client_process import ROOT
from tests.support.client_world import CHEAP, NOW, PASSPHRASE, Seeded
from tests.support.http_relay import Front, http_relay
from tests.support.memory_desk import MemoryDesk, make_relay
from tests.support.middleman import middleman
from tests.support.routed import port_of


@pytest.fixture
def front() -> Iterator[Front]:
    """A relay on loopback."""
    with http_relay(make_relay("asking", NOW, Seeded("asking"))) as made:
        yield made


@pytest.fixture
def joined(front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A home that has joined."""
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    desk = MemoryDesk.make(NOW, [front.relay], Seeded("asking"))
    with Client(tmp_path / "home", PASSPHRASE) as client:
        client.join(format_bridge_line(desk.invite), CHEAP)
    return str(tmp_path / "home")


def _without_terminal(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a session of its own, so that there is nobody to ask."""
    return subprocess.run(
        [sys.executable, "-m", "client_sync", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"},
        input="typed into a pipe\n",
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=60,
    )


def test_a_bad_invite_is_refused_before_anybody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("a passphrase was asked for"))
    for invite in ("https://example.org/", str(tmp_path)):
        assert main(["--home", str(tmp_path / "home"), "join", invite]) == 1
        assert capsys.readouterr().err.startswith("join: ")


def test_an_invite_whose_way_cannot_be_followed_is_refused_too(
    front: Front, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = MemoryDesk.make(NOW, [front.relay], Seeded("asking"))
    line = f"{format_bridge_line(desk.invite)} via=socks4://127.0.0.1:1"
    assert main(["--home", str(tmp_path / "home"), "join", line]) == 1
    assert "socks5://host:port" in capsys.readouterr().err


def test_a_home_that_belongs_to_a_desk_is_refused_before_anybody_is_asked(
    front: Front, joined: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(PASSPHRASE_VARIABLE)
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("a passphrase was asked for"))
    desk = MemoryDesk.make(NOW, [front.relay], Seeded("asking"))
    assert main(["--home", joined, "join", format_bridge_line(desk.invite)]) == 1
    assert "belongs to a desk already" in capsys.readouterr().err


def test_without_a_terminal_one_line_says_what_to_do(tmp_path: Path) -> None:
    done = _without_terminal("--home", str(tmp_path), "status")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"status: no passphrase; type one, or set {PASSPHRASE_VARIABLE}\n"


def test_a_proxy_is_named_by_an_option_or_the_environment() -> None:
    env = {"TOCSIN_CLIENT_HOME": "/x", VIA_VARIABLE: "socks5://127.0.0.1:9050"}
    assert ClientConfig.from_env(env).via == Endpoint("127.0.0.1", 9050)
    assert ClientConfig.from_env(env, via="socks5://[::1]:1").via == Endpoint("::1", 1)
    assert ClientConfig.from_env({"TOCSIN_CLIENT_HOME": "/x"}).via is None
    with pytest.raises(InviteError):
        ClientConfig.from_env(env, via="http://127.0.0.1:8080")


def test_with_a_proxy_named_an_onion_relay_is_reached(front: Front, tmp_path: Path) -> None:
    desk = MemoryDesk.make(NOW, [front.relay], Seeded("asking"))
    port = port_of(front)
    front.relay.url = f"http://{'a' * 56}.onion{front.relay.url.partition(str(port))[2]}"
    desk.push_directory(version=2)
    with middleman(port, is_proxy=True) as proxy:
        via = Endpoint("127.0.0.1", proxy.port)
        with Client(tmp_path / "home", PASSPHRASE, via=via) as client:
            assert client.join(format_bridge_line(desk.invite), CHEAP).has_directory
    assert proxy.asked[0] == (f"{'a' * 56}.onion", 80)


def test_watch_polls_as_often_as_asked(joined: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", joined, "watch", "--polls", "1"]) == 0
    assert capsys.readouterr().out.endswith("a relay answered: yes.\n")


@pytest.mark.parametrize("every", ["0", "-1", "often", "nan"])
def test_watch_wants_a_pause(joined: str, every: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--home", joined, "watch", "--every", every])
    assert "at least 1" in capsys.readouterr().err


def test_proof_writes_a_file_for_its_owner_only(
    joined: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "proof.json"
    assert main(["--home", joined, "proof", "--out", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"missed": 0, "relays": [], "file": str(path)}
    assert json.loads(path.read_text("utf-8"))["proof"] == "tocsin-proof-1"
    assert path.stat().st_mode & 0o077 == 0
    assert main(["--home", joined, "proof"]) == 0
    assert "acknowledged in time everything" in capsys.readouterr().out
    assert main(["--home", joined, "proof", "--out", str(tmp_path / "no" / "x")]) == 1
