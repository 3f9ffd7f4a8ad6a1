"""The real command line in processes of its own, against a relay on loopback."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client_sync.clock import SystemClock
from schemas.wire.invite import format_bridge_line
from tests.support.client_world import PASSPHRASE, Seeded
from tests.support.http_relay import Front
from tests.support.memory_desk import MemoryDesk

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class ClientProcess:
    """Runs commands in one home."""

    home: Path
    desk: MemoryDesk
    front: Front

    def run(
        self, *arguments: str, step: int | None = None, text: str = "", passphrase: str = PASSPHRASE
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end.

        Args:
            arguments: Behind `--home`.
            step: Die by SIGKILL at this step.
            text: Standard input.
            passphrase: In the environment.
        """
        module = ["client_sync"] if step is None else ["tests.faults.killed_client", str(step)]
        return subprocess.run(
            [sys.executable, "-m", *module, "--home", str(self.home), *arguments],
            cwd=ROOT,
            env={**os.environ, "TOCSIN_PASSPHRASE": passphrase, "PYTHONDONTWRITEBYTECODE": "1"},
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def json(self, *arguments: str) -> Any:  # noqa: ANN401  # whatever the command wrote
        """Run a command that must succeed, and read its JSON."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def join(self) -> None:
        """Join by bridge line, with a vault that opens quickly."""
        done = self.run("join", "--small-memory", format_bridge_line(self.desk.invite))
        assert done.returncode == 0, done.stderr


def found_desk(front: Front, seed: str = "process") -> MemoryDesk:
    """Found a desk behind a relay that is being served."""
    return MemoryDesk.make(SystemClock().now(), [front.relay], Seeded(seed))
