"""`python -m server` in processes of its own, on free ports of loopback."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from server.plumbing.config import REPOSITORY

END_SECONDS = 40
COMMAND_SECONDS = 120


def server_env(home: Path, **changes: str) -> dict[str, str]:
    """Give an environment in which nothing of the caller's desk shows through.

    Args:
        home: Becomes TOCSIN_HOME.
        changes: Variables to set besides.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    quiet = {"TOCSIN_RELAY_PORT": "0", "TOCSIN_DESK_PORT": "0", "TOCSIN_DESK_PULL_SECONDS": "0"}
    return env | quiet | {"TOCSIN_HOME": str(home)} | changes


def run_server(env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        cwd=REPOSITORY,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
    )


@dataclass
class UpProcess:
    """A running `up --json`."""

    process: "subprocess.Popen[str]"
    said: dict[str, str | None]

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal, wait, and give the exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=END_SECONDS)
        return self.process.returncode

    def children(self) -> list[int]:
        """The process ids of relay and desk."""
        pid = self.process.pid
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(word) for word in listed.split()]


def start_up(env: dict[str, str]) -> UpProcess:
    """Start `up --json` and wait for its line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "up", "--json"],
        cwd=REPOSITORY,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        _, errors = process.communicate(timeout=END_SECONDS)
        raise AssertionError(f"up did not start: {errors}")
    return UpProcess(process, json.loads(line))
