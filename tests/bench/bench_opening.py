"""How fast a desk opens envelopes: the opening itself on one core, and pull-open-store end to end.

Run by `make bench`. The yardstick for the opening is libsodium's own `crypto_box_seal_open` on one
80-byte slot, which no desk can do without; for the end to end it is the opening itself. The desk
and its relay are the real ones on real SQLite files with every commit synced; only the wire
between them is left out. Exit code 1 when a mark is missed.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nacl.bindings import crypto_box_seal_open

from schemas.constants import SLOT_BYTES
from schemas.domain.ids import DeskId
from schemas.envelope.keys import Identity, desk_id_of, new_identity, week_of
from schemas.envelope.opening import Opener
from schemas.envelope.sealing import seal
from schemas.wire.report import decode_report, encode_report
from server.desk.intake.opening import open_one
from tests.support.desk import DeskRoom, a_report, make_desk
from tests.support.postgres import EmbeddedPostgres

ENVELOPES: Final = 1000
REPORTS: Final = 3000
BATCH: Final = 50
TEXT: Final = "They marked the doors of the lower town and said that we have two days. " * 4
ROUNDS: Final = 5
"""Other programs only ever slow a round down, so the best one says what the code can do."""

OPENING_MARK: Final = 5000
WHOLE_MARK: Final = 500


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    per_second: float
    mark: float | None = None

    def missed(self) -> bool:
        """Tell whether the mark is missed."""
        return self.mark is not None and self.per_second < self.mark


def rate(blobs: Sequence[bytes], work: Callable[[bytes], object]) -> float:
    """Do some work on each blob and tell how many go into a second, in the best of some rounds."""
    best_seconds = min(_seconds(blobs, work) for _ in range(ROUNDS))
    return len(blobs) / best_seconds


def _seconds(blobs: Sequence[bytes], work: Callable[[bytes], object]) -> float:
    began = time.perf_counter()
    for blob in blobs:
        work(blob)
    return time.perf_counter() - began


def opening_lines() -> list[Line]:
    """Measure the opening itself, on one core, beside libsodium."""
    desk_id, identities = _identities()
    plain = encode_report(a_report(TEXT))
    recipient = identities[0].record()
    blobs = [seal(plain, recipient=recipient, desk_id=desk_id).blob for _ in range(ENVELOPES)]
    opener, first = Opener(desk_id, identities), identities[0]

    def raw(blob: bytes) -> object:
        return crypto_box_seal_open(blob[:SLOT_BYTES], first.public, first.secret)

    return [
        Line("crypto_box_seal_open alone", rate(blobs, raw)),
        Line("opening an envelope", rate(blobs, opener.open), OPENING_MARK),
        Line("parsing a report", rate(blobs, lambda _: decode_report(plain))),
        Line("opening and parsing", rate(blobs, lambda blob: open_one(opener, blob))),
    ]


def _identities() -> tuple[DeskId, list[Identity]]:
    return desk_id_of(bytes(32)), [new_identity(week) for week in range(3000, 3026)]


def whole_line(home: Path, name: str, database_url: str | None = None) -> Line:
    """Measure pull, open and store, through a real relay into a real desk."""
    room = make_desk(home, database_url)
    try:
        _fill_relay(room)
        began = time.perf_counter()
        tally = room.pull()
        seconds = time.perf_counter() - began
    finally:
        room.close()
    if tally.opened != REPORTS:
        raise RuntimeError(f"{tally.opened} of {REPORTS} reports came through")
    return Line(f"pull, open, store ({name}, synced)", REPORTS / seconds, WHOLE_MARK)


def _fill_relay(room: DeskRoom) -> None:
    directory = room.directory()
    recipient = directory.recipient_for(week_of(room.clock.now()))
    plain = encode_report(a_report(TEXT))
    for _ in range(REPORTS // BATCH):
        room.relay.put(
            [seal(plain, recipient=recipient, desk_id=directory.desk_id).blob for _ in range(BATCH)]
        )


def main() -> int:
    """Print the table; 1 when a mark is missed."""
    lines = opening_lines()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        lines.append(whole_line(Path(folder), "SQLite"))
    with (
        tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder,
        EmbeddedPostgres(durable=True) as server,
    ):
        lines.append(whole_line(Path(folder), "PostgreSQL", server.create_database()))
    yardstick = lines[0].per_second
    print(f"{'desk':<42}{'per second':>12}{'ratio':>8}{'mark':>8}")
    for line in lines:
        mark = "" if line.mark is None else f"{line.mark:,.0f}"
        verdict = "  MISSED" if line.missed() else ""
        print(
            f"{line.name:<42}{line.per_second:>12,.0f}{line.per_second / yardstick:>8.2f}"
            f"{mark:>8}{verdict}"
        )
    return int(any(line.missed() for line in lines))


if __name__ == "__main__":
    sys.exit(main())
