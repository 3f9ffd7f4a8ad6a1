"""The Tocsin client on the phone's side of a cell: seals, says ready, delivers, tells.

Usage: python -m tests.lab.tocsin_client JOB

It knows the client by its public API alone: `join_by_file`, `report`, `sync`, `status`. A sync
that ended with reports still waiting is followed by another one, after the pause the client itself
asked for.
"""

import json
import ssl
import sys
from pathlib import Path
from typing import Any, Final

from client_sync.client import Client
from client_sync.clock import SystemClock
from client_sync.composing import Answers
from client_sync.outbox.states import BlobState
from client_sync.sync.runner import SyncResult
from client_sync.transports.relay_http import HttpTransport
from client_sync.vault.container import DerivationCost
from tests.lab.clock import now_seconds, wait_seconds
from tests.lab.report_texts import text_of

CHEAP: Final = DerivationCost(memory_kib=8, passes=1)  # the vault's cost is not what is measured
_LEAST_PAUSE_SECONDS: Final = 1.0
_WAITING: Final = frozenset({BlobState.QUEUED, BlobState.IN_FLIGHT, BlobState.IN_DOUBT})


class Phone:
    """One phone with its reports."""

    def __init__(self, job: dict[str, Any]) -> None:
        """Join by file and seal every report of the job."""
        self.job = job
        self.times: list[float] = []
        self.totals: dict[str, int] = {"syncs": 0, "sent": 0, "receipts": 0, "round_trips": 0}
        self.totals |= {"bytes_up": 0, "bytes_down": 0}
        self.warnings: list[str] = []
        self.began = now_seconds()
        tls = ssl.create_default_context(cafile=job["ca_file"])
        clock = SystemClock()
        self.client = Client(
            Path(job["folder"]) / "phone",
            "lab passphrase",
            connect=lambda: HttpTransport(clock, tls),
            watch=self._watch,
        )
        self.client.join_by_file(Path(job["invite_file"]), CHEAP)
        for number in range(job["count"]):
            text = text_of(job["seed"], number, job["size_bytes"])
            self.client.report(Answers(category="attack", text=text))

    def deliver(self) -> None:
        """Sync until everything is held or the deadline has passed."""
        self.began = now_seconds()
        while self._left() and self._elapsed() < self.job["deadline_seconds"]:
            result = self.client.sync()
            self._count(result)
            self._note(self.job["count"] - self._left())
            if self._left():
                wait_seconds(max(_LEAST_PAUSE_SECONDS, float(result.retry_after_seconds)))

    def tell(self) -> str:
        """Give the result as a line of JSON."""
        return json.dumps(
            {
                "times": self.times,
                "requests": self.totals["round_trips"],
                **self.totals,
                "warnings": self.warnings,
            }
        )

    def _watch(self, what: str, done: int, total: int) -> None:
        if what == "handed over":
            self._note(self.job["count"] - (total - done))

    def _note(self, held: int) -> None:
        """Write down when this many were held."""
        at = round(self._elapsed(), 3)
        held = min(held, self.job["count"])
        self.times += [at] * (held - len(self.times))

    def _left(self) -> int:
        return sum(status.state in _WAITING for status in self.client.status())

    def _elapsed(self) -> float:
        return now_seconds() - self.began

    def _count(self, result: SyncResult) -> None:
        self.totals["syncs"] += 1
        for name in ("sent", "receipts", "round_trips", "bytes_up", "bytes_down"):
            self.totals[name] += getattr(result, name)
        self.warnings += result.warnings


def main(path: str) -> int:
    """Do the job and tell."""
    phone = Phone(json.loads(Path(path).read_text()))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    phone.deliver()
    sys.stdout.write(phone.tell() + "\n")
    sys.stdout.flush()
    phone.client.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
