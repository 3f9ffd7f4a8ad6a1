"""How the desk's pages hold as it grows: 10,000 and 200,000 reports beside each other.

Run by `make bench`. Both desks are made once by the real path's own code (support/made_desk.py),
and each is measured in a process of its own, so that memory is that desk's alone. Every page is
fetched by a logged-in browser through the whole application; a page's time is the processor time
of the thread that served it, so that other programs and the disk's own pace do not count, and the
wall clock stands beside it. Exit code 1 when a mark is missed.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from server.desk.accounts.roles import Role
from server.desk.db import desk_session
from server.desk.intake.faults import no_fault
from server.desk.intake.pull import Tally, open_and_answer
from server.desk.keys.keyring import keyring
from server.desk.triage.index.attending import Attending
from server.desk.triage.index.memory import ReportIndex
from server.desk.triage.index.reading import reading_of_desk, report_index
from tests.bench.support.made_desk import dispose, made_desk, open_copy, store_sealed
from tests.support.desk import DeskRoom
from tests.support.desk_browser import DeskBrowser, somebody

SMALL: Final = 10_000
LARGE: Final = 200_000
BACKLOG: Final = 20_000
TIMES: Final = 15
GROWTH_MARK: Final = 2.0
QUEUE_MARK_MS: Final = 150.0
MEMORY_MARK_MB: Final = 400.0
WAIT_MARK_MS: Final = 1000.0
"""A page that takes longer during an intake has kept somebody waiting."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Medians of one page, in milliseconds."""

    served: float
    wall: float


def timed(work: Sequence[Callable[[], object]]) -> Timed:
    """Do each of some like things, and give the medians."""
    served: list[float] = []
    wall: list[float] = []
    for one in work:
        began, began_wall = time.thread_time(), time.perf_counter()
        one()
        served.append((time.thread_time() - began) * 1000)
        wall.append((time.perf_counter() - began_wall) * 1000)
    return Timed(statistics.median(served), statistics.median(wall))


