"""Relay, phone app and desk as a person starts them: one process, really started and stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[3]
PASSPHRASE: Final = "correct horse battery staple orchard"
STOP_SECONDS: Final = 60
COMMAND_SECONDS: Final = 120


@dataclass(frozen=True)
class Addresses:
    """What `server up --json` says first."""

    relay_url: str
    phone_url: str
    desk_url: str
    invite: str


class Spine:
    """`python -m server up` with a home and ports of its own.

    It keeps its ports over a restart, because the phone app's storage belongs to its origin.
    """

    def __init__(self, home: Path) -> None:
        """Choose free ports; nothing runs yet."""
        self.home = home
        self._environment = {
            **os.environ,
            "TOCSIN_HOME": str(home),
            "TOCSIN_BIND": "127.0.0.1",
            "TOCSIN_RELAY_PORT": str(_free_port()),
            "TOCSIN_DESK_PORT": str(_free_port()),
            "TOCSIN_DESK_PASSPHRASE": PASSPHRASE,
            # The desk pulls only when a test says so.
            "TOCSIN_DESK_PULL_SECONDS": "0",
        }
        self._process: subprocess.Popen[str] | None = None
        self._addresses: Addresses | None = None

    def start(self) -> Addresses:
        """Start and wait until it says that it is ready."""
        log = (self.home.parent / f"{self.home.name}.log").open("a", encoding="utf-8")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "server", "up", "--json"],
                cwd=REPOSITORY,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            process.stdout.close()
            code = process.wait(STOP_SECONDS)
            raise AssertionError(f"the servers did not start ({code}): {self.log_text()}")
        self._process = process
        said = json.loads(line)
        self._addresses = Addresses(
            said["relay_url"], said["phone_url"], said["desk_url"], said["invite"]
        )
        return self._addresses

    @property
    def addresses(self) -> Addresses:
        """What it said when it was started."""
        assert self._addresses is not None, "the servers were never started"
        return self._addresses

    def stop(self) -> None:
        """Stop as a person would; it must end by itself and with success."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        code = process.wait(STOP_SECONDS)
        if process.stdout is not None:
            process.stdout.close()
        assert code == 0, f"the servers ended with {code}: {self.log_text()}"

    def log_text(self) -> str:
        """Read what the servers said on stderr."""
        path = self.home.parent / f"{self.home.name}.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def desk(self, *words: str) -> str:
        """Run a desk command; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "server", "desk", *words],
            cwd=REPOSITORY,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pull(self) -> dict[str, int]:
        """Let the desk fetch, open and acknowledge what relays hold."""
        counts: dict[str, int] = json.loads(self.desk("pull", "--once", "--json"))
        return counts

    def reports(self, text: str = "") -> list[dict[str, object]]:
        """List what the desk has opened; with `text`, the reports that say just that."""
        listed: list[dict[str, object]] = json.loads(self.desk("reports", "--json"))
        return [report for report in listed if text in ("", report["text"])]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
