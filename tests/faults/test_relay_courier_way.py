"""The whole way by a village's courier relay: phone, courier relay, relay, desk, and back.

Every program is the real one in a process of its own, but for the desk, which is the real one in
this process. The phone knows the courier relay alone: the address of the upstream that stands in
the desk's directory leads nowhere from where it is.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RootKey
from schemas.domain.vocabulary import ReplyKind
from schemas.wire.invite import format_bridge_line
from server.desk.app import create_desk_app
from server.desk.db import desk_session, start_writing
from server.desk.intake.pull import Tally, pull_once
from server.desk.intake.relay_link import HttpLink
from server.desk.intake.replies import queue_reply
from server.desk.keys.directories import issue
from server.desk.keys.founding import found
from server.desk.keys.keyring import keyring
from server.desk.keys.profile import profile
from server.desk.keys.pull_key import read_pull_key
from server.desk.keys.relays import add_relay
from server.plumbing.config import REPOSITORY
from server.relay.home import AdmittedDesk, admit_desk
from tests.support.desk import TAXONOMY, desk_config
from tests.support.relay_process import RelayProcess
from tests.support.relays import blob_of

NOWHERE: Final = "http://127.0.0.1:9"
PASSPHRASE: Final = "a phone for tests only"
MOST_SYNCS: Final = 60


class Village:
    """A courier relay and its upstream, a desk that knows the upstream, a phone."""

    def __init__(self, folder: Path, upstream: RelayProcess, courier: RelayProcess) -> None:
        self.folder = folder
        self.upstream = upstream
        self.courier = courier
        self.app = create_desk_app(desk_config(folder / "desk"))
        with self.app.app_context():
            session, ring = desk_session(), keyring()
            found(session, ring, desk_config(folder / "desk"), "Desk of the valley")
            key = read_pull_key(desk_config(folder / "desk"))
            desk = profile(session)
            admit_desk(upstream.folder, AdmittedDesk(desk.desk_id, key.public))
            start_writing(session)
            bridge = BridgeLine(NOWHERE + upstream.path, upstream.key)
            add_relay(session, name="far", bridge=bridge, actor="desk")
            issue(session, ring, TAXONOMY)
            session.commit()
            self.root = RootKey(desk.founding_root)

    def exchange(self, url: str, body: bytes) -> bytes:
        """Be the desk's `RelayLink`: it knows where the upstream really is."""
        host, port = self.upstream.address
        return HttpLink().exchange(f"http://{host}:{port}{urlsplit(url).path}", body)

    def pull(self) -> Tally:
        """Let the desk pull."""
        with self.app.app_context():
            return pull_once(desk_session(), keyring(), link=self)

    def reply(self, report_id: str, text: str) -> None:
        """Let the desk answer a report."""
        with self.app.app_context():
            session = desk_session()
            start_writing(session)
            queue_reply(
                session,
                keyring(),
                report_id,
                kind=ReplyKind.REPLY,
                text=text,
                lang="en",
                actor="command",
            )
            session.commit()

    def line(self, relay: RelayProcess, *, with_root: bool) -> str:
        """Write a relay's line."""
        host, port = relay.address
        url = f"http://{host}:{port}{relay.path}"
        root, name = (self.root, "Desk of the valley") if with_root else (None, None)
        return format_bridge_line(BridgeLine(url, relay.key, root, name))

    def phone(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever the command wrote
        """Run a command of the phone; give its JSON."""
        return json.loads(self.phone_says(*arguments, "--json"))

    def phone_says(self, *arguments: str) -> str:
        """Run a command of the phone; give what it says."""
        home = str(self.folder / "phone")
        return self._run(
            ["client_sync", "--home", home, *arguments], {"TOCSIN_PASSPHRASE": PASSPHRASE}
        )

    def forward(self) -> Any:  # noqa: ANN401 - whatever the command wrote
        """Let the courier relay forward, as at the hour when there is a link."""
        command = ["server", "relay", "forward", "--json"]
        return json.loads(self._run(command, self._courier_settings()))

    def status(self) -> Any:  # noqa: ANN401 - whatever the command wrote
        """Ask the courier relay how it stands."""
        command = ["server", "relay", "status", "--json"]
        return json.loads(self._run(command, self._courier_settings()))

    def _courier_settings(self) -> dict[str, str]:
        return {
            "TOCSIN_HOME": str(self.courier.folder.parent),
            "TOCSIN_RELAY_UPSTREAM": self.line(self.upstream, with_root=True),
        }

    @staticmethod
    def _run(arguments: list[str], env: dict[str, str]) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """Everything, running."""
    with RelayProcess(tmp_path / "far") as upstream, RelayProcess(tmp_path / "near") as courier:
        yield Village(tmp_path, upstream, courier)


def test_phone_with_the_courier_relays_line_alone_is_acknowledged_and_answered(
    village: Village,
) -> None:
    village.pull()
    assert village.forward()["problem"] == ""
    village.phone_says("join", "--small-memory", village.line(village.courier, with_root=True))
    written = village.phone("report", "--category", "attack", "--text", "Three trucks at night.")
    village.phone("sync")
    assert [one["state"] for one in village.phone("status")] == ["held"]
    assert village.status()["upstream_waiting"] == 1
    assert village.forward()["forwarded"] == 1
    assert village.status()["upstream_waiting"] == 0
    assert village.pull().opened == 1
    village.reply(written["report_id"], "Stay away from the road.")
    village.pull()
    told, syncs = village.forward(), list[Any]()
    assert (told["problem"], told["pages"] > 0, told["replies"] > 0) == ("", True, True)
    # Another process brought it: the serving ones look again after a few seconds.
    states: list[str] = []
    while states != ["acknowledged"] and len(syncs) < MOST_SYNCS:
        syncs.append(village.phone("sync"))
        states = [one["state"] for one in village.phone("status")]
    assert states == ["acknowledged"]
    texts = [one["text"] for one in village.phone("replies")]
    assert texts == ["Stay away from the road."]


def test_running_courier_relay_looks_for_its_upstream_by_itself(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "far") as upstream:
        host, port = upstream.address
        line = format_bridge_line(BridgeLine(f"http://{host}:{port}{upstream.path}", upstream.key))
        courier = RelayProcess(tmp_path / "near", TOCSIN_RELAY_UPSTREAM=line)
        with courier, courier.client() as client:
            assert client.put(blob_of(1)) == [0]
            assert upstream.comes_to_hold(blob_of(1))
            courier.kill_worker()
            assert courier.comes_to_hold(blob_of(1))
