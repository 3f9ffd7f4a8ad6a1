"""The whole system by its own command lines: relay and desk behind nginx, a sender across the link.

Theory of operation: `server up` founds everything once and ends; then the relay runs alone, as a
process that may be killed and started again, and the desk is its commands. Senders are homes of
`python -m client_sync` on the phone's side. What happened is read by `desk reports --json`.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from typing import Any, Final

from tests.lab.children import ROOT, Child, ChildError
from tests.lab.front import wait_for_port
from tests.lab.namespaces import Namespace
from tests.lab.world import APP_PORT, World

PASSPHRASE: Final = "lab passphrase"
COMMAND_SECONDS: Final = 300.0
_UP_SECONDS: Final = 120.0
_IDS: Final = "SELECT id FROM blobs"


class System:
    """One relay, one desk, any number of senders."""

    def __init__(self, world: World) -> None:
        """Found relay and desk, and start the relay."""
        self._world = world
        self._home = world.folder / "server"
        self._side = world.sides["relay1"]
        self._env = {
            "TOCSIN_HOME": str(self._home),
            "TOCSIN_RELAY_PORT": str(APP_PORT),
            "TOCSIN_DESK_PORT": "0",
            "TOCSIN_DESK_PULL_SECONDS": "0",
            "TOCSIN_RELAY_PUBLIC_URL": world.front("relay1"),
            "TOCSIN_RELAY_TRUSTED_PROXIES": "1",
            "SSL_CERT_FILE": str(world.ca_file),
        }
        self.invite = self._found()
        self._relay = self.start_relay()

    def _found(self) -> str:
        up = self._server(self._side, "up", "--json")
        told = json.loads(up.read_line(_UP_SECONDS))
        up.stop(signal.SIGINT)
        return str(told["invite"])

    def _server(self, where: Namespace, *words: str) -> Child:
        command = (sys.executable, "-m", "server", *words)
        return self._world.start(where, *command, env=self._env)

    # --- the relay -------------------------------------------------------------------------

    def start_relay(self) -> Child:
        """Start the relay on what it left behind."""
        self._relay = self._server(self._side, "relay", "serve", "--json")
        wait_for_port(self._side, APP_PORT, self._relay)
        return self._relay

    def kill_relay(self) -> None:
        """Kill the relay with all its workers, as loss of power would."""
        self._relay.signal(signal.SIGKILL)
        self._relay.wait(COMMAND_SECONDS)

    def held_ids(self) -> set[str]:
        """Read which blobs the relay ever stored."""
        path = self._home / "relay" / "relay.db"
        with closing(sqlite3.connect(path, timeout=20)) as store:
            return {bytes(row[0]).hex() for row in store.execute(_IDS)}

    # --- the desk --------------------------------------------------------------------------

    def pull(self, *, is_afar: bool = False, step: str | None = None) -> int:
        """Let the desk pull once.

        Args:
            is_afar: From the phone's side of the link.
            step: The step of the pull at which the desk kills itself.

        Returns:
            Its exit code; -9 when it was killed.
        """
        module = ["server", "desk", "pull", "--once"]
        if step is not None:
            module = ["tests.lab.adversary.killed_pull", step]
        where = self._world.network.phone if is_afar else self._side
        return self._run(where, self._env, "-m", *module).returncode

    def texts(self) -> Counter[str]:
        """Count the texts the desk has opened."""
        done = self._run(
            self._side, self._env, "-m", "server", "desk", "reports", "--json", "--limit", "1000"
        )
        if done.returncode:
            raise ChildError(f"the desk lists nothing: {done.stderr[-500:]}")
        return Counter(str(one["text"]) for one in json.loads(done.stdout))

    # --- senders ---------------------------------------------------------------------------

    def sender(
        self, name: str, *words: str, step: int | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run one command of a sender's home to its end.

        Args:
            name: Of the home.
            words: Command and arguments.
            step: The step at which it kills itself; see tests/faults/killed_client.py.
        """
        module = ["client_sync"] if step is None else ["tests.faults.killed_client", str(step)]
        home = str(self._world.folder / name)
        env = {"TOCSIN_PASSPHRASE": PASSPHRASE, "SSL_CERT_FILE": self._env["SSL_CERT_FILE"]}
        return self._run(self._world.network.phone, env, "-m", *module, "--home", home, *words)

    def told(self, name: str, *words: str) -> Any:  # noqa: ANN401  # whatever the command wrote
        """Run a command that must succeed and read its JSON."""
        done = self.sender(name, *words, "--json")
        if done.returncode:
            raise ChildError(f"{words[0]}: {done.stderr[-500:]}")
        return json.loads(done.stdout)

    def join(self, name: str) -> None:
        """Join until the directory is there."""
        done = self.sender(name, "join", "--small-memory", self.invite)
        if done.returncode:
            raise ChildError(f"join: {done.stderr[-500:]}")

    def write(self, name: str, text: str, *more: str) -> None:
        """Keep one report."""
        self.told(name, "report", "--category", "other", "--text", text, *more)

    def falsely_delivered(self, name: str) -> int:
        """Count reports a sender calls delivered that the relay never stored."""
        there = self.held_ids()
        states = {"held", "acknowledged", "done"}
        return sum(
            one["state"] in states and one["report_id"] not in there
            for one in self.told(name, "status")
        )

    def start_sync(self, name: str) -> Child:
        """Begin a sync and do not wait for it."""
        env = {"TOCSIN_PASSPHRASE": PASSPHRASE, "SSL_CERT_FILE": self._env["SSL_CERT_FILE"]}
        home = str(self._world.folder / name)
        command = (sys.executable, "-m", "client_sync", "--home", home, "sync", "--json")
        return self._world.start(self._world.network.phone, *command, env=env)

    def _run(
        self, where: Namespace, env: dict[str, str], *words: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            where.command(sys.executable, *words),
            cwd=ROOT,
            env={**os.environ, **env, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )
