"""A desk with many reports, made once for each seed and size and kept for the next run.

It stands in `.cache/`, which no commit holds and `make clean` removes, or in the folder that
`TOCSIN_BENCH_CACHE` names: in memory it is made in a quarter of the time. What was made in part, or
for a smaller size, is made further.
"""

import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import func, select

from schemas.bundle.writer import write_bundle
from schemas.domain.ids import ReportId
from schemas.envelope.keys import week_of
from schemas.envelope.sealing import seal
from schemas.wire.report import encode_report
from server.desk.app import create_desk_app
from server.desk.db import db, desk_session, start_writing
from server.desk.intake.blobs import Arrival, take
from server.desk.intake.bundles import import_bundle
from server.desk.intake.models import ReportRow
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring
from server.desk.triage import acts, coding
from server.desk.triage.taxonomy import Taxonomy, taxonomy_of
from server.desk.triage.workflow import Act
from server.plumbing.clock import FixedClock
from tests.bench.support.many_reports import arrival, report
from tests.support.desk import DeskRoom, RelayRoom, desk_config, make_desk
from tests.support.dice import Dice

CACHE: Final = Path(
    os.environ.get("TOCSIN_BENCH_CACHE")
    or Path(__file__).resolve().parents[3] / ".cache" / "bench-desk"
)
SEED: Final = 1
BATCH: Final = 2000
TOUCHED_IN: Final = 10
"""One report in so many was worked on; more would only make the making longer."""
INDICATORS: Final = ("7.12", "7.14", "2.1", "10.8", "11.4")
FORM: Final = 1
"""Counts up when the reports of a seed change, so that an older desk is not taken for them."""
MONITOR: Final = "person:0000000000000001"


def made_desk(size: int) -> Path:
    """Give the folder of a desk with exactly `size` reports; make it if it is not there.

    Args:
        size: A multiple of `BATCH`.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    done = CACHE / f"{FORM}-{SEED}-{size}"
    if not done.exists():
        work = CACHE / f"{FORM}-{SEED}.unfinished"
        _grow(work, size)
        shutil.copytree(work, done.with_suffix(".copying"), dirs_exist_ok=True)
        done.with_suffix(".copying").rename(done)
    return done


def open_copy(folder: Path, home: Path) -> DeskRoom:
    """Open a copy of a made desk, at the moment when its last report had come."""
    shutil.copytree(folder, home, dirs_exist_ok=True)
    return _open(home)


def _open(home: Path) -> DeskRoom:
    clock = FixedClock(arrival(0))
    config = desk_config(home)
    app = create_desk_app(config, clock)
    clock.advance(arrival(_count(app)) - clock.now())
    return DeskRoom(app, clock, config, RelayRoom(home, clock))


def _count(app: Flask) -> int:
    with app.app_context():
        return desk_session().execute(select(func.count()).select_from(ReportRow)).scalar_one()


def _grow(home: Path, size: int) -> None:
    if not (home / "desk" / "desk.db").exists():
        shutil.rmtree(home, ignore_errors=True)
        _found(home)
    room = _open(home)
    try:
        have = _count(room.app)
        while have < size:
            _carry(room, sealed(room, have, BATCH))
            _work(room, have)
            have = _count(room.app)
            print(f"\rmaking a desk: {have:,} of {size:,} reports", end="", file=sys.stderr)
    finally:
        print(file=sys.stderr)
        room.close()


def _found(home: Path) -> None:
    made = make_desk(home, start=arrival(0))
    made.close()


def sealed(room: DeskRoom, first: int, count: int) -> list[bytes]:
    """Seal reports as phones do, at the moment when the last of them arrives."""
    room.clock.advance(arrival(first + count) - room.clock.now())
    directory = room.directory()
    recipient = directory.recipient_for(week_of(room.clock.now()))
    return [
        seal(
            encode_report(report(SEED, number)), recipient=recipient, desk_id=directory.desk_id
        ).blob
        for number in range(first, first + count)
    ]


def _carry(room: DeskRoom, blobs: list[bytes]) -> None:
    """Bring blobs in as a file carried by hand: stored, opened and filed as a pull does."""
    with room.work() as session:
        import_bundle(session, keyring(), write_bundle(blobs), actor=MONITOR)


def store_sealed(room: DeskRoom, first: int, count: int) -> None:
    """Store reports as a pull leaves them at a locked desk: kept, and not opened yet."""
    for start in range(first, first + count, BATCH):
        blobs = sealed(room, start, BATCH)
        with room.work() as session:
            start_writing(session)
            take(session, [Arrival(blob, None) for blob in blobs], None)
            session.commit()


def _work(room: DeskRoom, first: int) -> None:
    """Let a person claim, code and finish some of what came."""
    dice = Dice(SEED * 1000 + first)
    taxonomy = taxonomy_of(room.config.home)
    with room.work() as session:
        newest = select(ReportRow.report_id).order_by(ReportRow.id.desc()).limit(BATCH)
        ids = list(session.execute(newest).scalars())
        start_writing(session)
        hand = Hand(session, keyring(), MONITOR, room.clock.now() + timedelta(seconds=1))
        for report_id in ids[::TOUCHED_IN]:
            _touch(hand, taxonomy, ReportId(report_id), dice)
        session.commit()


def _touch(hand: Hand, taxonomy: Taxonomy, report_id: ReportId, dice: Dice) -> None:
    acts.take(hand, report_id, Act.CLAIM)
    coding.code(hand, taxonomy, report_id, coding.Judgement(dice.choice(INDICATORS)))
    acts.take(hand, report_id, Act.TRIAGE if dice.number(3) else Act.CLOSE)


def dispose(room: DeskRoom) -> None:
    """Close the databases of a room."""
    with room.app.app_context():
        db.engine.dispose()
    room.close()
