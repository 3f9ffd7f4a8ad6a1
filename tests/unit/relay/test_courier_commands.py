"""`relay --upstream`, `relay forward` and what `relay status` says of an upstream."""

import json
from pathlib import Path

import pytest

from schemas.domain.directory import BridgeLine
from schemas.wire.invite import format_bridge_line
from server.relay.upstream.courier import LOCK_FILE, Lock
from tests.support.relay_process import RelayProcess
from tests.support.relays import blob_of
from tests.unit.relay.conftest import Run

STATUS = (
    "upstream_waiting",
    "upstream_waiting_since",
    "upstream_in_doubt",
    "upstream_refused",
    "upstream_last_answer",
    "upstream_failures",
)


def line_of(relay: RelayProcess) -> str:
    """Write a running relay's line."""
    host, port = relay.address
    return format_bridge_line(BridgeLine(f"http://{host}:{port}{relay.path}", relay.key))


def test_status_says_what_waits_and_since_when(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RelayProcess(tmp_path) as relay, relay.client() as client:
        client.put(blob_of(1), blob_of(2))
    assert not set(STATUS) & set(json.loads(run("status", "--json").out))
    key = "A" * 43
    monkeypatch.setenv("TOCSIN_RELAY_UPSTREAM", f"tocsin1 http://127.0.0.1:9/path k={key}")
    before = json.loads(run("status", "--json").out)
    assert (before["upstream_waiting"], before["upstream_last_answer"]) == (2, None)
    assert before["upstream_waiting_since"].count("-") == 2
    done = run("forward", "--json")
    assert (done.code, json.loads(done.out)["problem"]) == (1, "no-answer")
    after = json.loads(run("status", "--json").out)
    assert [after[name] for name in STATUS] == [2, before[STATUS[1]], 2, 0, None, 1]


def test_forward_hands_on_what_waits(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RelayProcess(tmp_path) as courier, courier.client() as client:
        client.put(*[blob_of(number) for number in range(5)])
    with RelayProcess(tmp_path / "far") as upstream, upstream.client() as client:
        monkeypatch.setenv("TOCSIN_RELAY_UPSTREAM", line_of(upstream))
        done = run("forward")
        assert (done.code, "forwarded: 5" in done.out) == (0, True)
        assert client.held(*[blob_of(number) for number in range(5)]) == [True] * 5
    status = json.loads(run("status", "--json").out)
    assert (status["upstream_waiting"], status["upstream_waiting_since"]) == (0, None)


def test_courier_leaves_one_more_file_and_nothing_of_its_upstream(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init")
    with RelayProcess(tmp_path / "far") as upstream:
        monkeypatch.setenv("TOCSIN_RELAY_UPSTREAM", line_of(upstream))
        before = {path.name for path in (tmp_path / "relay").iterdir()}
        assert run("forward").code == 0
        after = {path.name: path.read_bytes() for path in (tmp_path / "relay").iterdir()}
    assert set(after) - before <= {LOCK_FILE, "relay.db.turn", "relay.db-wal", "relay.db-shm"}
    assert after[LOCK_FILE] == b""
    secrets = (upstream.path.encode("ascii"), bytes(upstream.key), b"127.0.0.1")
    assert [name for name, kept in after.items() if any(one in kept for one in secrets)] == []


def test_forward_without_an_upstream_says_what_to_set(run: Run) -> None:
    run("init")
    done = run("forward")
    assert (done.code, "TOCSIN_RELAY_UPSTREAM" in done.err) == (1, True)


def test_forward_beside_a_running_courier_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init")
    monkeypatch.setenv("TOCSIN_RELAY_UPSTREAM", f"tocsin1 http://127.0.0.1:9/path k={'A' * 43}")
    lock = Lock(tmp_path / "relay")
    assert lock.take()
    done = run("forward")
    assert (done.code, "forwards by itself" in done.err) == (1, True)
    lock.give()


@pytest.mark.parametrize("words", [("--upstream", "nonsense"), ("serve", "--upstream", "nonsense")])
def test_line_that_cannot_be_used_is_said_before_anything_listens(
    run: Run, words: tuple[str, ...]
) -> None:
    done = run(*words)
    assert done.code == 1
    assert done.err.startswith("the upstream's line cannot be used")
    assert len(done.err.splitlines()) == 1


def test_relay_without_a_command_is_wrong_use(run: Run) -> None:
    done = run()
    assert done.code == 2
    assert "name a command, or give --upstream" in done.err