def pages(browser: DeskBrowser, index: ReportIndex) -> dict[str, list[str]]:
    """Name what is fetched; reports and words are spread over the desk's whole life."""
    step = max(1, index.size // TIMES)
    rows = index.ask("SELECT row, report_id FROM report WHERE row % ? = 0", (step,))[:TIMES]
    reports = [f"/reports/{report_id.hex()}" for _, report_id in rows]
    words = index.ask(
        "SELECT term FROM word WHERE doc BETWEEN ? AND ? AND length(term) > 4 LIMIT ?",
        (index.size // 2000, index.size // 200, TIMES),
    )
    return {
        "queue page": ["/queue"] * TIMES,
        "latest events first": ["/queue?state=all&order=event"] * TIMES,
        "a page in the middle": [f"/queue?state=all&after={row}" for row, _ in rows],
        "filter: category, language": _filters("category=marking&lang=ar&order=newest"),
        "filter: area, grade": _filters("area=KE-700&reliability=F"),
        "filter: coded so": _filters("coded=7.12&state=all"),
        "search: one word": [f"/queue?state=all&q={word}" for (word,) in words],
        "search: a frequent word": ["/queue?state=all&q=the"] * TIMES,
        "report page, its repeats": reports,
        "pulse": ["/queue/pulse"] * TIMES,
    }


def _filters(query: str) -> list[str]:
    """Ask for one filter on many pages' worth of ages, so that no answer is a kept one."""
    ages = ("", "&days=365", "&days=30", "&days=7", "&days=1")
    states = ("&state=all", "&state=open", "&state=new") if "state=" not in query else ("",)
    return [f"/queue?{query}{state}{age}" for state in states for age in ages]


def measure(size: int) -> dict[str, object]:
    """Measure one desk: what a process of its own prints."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        room = open_copy(made_desk(size), Path(folder))
        browser = somebody(room, Role.MONITOR)
        with room.work():
            began, began_wall = time.thread_time(), time.perf_counter()
            index = report_index(desk_session(), keyring())
            read = Timed(
                (time.thread_time() - began) * 1000, (time.perf_counter() - began_wall) * 1000
            )
        found = {"reading in, a report": Timed(read.served / size, read.wall / size)}
        for name, paths in pages(browser, index).items():
            found[name] = timed([_fetching(browser, path) for path in paths])
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        result: dict[str, object] = {
            "times": {name: asdict(one) for name, one in found.items()},
            "memory": memory,
        }
        if size == SMALL:
            result["backlog"] = backlog(room, size)
        dispose(room)
    return result


def _fetching(browser: DeskBrowser, path: str) -> Callable[[], object]:
    def fetch() -> None:
        if browser.get(path).status_code != 200:
            raise RuntimeError(f"a page was not served: {path.split('?', maxsplit=1)[0]}")

    return fetch


def backlog(room: DeskRoom, size: int) -> dict[str, float]:
    """Take in a backlog while somebody reads the queue; tell how the pages fared.

    The blobs are stored sealed, as a desk holds them that was locked for a while; opening, filing
    and indexing then run in threads of their own, as where the desk serves.
    """
    store_sealed(room, size, BACKLOG)
    # Weeks have passed since the first browser logged in.
    browser = somebody(room, Role.MONITOR, "Amal")
    fetch = _fetching(browser, "/queue")
    attending = Attending(room.app)
    attending.start()
    opening = threading.Thread(target=_open_all, args=(room,))
    began = time.perf_counter()
    opening.start()
    waits: list[float] = []
    seen: list[int] = []
    while opening.is_alive() or _missing(room):
        asked = time.perf_counter()
        fetch()
        waits.append((time.perf_counter() - asked) * 1000)
        with room.work():
            seen.append(reading_of_desk().index.size)
    seconds = time.perf_counter() - began
    opening.join()
    attending.stop()
    with room.work():
        seen.append(reading_of_desk().index.size)
    if seen[-1] != size + BACKLOG:
        raise RuntimeError("not every report of the backlog is in the index")
    return {
        "per second": BACKLOG / seconds,
        "median": statistics.median(waits),
        "slowest": max(waits),
        "pages": float(len(waits)),
        "steps": float(len(set(seen))),
    }


def _open_all(room: DeskRoom) -> None:
    with room.work() as session:
        open_and_answer(session, keyring(), Tally(), no_fault)


def _missing(room: DeskRoom) -> int:
    with room.work() as session:
        return reading_of_desk().missing(session)


def _measured(size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.bench_desk", str(size)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def report_growth(small: dict[str, Any], large: dict[str, Any]) -> bool:
    """Print the table of pages; tell whether a mark was missed."""
    missed = False
    print(f"{'desk, ms of one core (wall)':<30}{SMALL:>16,}{LARGE:>16,}{'growth':>8}{'mark':>6}")
    for name, one in small["times"].items():
        other = large["times"][name]
        growth = other["served"] / one["served"]
        bad = growth > GROWTH_MARK or (name == "queue page" and other["served"] > QUEUE_MARK_MS)
        missed |= bad
        cells = [f"{each['served']:.1f} ({each['wall']:.1f})" for each in (one, other)]
        print(
            f"{name:<30}{cells[0]:>16}{cells[1]:>16}{growth:>8.2f}{GROWTH_MARK:>6.1f}"
            f"{'  MISSED' if bad else ''}"
        )
    bad = large["memory"] > MEMORY_MARK_MB
    print(
        f"{'memory of the process, MB':<30}{small['memory']:>16.0f}{large['memory']:>16.0f}", end=""
    )
    print(f"{'':>8}{MEMORY_MARK_MB:>6.0f}{'  MISSED' if bad else ''}")
    return missed or bad


def report_backlog(found: dict[str, float]) -> bool:
    """Print what became of the backlog; tell whether somebody was kept waiting."""
    bad = found["slowest"] > WAIT_MARK_MS
    print(
        f"backlog of {BACKLOG:,}: {found['per second']:,.0f} a second opened and indexed; meanwhile"
        f" {found['pages']:.0f} queue pages in {found['median']:.0f} ms (median), the slowest in"
        f" {found['slowest']:.0f} ms (mark {WAIT_MARK_MS:.0f}), {found['steps']:.0f} steps of"
        f" progress seen{'  MISSED' if bad else ''}"
    )
    return bad


def main(arguments: Sequence[str]) -> int:
    """Print the tables; 1 when a mark was missed. With a size, measure that desk only."""
    if arguments:
        print(json.dumps(measure(int(arguments[0]))))
        return 0
    for size in (SMALL, LARGE):
        made_desk(size)
    small, large = _measured(SMALL), _measured(LARGE)
    missed = report_growth(small, large)
    missed |= report_backlog(small["backlog"])
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
