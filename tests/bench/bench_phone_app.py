"""What the phone app costs: bytes, time to the first page, a report with a photo, memory.

Run by `make bench`. The real build in this machine's Chromium, joined to a real desk; each line has
a yardstick from the same run beside it. The throttle is DevTools' (Emulation.setCPUThrottlingRate):
it slows the page's own thread and refuses workers ("only supported for pages, not workers"). A
report's sealing is therefore measured twice: with the page slowed, and plain, counted six times.
The latter's yardstick is the bare arithmetic of a file of that size, on one thread, nothing kept.
`--beside FOLDER` seals with another build of the app as well, round by round with this one: what
else the machine does then slows both, and only so is one build called quicker than another.
Exit code 1 when a mark is missed, 0 with one loud line where there is no Chromium.
"""

import argparse
import base64
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserType

from tests.bench.bench_phone import bundle, served
from tests.bench.support.app_scripts import (
    KEPT_BYTES,
    MAKE_PHOTO,
    NATIVE_SEALING,
    TIME_SEALING,
    WHEN_SHOWN,
)
from tests.browser.support.counted import DIST, counted_app
from tests.browser.support.many import write_many
from tests.browser.support.phone import Phone, Words
from tests.browser.support.spine import Spine
from tests.support.chromium import MISSING, chromium_path, running_chromium
from tests.support.phone_build import pieces_of

THROTTLE: Final = 6
ROUNDS: Final = 5
MOST_LOOKS: Final = 2000
"""How often it is asked whether the language is kept; each question lets the browser work."""

KIBIBYTE: Final = 1024
MEGABYTE: Final = 1_000_000
PHOTO_BYTES: Final = 5 * MEGABYTE
PHOTO: Final = {"width": 4000, "height": 3000, "quality": 0.8}
QUEUED: Final = 200
HELLO: Final = (
    "<!doctype html><meta charset=utf-8><title>hello</title><h1>hello</h1><button>x</button>"
)


@dataclass(frozen=True)
class Line:
    """One line of the table: what was measured, its mark, and its yardstick from the same run."""

    name: str
    unit: str
    value: float
    most: float | None
    yardstick: str
    beside: float

    def missed(self) -> bool:
        """Tell whether the mark is missed."""
        return self.most is not None and self.value > self.most


