"""`up`: from nothing to ready, as the contract for scripts says, and to a clean end."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from schemas.wire.invite import parse_invite
from tests.support.server_process import UpProcess, run_server, server_env, start_up

FIELDS = ["relay_url", "phone_url", "desk_url", "invite", "first_login_url"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for the tests that follow each other."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[UpProcess]:
    """A first start."""
    up = start_up(server_env(home))
    yield up
    if up.process.poll() is None:
        up.end()


def test_the_first_line_has_the_fields_of_the_contract(running: UpProcess) -> None:
    assert list(running.said) == FIELDS
    assert str(running.said["phone_url"]).endswith("/app/")


def test_the_invite_leads_to_the_relay(running: UpProcess) -> None:
    bridge = parse_invite(str(running.said["invite"]))
    assert bridge.url == running.said["relay_url"]
    assert bridge.root_key is not None


def test_desk_and_phone_answer_when_the_line_is_there(running: UpProcess) -> None:
    with urlopen(f"{running.said['desk_url']}login") as answer:  # noqa: S310 - loopback
        assert answer.status == 200
    with urlopen(str(running.said["first_login_url"])) as answer:  # noqa: S310 - loopback
        assert b"totp_secret" in answer.read()


def test_the_commands_work_beside_the_running_desk(running: UpProcess, home: Path) -> None:
    del running
    env = server_env(home)
    pulled = run_server(env, "desk", "pull", "--once", "--json")
    assert json.loads(pulled.stdout) == {
        "pulled": 0,
        "opened": 0,
        "quarantined": 0,
        "duplicates": 0,
    }
    assert json.loads(run_server(env, "desk", "reports", "--json").stdout) == []
    assert run_server(env, "desk", "audit", "verify").returncode == 0
    status = json.loads(run_server(env, "desk", "status", "--json").stdout)
    assert status["relays"][0]["problem"] == ""
    assert status["directory_version"] >= 1


def test_the_same_home_starts_again_as_the_same_desk(running: UpProcess, home: Path) -> None:
    first = parse_invite(str(running.said["invite"]))
    assert running.end(signal.SIGTERM) == 0
    again = start_up(server_env(home))
    second = parse_invite(str(again.said["invite"]))
    assert again.end(signal.SIGINT) == 0
    assert (second.root_key, second.relay_key) == (first.root_key, first.relay_key)


def test_no_child_outlives_up(tmp_path: Path) -> None:
    up = start_up(server_env(tmp_path))
    children = up.children()
    assert len(children) == 2
    assert up.end() == 0
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_up_ends_with_one_line_when_a_child_ends(tmp_path: Path) -> None:
    up = start_up(server_env(tmp_path))
    os.kill(up.children()[0], signal.SIGKILL)
    _, errors = up.process.communicate(timeout=40)
    assert up.process.returncode == 1
    assert "has ended by itself" in errors


def test_a_taken_port_is_named_with_its_variable(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for variable in ("TOCSIN_RELAY_PORT", "TOCSIN_DESK_PORT"):
            done = run_server(server_env(tmp_path, **{variable: port}), "up")
            assert done.returncode == 1
            assert done.stderr.count("\n") == 1
            assert variable in done.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"TOCSIN_BIND": "0.0.0.0"}, "TOCSIN_RELAY_PUBLIC_URL"),  # noqa: S104 - that it is refused
        ({"TOCSIN_RELAY_PUBLIC_URL": "http://relay.example"}, "TOCSIN_RELAY_PUBLIC_URL"),
        ({"TOCSIN_DESK_DATABASE_URL": "mysql://x"}, "TOCSIN_DESK_DATABASE_URL"),
        ({"TOCSIN_DESK_PULL_SECONDS": "soon"}, "TOCSIN_DESK_PULL_SECONDS"),
        ({"TOCSIN_RELAY_PORT": "8470", "TOCSIN_DESK_PORT": "8470"}, "TOCSIN_DESK_PORT"),
    ],
)
def test_a_half_set_configuration_is_refused(
    tmp_path: Path, changes: dict[str, str], named: str
) -> None:
    done = run_server(server_env(tmp_path, **changes), "up", "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert named in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_wrong_passphrase_is_refused(tmp_path: Path) -> None:
    env = server_env(tmp_path, TOCSIN_DESK_PASSPHRASE="the right one for this")
    assert start_up(env).end() == 0
    wrong = server_env(tmp_path, TOCSIN_DESK_PASSPHRASE="another one")
    done = run_server(wrong, "up")
    assert done.returncode == 1
    assert "TOCSIN_DESK_PASSPHRASE does not open this desk" in done.stderr


def test_a_passphrase_given_later_takes_the_place_of_the_one_that_was_made(tmp_path: Path) -> None:
    assert start_up(server_env(tmp_path)).end() == 0
    secret = tmp_path / "desk" / "setup.secret"
    assert secret.stat().st_mode & 0o077 == 0
    env = server_env(tmp_path, TOCSIN_DESK_PASSPHRASE="a passphrase of my own")
    assert run_server(env, "desk", "reports", "--json").returncode == 0
    assert not secret.exists()
    assert run_server(server_env(tmp_path), "desk", "reports").returncode == 1
