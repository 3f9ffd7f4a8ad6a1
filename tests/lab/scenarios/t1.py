"""T1: a text waits behind 20 MB of media on a line policed to 130 kbit/s.

Two variants: the text is saved before the run begins (nameless), or while the media have been
travelling for twenty seconds (`late`). What counts is the moment the relay has committed it.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.lab.children import Child, ChildError
from tests.lab.clock import now_seconds, wait_seconds
from tests.lab.delivery import write_job
from tests.lab.link_model import Shape
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, values
from tests.lab.subject import Work, find_subjects
from tests.lab.tocsin_subject import TocsinService
from tests.lab.world import World

MEDIA_BYTES: Final = (5_000_000,) * 4
POLICED_BITS_PER_SECOND: Final = 130_000
BURST_BYTES: Final = 16_000
MOST_SECONDS: Final = 4.0
LINK: Final = Shape(rate_bits_per_second=2_000_000, delay_us=50_000)
LATE_SECONDS: Final = 20.0
_LATE: Final = "late"
_WATCHED_SECONDS: Final = 60.0
_READY_SECONDS: Final = 300.0
_STEP_SECONDS: Final = 0.05
_TEXTS: Final = "SELECT count(*) FROM blobs WHERE bucket < 16384"


def run(cell: Cell, folder: Path) -> Numbers:
    """Watch the relay's table while the phone sends."""
    rule = {"kind": "throttle", "bits_per_second": POLICED_BITS_PER_SECOND}
    plan = Plan(up=LINK, down=LINK, seed=cell.seed, rules=({**rule, "burst_bytes": BURST_BYTES},))
    extra: dict[str, Any] = {"media_bytes": list(MEDIA_BYTES)}
    if cell.variant == _LATE:
        extra["late_seconds"] = LATE_SECONDS
    count = 0 if cell.variant == _LATE else 1
    work = Work(count, 1024, cell.seed, LATE_SECONDS + 2 * _WATCHED_SECONDS, extra)
    subject = find_subjects()[cell.subject]
    with World(plan, folder) as world:
        service = subject.serve(world, work)
        if not isinstance(service, TocsinService):
            raise ChildError("only our subject carries photographs here")
        job = write_job(world, service, work)
        child = world.start(world.network.phone, *subject.client(), str(job))
        child.read_line(_READY_SECONDS)
        world.network.start()
        child.say("go")
        database = service.relays[0].home.folder / "relay.db"
        seconds = _seconds_until_held(child, database, is_late=cell.variant == _LATE)
        return {
            "held_seconds": seconds,
            "media_blobs": _count(database, "SELECT count(*) FROM blobs WHERE bucket = 16384"),
            "lost": 0,
            "stored_twice": 0,
        }


def _seconds_until_held(child: Child, database: Path, *, is_late: bool) -> float:
    """Wait for the text; the texts of the media's own reports are there before it."""
    others = len(MEDIA_BYTES)
    if is_late and child.read_line(LATE_SECONDS + _WATCHED_SECONDS) != "saved":
        raise ChildError("the client did not save a text while it sent")
    began = now_seconds()
    while now_seconds() - began < _WATCHED_SECONDS:
        if _count(database, _TEXTS) > others:
            return round(now_seconds() - began, 2)
        wait_seconds(_STEP_SECONDS)
    return _WATCHED_SECONDS


def _count(database: Path, query: str) -> int:
    with closing(sqlite3.connect(database, timeout=10)) as store:
        return int(store.execute(query).fetchone()[0])


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """The median of each variant has to be within the mark; the worst is told beside it."""
    return [
        _mark("a text saved with 20 MB of media waiting", values(outcomes, "held_seconds")),
        _mark(
            "a text saved while 20 MB of media travel",
            values(outcomes, "held_seconds", "tocsin", _LATE),
        ),
    ]


def _mark(what: str, found: Sequence[float]) -> Mark:
    promise = f"{what}: held within {MOST_SECONDS:g} s"
    if not found:
        return Mark(promise, "not measured", None)
    told = f"median {median(found):.1f} s, worst {max(found):.1f} s of {len(found)}"
    return Mark(promise, told, median(found) <= MOST_SECONDS)


SCENARIO = Scenario(
    name="T1",
    title="a text and 20 MB of media, policed to 130 kbit/s",
    run=run,
    judge=judge,
    variants=("", _LATE),
    limit_seconds=600,
    figure="held_seconds",
    unit="seconds until the relay has committed the text (dots: seeds)",
    mark=MOST_SECONDS,
    columns=("held_seconds", "media_blobs"),
)