def throttle(phone: Phone, rate: int) -> None:
    """Slow the page's thread down."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})


def size_lines(browser: BrowserType, folder: Path) -> list[Line]:
    """Count what a first visit loads, and what is kept for good."""
    with counted_app() as app:
        # English has no catalogue; another language has one to load.
        kept = Phone(browser, folder / "kept", app.url, locale="fr-FR")
        kept.open()
        kept.wait_until_offline_ready()
        stored = next(filter(None, (kept.page.evaluate(KEPT_BYTES) for _ in range(MOST_LOOKS))))
        # The rest, and what comes after it, come while the first page stands.
        rest = [*pieces_of(DIST, "rest"), *pieces_of(DIST, "after")]
        loaded = sum(size for name, size in app.body_bytes.items() if name not in rest)
        kept.close()
    whole = sum(path.stat().st_size for path in DIST.rglob("*.gz"))
    unpacked = sum(
        path.stat().st_size for path in DIST.rglob("*") if path.suffix not in (".gz", ".br")
    )
    return [
        Line(
            "first load, one language, gzip",
            *("KiB", loaded / KIBIBYTE, 100),
            *("all files, gzip", whole / KIBIBYTE),
        ),
        Line(
            "installed, one language, unpacked",
            *("KiB", stored / KIBIBYTE, 400),
            *("all files, unpacked", unpacked / KIBIBYTE),
        ),
    ]


def shown_ms(phone: Phone) -> float:
    """Open the page again, several times; the middle time until it can be used."""
    times = []
    for _ in range(ROUNDS):
        phone.page.reload()
        times.append(float(phone.page.evaluate("() => globalThis.shown")))
    return statistics.median(times)


def start_line(browser: BrowserType, folder: Path) -> Line:
    """Measure how long a kept app takes to its first page, without a network."""
    (folder / "hello").mkdir()
    (folder / "hello" / "index.html").write_text(HELLO, encoding="utf-8")
    with counted_app() as app, served(folder / "hello") as hello_url:
        phone = Phone(browser, folder / "start", app.url)
        phone.switch_on()
        phone.context.add_init_script(WHEN_SHOWN)
        phone.open()
        phone.wait_until_offline_ready()
        throttle(phone, THROTTLE)
        phone.lose_network()
        started = shown_ms(phone)
        phone.find_network()
        phone.page.goto(hello_url)
        hello = shown_ms(phone)
        phone.close()
    name = f"kept app to its first page, {THROTTLE}x slower"
    return Line(name, "ms", started, 2000, "an empty page", hello)


def write_camera_photo(phone: Phone, path: Path) -> None:
    """Write a photograph as a phone takes it, of just PHOTO_BYTES."""
    content = base64.b64decode(phone.page.evaluate(MAKE_PHOTO, PHOTO))
    assert len(content) <= PHOTO_BYTES, len(content)
    # What follows a picture's end a reader passes over.
    path.write_bytes(content + bytes(PHOTO_BYTES - len(content)))


def sealing(phone: Phone, photo: Path) -> dict[str, float]:
    """Write a report with the photo and time its sealing."""
    phone.begin(Words())
    phone.page.evaluate(TIME_SEALING)
    phone.give("Add a file", [photo])
    times: dict[str, float] = phone.page.evaluate("() => globalThis.sealing")
    phone.press("Done")
    phone.heading("Your reports")
    # The store has one size: the next round needs the room.
    phone.reports.first.click()
    phone.press("Remove")
    phone.press("Remove it")
    phone.heading("Your reports")
    return times


def bare_sealing(running: Browser, folder: Path) -> float:
    """Measure the arithmetic alone."""
    (folder / "bare").mkdir()
    bundle(folder / "bare")
    with served(folder / "bare") as url:
        page = running.new_page()
        page.goto(url)
        times = [page.evaluate(f"bareSealing({PHOTO_BYTES})") for _ in range(ROUNDS)]
        page.close()
    return float(min(times))


Times = list[dict[str, float]]


def rounds(phones: Sequence[Phone], photo: Path) -> list[Times]:
    """Seal on each phone in turn, round by round."""
    times: list[Times] = [[] for _phone in phones]
    for _round in range(ROUNDS):
        for phone, kept in zip(phones, times, strict=True):
            phone.page.bring_to_front()
            kept.append(sealing(phone, photo))
    return times


def photo_lines(phones: Sequence[Phone], folder: Path, bare: float) -> list[Line]:
    """Measure a report with a photo on this build's phone, and on another's if there is one."""
    photo = folder / "photo.jpg"
    write_camera_photo(phones[0], photo)
    plain = rounds(phones, photo)
    native = min(phones[0].page.evaluate(NATIVE_SEALING, PHOTO_BYTES) for _ in range(ROUNDS))
    for phone in phones:
        throttle(phone, THROTTLE)
    slowed = rounds(phones, photo)
    for phone in phones:
        throttle(phone, 1)
    return [
        line
        for label, free, slow in zip(("", "other build: "), plain, slowed, strict=False)
        for line in sealing_lines(label, free, slow, native, bare)
    ]


def sealing_lines(
    label: str, plain: Times, slowed: Times, native: float, bare: float
) -> list[Line]:
    """Say what sealing took: the whole of it, and what the page's thread has of it."""
    # Other programs only ever slow a round down: the best one says what the code can do.
    best = min(plain, key=lambda times: times["whole"])
    throttled = min(slowed, key=lambda times: times["whole"])
    longest = statistics.median(times["task"] for times in slowed)
    by_browser = ("native SHA-256 and AES", native * THROTTLE)
    alone = ("bare hash, cipher and ids", bare * THROTTLE)
    most = {"whole": 1500.0, "task": 50.0} if label == "" else {}
    parts = {"look": "looking into the photo", "attach": "sealing it", "seal": "Save until saved"}
    return [
        Line(
            f"{label}report with a 5 MB photo, page slowed",
            *("ms", throttled["whole"], most.get("whole"), *by_browser),
        ),
        *(
            Line(f"{label}  of it: {words}", "ms", throttled[part], None, "plain", best[part])
            for part, words in parts.items()
        ),
        Line(
            f"{label}the same, all of it {THROTTLE}x slower",
            *("ms", best["whole"] * THROTTLE, most.get("whole"), *alone),
        ),
        Line(
            f"{label}longest task of the page meanwhile",
            *("ms", longest, most.get("task"), "its best round", min_task(slowed)),
        ),
    ]


