"""kill -9 of the courier at every step that touches the home, the stick or the link."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from client_sync.courier.folder import TAKEN
from schemas.bundle.reader import read_bundle
from schemas.bundle.writer import write_bundle
from tests.support.client_process import ClientProcess, found_desk
from tests.support.client_world import NOW, Seeded
from tests.support.dice import Dice
from tests.support.http_relay import http_relay
from tests.support.memory_desk import make_relay

STRIDE = 23  # a prime, so that the steps met differ from one part of a loop to the next


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ClientProcess]:
    """A command line that has joined, with a relay on loopback."""
    with http_relay(make_relay("loopback", NOW, Seeded("courier"))) as front:
        desk = found_desk(front)
        front.relay.day = int(desk.now.timestamp()) // 86400
        made = ClientProcess(tmp_path / "home", desk, front)
        made.join()
        yield made


def test_a_courier_killed_anywhere_delivers_everything_once(
    process: ClientProcess, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    watch = ("courier", "--watch", str(stick), "--export", "--once", "--json")
    given: set[bytes] = set()
    step = 1
    while True:
        blobs = [Dice(step).bytes(1024), Dice(step + 10_000).bytes(2048)]
        given.update(blobs)
        (stick / f"{step}.tocsin").write_bytes(write_bundle(blobs))
        done = process.run(*watch, step=step)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        step += STRIDE
    assert step > 5 * STRIDE
    did = json.loads(process.run(*watch).stdout)
    assert (did["waiting"], did["is_full"]) == (0, False)
    process.json("sync")
    assert set(process.front.relay.blobs.values()) == given
    assert not process.front.relay.stored_twice
    left = [path for path in stick.glob("*.tocsin") if path.stem.isdigit()]
    assert left == []
    for path in stick.glob(f"*{TAKEN}"):
        assert set(read_bundle(path.read_bytes()).blobs) <= given
