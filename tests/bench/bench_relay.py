"""What a relay takes in, beside hello-world and bare SQLite, in one run.

Run by `make bench`. Every number is the median of several rounds; the rounds are interleaved, so
that whatever else the machine does falls on all of them. Exit code 1 when a mark is missed.
"""

import socket
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from tests.bench.support.load import run_load
from tests.bench.support.raw_sqlite import RawSqlite
from tests.bench.support.requests import get_requests, hanging_request, put_requests
from tests.bench.support.servers import Served, hello_server, relay_server, slow_disk
from tests.support.postgres import EmbeddedPostgres

ROUNDS: Final = 5
SECONDS: Final = 2.0
CONNECTIONS: Final = 64
BATCH: Final = 10
HANGING: Final = 500
MOST_PER_SECOND: Final = 4000
"""Requests prepared for each second; no relay on two cores answers more."""


@dataclass
class Row:
    """One line of the table: a name, and what each round gave."""

    name: str
    measure: Callable[[], float]
    rounds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.rounds)


@dataclass(frozen=True)
class Mark:
    """A ratio of two rows that is to be reached."""

    name: str
    over: str
    under: str
    least: float


MARKS: Final = (
    Mark("single / hello-world", "sqlite single", "hello-world", 0.2),
    Mark("beside 500 that hang / alone", "beside 500 hanging", "sqlite single", 0.7),
    Mark("batched / bare SQLite batched", "sqlite batch", "bare SQLite batch", 0.5),
    Mark("10 ms disk: grouped / one commit each", "10 ms grouped", "10 ms one each", 8.0),
)


def intake(served: Served, blobs_each: int, seconds: float = SECONDS) -> float:
    """Measure blobs per second with a receipt each."""
    requests = put_requests(int(MOST_PER_SECOND * seconds), blobs_each, served.path)
    measured = run_load(
        served.address,
        requests,
        connections=CONNECTIONS,
        seconds=seconds,
        blobs_each=blobs_each,
    )
    if measured.refused:
        raise SystemExit(f"{measured.refused} requests were not stored: the figure means nothing")
    return measured.per_second * blobs_each


def beside_hanging(served: Served) -> float:
    """Measure blobs per second while others hold connections open in the middle of a body."""
    with ExitStack() as stack:
        begun = hanging_request(served.path)
        for _ in range(HANGING):
            connection = stack.enter_context(socket.create_connection(served.address))
            connection.sendall(begun)
        return intake(served, 1)


def hello(served: Served) -> float:
    """Measure hello-worlds per second."""
    requests = get_requests(int(3 * MOST_PER_SECOND * SECONDS), served.path)
    return run_load(served.address, requests, connections=CONNECTIONS, seconds=SECONDS).per_second


def rows_of(stack: ExitStack) -> list[Row]:
    """Start everything and say how each line is measured."""
    raw = RawSqlite()
    stack.callback(raw.close)
    greeter = stack.enter_context(hello_server())
    sqlite = stack.enter_context(relay_server({}))
    server = stack.enter_context(EmbeddedPostgres(durable=True))
    url = {"TOCSIN_RELAY_DATABASE_URL": server.create_database()}
    postgres = stack.enter_context(relay_server(url))
    rows = [
        Row("hello-world", lambda: hello(greeter)),
        Row("bare SQLite single", lambda: raw.blobs_per_second(1, SECONDS)),
        Row("bare SQLite batch", lambda: raw.blobs_per_second(BATCH, SECONDS)),
        Row("sqlite single", lambda: intake(sqlite, 1)),
        Row("beside 500 hanging", lambda: beside_hanging(sqlite)),
        Row("sqlite batch", lambda: intake(sqlite, BATCH)),
        Row("postgres single", lambda: intake(postgres, 1)),
        Row("postgres batch", lambda: intake(postgres, BATCH)),
    ]
    slow = stack.enter_context(slow_disk())
    if slow is None:
        print("SKIPPED: no C compiler (cc): the 10 ms disk cannot be simulated", file=sys.stderr)
        return rows
    grouped = stack.enter_context(relay_server(slow))
    one_each = stack.enter_context(relay_server(slow | {"TOCSIN_RELAY_BLOBS_PER_COMMIT": "1"}))
    rows.append(Row("10 ms grouped", lambda: intake(grouped, 1)))
    rows.append(Row("10 ms one each", lambda: intake(one_each, 1)))
    return rows


def report(rows: list[Row]) -> bool:
    """Print the table; tell whether every mark was reached."""
    by_name = {row.name: row for row in rows}
    greeting, batch = by_name["hello-world"].median, by_name["bare SQLite batch"].median
    print(
        f"\n{'1 KiB blobs, receipt after sync':34} {'per s':>9} {'/hello':>7} {'/bare':>7}  rounds"
    )
    for row in rows:
        spread = " ".join(f"{value:.0f}" for value in row.rounds)
        print(
            f"{row.name:34} {row.median:9.0f} {row.median / greeting:7.2f} "
            f"{row.median / batch:7.2f}  {spread}"
        )
    good = True
    for mark in MARKS:
        if mark.over not in by_name:
            continue
        # The ratio within each round, then the middle one: a busy moment hits both alike.
        pairs = zip(by_name[mark.over].rounds, by_name[mark.under].rounds, strict=True)
        ratio = statistics.median(over / under for over, under in pairs)
        reached = ratio >= mark.least
        good &= reached
        word = "reached" if reached else "MISSED"
        print(f"{mark.name:38} {ratio:7.2f}   mark {mark.least:.1f}   {word}")
    return good


def main() -> int:
    """Measure and print."""
    with ExitStack() as stack:
        rows = rows_of(stack)
        for _ in range(ROUNDS):
            for row in rows:
                row.rounds.append(row.measure())
        return 0 if report(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