def min_task(slowed: Times) -> float:
    """Read the longest task of the round that had the shortest such."""
    return min(times["task"] for times in slowed)


def heap_megabytes(phone: Phone) -> float:
    """Read what the page's scripts hold (JSHeapUsedSize), after the garbage is gone."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    heap = {one["name"]: one["value"] for one in metrics}["JSHeapUsedSize"]
    return float(heap) / MEGABYTE


def memory_line(phone: Phone) -> Line:
    """Measure the page's memory with many reports that wait."""
    phone.wait_until_offline_ready()
    phone.lose_network()
    before = heap_megabytes(phone)
    write_many(phone, Words(), QUEUED)
    after = heap_megabytes(phone)
    return Line(f"memory, {QUEUED} reports wait", "MB", after, 60, "before them", before)


@contextmanager
def joined(browser: BrowserType, folder: Path, beside: Path | None) -> Iterator[list[Phone]]:
    """Join a real desk with a phone, and with one of another build."""
    (folder / "home").mkdir()
    spine = Spine(folder / "home")
    spine.start()
    with ExitStack() as ends:
        ends.callback(spine.stop)
        urls = [spine.addresses.phone_url]
        if beside is not None:
            urls.append(ends.enter_context(counted_app(beside)).url)
        phones = [Phone(browser, folder / f"phone {at}", url) for at, url in enumerate(urls)]
        for phone in phones:
            ends.callback(phone.close)
            phone.join(spine.addresses.invite)
            phone.wait_until_offline_ready()
        yield phones


def lines(beside: Path | None) -> list[Line]:
    """Measure everything; nothing where there is no Chromium."""
    path = chromium_path()
    if path is None:
        return []
    with tempfile.TemporaryDirectory() as name, running_chromium(path) as running:
        folder, browser = Path(name), running.browser_type
        table = [*size_lines(browser, folder), start_line(browser, folder)]
        bare = bare_sealing(running, folder)
        with joined(browser, folder, beside) as phones:
            return [*table, *photo_lines(phones, folder, bare), memory_line(phones[0])]


def main() -> int:
    """Print the table; 1 when a mark is missed."""
    asked = argparse.ArgumentParser(description="what the phone app costs")
    asked.add_argument("--beside", type=Path, help="folder of another build of the app")
    table = lines(asked.parse_args().beside)
    if not table:
        print(MISSING)
        return 0
    print(f"{'phone app':<50}{'measured':>10}{'':>5}{'mark':>8}  yardstick")
    for line in table:
        most = "" if line.most is None else f"{line.most:.0f}"
        missed = "  MISSED" if line.missed() else ""
        print(
            f"{line.name:<50}{line.value:>10.1f}{line.unit:>5}{most:>8}"
            f"  {line.beside:.1f} {line.yardstick}{missed}"
        )
    return int(any(line.missed() for line in table))


if __name__ == "__main__":
    sys.exit(main())
