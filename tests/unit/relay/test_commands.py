"""`python -m server relay ...`, as a person types it."""

import json
from pathlib import Path

from server.relay.home import encode_base64, load_home
from tests.support.relay_process import RelayProcess
from tests.support.relays import DESK_ID, PULL, blob_of
from tests.unit.relay.conftest import Run

DESK = (encode_base64(DESK_ID), encode_base64(PULL.public))


def test_init_admit_and_status_follow_each_other(run: Run, tmp_path: Path) -> None:
    assert run("init").code == 0
    assert json.loads(run("status", "--json").out) == {
        "relay_key": encode_base64(load_home(tmp_path / "relay").key.public),
        "desk_admitted": False,
        "blobs": 0,
        "bytes": 0,
        "board_head": 0,
        "directory_version": 0,
    }
    assert run("admit", *DESK).code == 0
    assert json.loads(run("status", "--json").out)["desk_admitted"] is True


def test_init_twice_changes_nothing(run: Run, tmp_path: Path) -> None:
    first, again = run("init"), run("init")
    assert first.out == again.out


def test_status_tells_no_secret_path(run: Run, tmp_path: Path) -> None:
    run("init")
    status = run("status")
    assert "blobs: 0" in status.out
    assert load_home(tmp_path / "relay").paths[0] not in status.out


def test_status_counts_what_a_running_relay_holds(run: Run, tmp_path: Path) -> None:
    with RelayProcess(tmp_path) as relay, relay.client() as client:
        client.put(blob_of(1), blob_of(2, 4096))
        status = json.loads(run("status", "--json").out)
    assert (status["blobs"], status["bytes"]) == (2, 5120)


def test_relay_that_was_never_made_says_so_in_one_line(run: Run, tmp_path: Path) -> None:
    done = run("status")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "relay init" in done.err


def test_wrong_desk_key_says_so_in_one_line(run: Run, tmp_path: Path) -> None:
    run("init")
    done = run("admit", "short", "key")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "as the desk prints them" in done.err


def test_every_command_shows_an_example(run: Run, tmp_path: Path) -> None:
    for name in ("init", "admit", "status", "serve"):
        done = run(name, "--help")
        assert done.code == 0
        assert "example:" in done.out
    assert run("nonsense").code == 2
