"""A phone that takes orders: one JSON line in, one JSON line out.

Usage: python -m tests.lab.adversary.phone JOB

The job names `folder`, `invite_file` and, if relays are reached through a SOCKS5 proxy, `via`.
SSL_CERT_FILE says whose certificates are believed, as OpenSSL reads it. The phone's time of day is
the machine's, moved by what `advance` says; its stop watch is never moved. Orders:

    {"do": "write", "texts": [...]}     seal reports
    {"do": "sync"}                      what a sync gave, and when the first receipt came
    {"do": "advance", "hours": n}       the phone's own clock jumps
    {"do": "status"}                    every report's id, state and relays
    {"do": "proof", "path": p}          export what was signed for and not acknowledged in time
    {"do": "end"}                       close and stop
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from client_sync.client import Client
from client_sync.clock import SystemClock
from client_sync.composing import Answers
from client_sync.vault.container import DerivationCost
from schemas.domain.directory import Endpoint
from tests.lab.clock import now_seconds

CHEAP: Final = DerivationCost(memory_kib=8, passes=1)  # the vault's cost is not what is measured
PASSPHRASE: Final = "lab passphrase"


@dataclass
class MovedSystemClock(SystemClock):
    """The machine's clock with a wrong time of day."""

    wrong_by: timedelta = timedelta()

    def now(self) -> datetime:
        """Tell the time as this phone sees it."""
        return super().now() + self.wrong_by


class Phone:
    """One client and its orders."""

    def __init__(self, job: dict[str, Any]) -> None:
        """Join by file."""
        self._began = now_seconds()
        self._receipts_at: list[float] = []
        self._clock = MovedSystemClock()
        self._clock.wrong_by = timedelta(hours=job.get("wrong_by_hours", 0))
        self._client = Client(
            Path(job["folder"]) / "phone",
            PASSPHRASE,
            clock=self._clock,
            via=_endpoint(job.get("via")),
            watch=self._watch,
        )
        self._client.join_by_file(Path(job["invite_file"]), CHEAP)
        self._orders: dict[str, Callable[[dict[str, Any]], Any]] = {
            "write": self._write,
            "sync": self._sync,
            "advance": self._advance,
            "status": self._status,
            "proof": self._proof,
        }

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what an order says and tell what came of it."""
        return {"gave": self._orders[order["do"]](order)}

    def close(self) -> None:
        """Close the home."""
        self._client.close()

    def _watch(self, what: str, done: int, _total: int) -> None:
        if what == "handed over" and done:
            self._receipts_at.append(now_seconds() - self._began)

    def _write(self, order: dict[str, Any]) -> list[str | None]:
        answers = [Answers(category="attack", text=text) for text in order["texts"]]
        return [self._client.report(each).report_id for each in answers]

    def _sync(self, _order: dict[str, Any]) -> dict[str, Any]:
        self._began, self._receipts_at = now_seconds(), []
        result = self._client.sync()
        took = now_seconds() - self._began
        first = (self._receipts_at + [took][: result.receipts])[:1]
        return {
            "took": round(took, 3),
            "first_receipt": round(first[0], 3) if first else None,
            "sent": result.sent,
            "receipts": result.receipts,
            "acknowledged": result.acknowledged,
            "has_reached_relay": result.has_reached_relay,
            "warnings": list(result.warnings),
        }

    def _advance(self, order: dict[str, Any]) -> str:
        self._clock.wrong_by += timedelta(hours=order["hours"])
        return self._clock.now().isoformat()

    def _status(self, _order: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"id": each.report_id, "state": each.state.value, "relays": list(each.relays)}
            for each in self._client.status()
        ]

    def _proof(self, order: dict[str, Any]) -> int:
        proof = self._client.proof()
        Path(order["path"]).write_text(proof.text)
        return proof.missed


def _endpoint(text: str | None) -> Endpoint | None:
    """Read `host:port`."""
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    return Endpoint(host, int(port))


def main(path: str) -> int:
    """Take orders until `end` or the end of input."""
    phone = Phone(json.loads(Path(path).read_text()))
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "end":
            break
        sys.stdout.write(json.dumps(phone.obey(order)) + "\n")
        sys.stdout.flush()
    phone.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
