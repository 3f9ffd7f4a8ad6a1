"""The Tocsin client on the phone's side of a cell: seals, says ready, delivers, tells.

Usage: python -m tests.lab.tocsin_client JOB

It knows the client by its public API alone: `join_by_file`, `report`, `sync`, `status`; that it
believes the laboratory's authority is OpenSSL's own variable. A sync that ended with reports still
waiting is followed by another one, after the pause the client itself asked for. Further fields of
the job it knows:

- `media_bytes`: a list of sizes; each makes one more report with a file of random bytes attached;
- `late_seconds`: a text is saved so long after the beginning, by the thread that syncs, while it
  does, as an app's single thread would; it prints `saved` at that moment;
- `again`: once everything is held, one more report is saved and handed over, timed by itself.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, Final

from client_sync.client import Client
from client_sync.composing import Answers
from client_sync.outbox.states import BlobState
from client_sync.vault.container import DerivationCost
from tests.lab.clock import now_seconds, wait_seconds
from tests.lab.report_texts import text_of
from tests.support.dice import Dice

CHEAP: Final = DerivationCost(memory_kib=8, passes=1)  # the vault's cost is not what is measured
_LEAST_PAUSE_SECONDS: Final = 1.0
_WAITING: Final = frozenset({BlobState.QUEUED, BlobState.IN_FLIGHT, BlobState.IN_DOUBT})
_LATE_NUMBER: Final = 90_000  # numbers of reports that are not among the counted ones
_AGAIN_NUMBER: Final = 90_001
_COUNTED: Final = (
    *("sent", "receipts", "round_trips", "bytes_up", "bytes_down", "connections", "resumed"),
)


class Phone:
    """One phone with its reports."""

    def __init__(self, job: dict[str, Any]) -> None:
        """Join by file and seal every report of the job."""
        self.job = job
        self.times: list[float] = []
        self.told: dict[str, Any] = {"syncs": 0, "warnings": [], **dict.fromkeys(_COUNTED, 0)}
        self.began = now_seconds()
        home = Path(job["folder"]) / "phone"
        self.client = Client(home, "lab passphrase", watch=self._watch)
        self.client.join_by_file(Path(job["invite_file"]), CHEAP)
        for number in range(job["count"]):
            self._save(number)
        for number, size in enumerate(job.get("media_bytes", ())):
            self._save(_LATE_NUMBER + 10 + number, media_bytes=size)

    def deliver(self) -> None:
        """Sync until everything is held or the deadline has passed."""
        self.began = now_seconds()
        while self._left() and self._elapsed() < self.job["deadline_seconds"]:
            self._sync()
        if self.job.get("again") and not self._left():
            self._save(_AGAIN_NUMBER)
            began = now_seconds()
            self._sync()
            self.told["again_seconds"] = round(now_seconds() - began, 3)

    def tell(self) -> None:
        """Print the result as a line of JSON."""
        line = {"times": self.times, "requests": self.told["round_trips"], **self.told}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    def end_at_deadline(self) -> None:
        """Tell what there is and be gone: a sync may not end by itself on a dead link."""
        self.tell()
        os._exit(0)

    def _save_late(self) -> None:
        """Save a text while a sync goes on, once its time has come."""
        if self._elapsed() < self.job.get("late_seconds", float("inf")):
            return
        del self.job["late_seconds"]
        self._save(_LATE_NUMBER)
        sys.stdout.write("saved\n")
        sys.stdout.flush()

    def _save(self, number: int, media_bytes: int = 0) -> None:
        seed, size_bytes = self.job["seed"], self.job["size_bytes"]
        files = []
        if media_bytes:
            path = Path(self.job["folder"]) / f"photo-{number}.jpg"
            path.write_bytes(Dice(seed * 100_000 + number).bytes(media_bytes))
            files.append(path)
        text = text_of(seed, number, size_bytes)
        self.client.report(Answers(category="attack", text=text), files)

    def _sync(self) -> None:
        result = self.client.sync()
        self.told["syncs"] += 1
        for name in _COUNTED:
            self.told[name] += getattr(result, name)
        self.told["warnings"] += result.warnings
        self._note(self.job["count"] - self._left())
        if self._left():
            wait_seconds(max(_LEAST_PAUSE_SECONDS, float(result.again_seconds)))

    def _watch(self, what: str, done: int, total: int) -> None:
        if what == "handed over":
            self._note(self.job["count"] - (total - done))
            self._save_late()

    def _note(self, held: int) -> None:
        """Write down when this many were held."""
        at = round(self._elapsed(), 3)
        held = min(held, self.job["count"])
        self.times += [at] * (held - len(self.times))

    def _left(self) -> int:
        return sum(status.state in _WAITING for status in self.client.status())

    def _elapsed(self) -> float:
        return now_seconds() - self.began


def main(path: str) -> int:
    """Do the job and tell."""
    job = json.loads(Path(path).read_text())
    os.environ["SSL_CERT_FILE"] = job["ca_file"]
    phone = Phone(job)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    timer = threading.Timer(job["deadline_seconds"], phone.end_at_deadline)
    timer.daemon = True
    timer.start()
    phone.deliver()
    timer.cancel()
    phone.tell()
    phone.client.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
