"""How long the phone app takes to seal, in this machine's Chromium, plain and slowed six times.

Run by `make bench`. The app's own code is bundled as it is shipped and runs on the browser's own
database; the slow half uses DevTools' CPU throttle, which stands in for a phone of some years ago.
Exit code 1 when a mark is missed, 0 with one loud line where there is no Chromium.
"""

import functools
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.support.chromium import MISSING, chromium_path, running_chromium

ROOT: Final = Path(__file__).resolve().parents[2]
ENTRY: Final = ROOT / "client_sync/phone/test/support/bench_page.ts"
THROTTLE: Final = 6
REPORT_BYTES: Final = 2048
PHOTO_BYTES: Final = 1_000_000
SEALS: Final = 40
WARM_UPS: Final = 10
"""Seals before those that count: a just-in-time compiler is still at work in them."""


@dataclass(frozen=True)
class Row:
    """One line of the table, in milliseconds; `most` is the mark, where there is one."""

    name: str
    median: float
    worst: float
    most: float | None = None

    def missed(self) -> bool:
        """Tell whether the mark is missed."""
        return self.most is not None and self.median > self.most


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: the table is the output."""


def bundle(folder: Path) -> None:
    """Bundle the page's code as the app's build does, and a page around it."""
    esbuild = ROOT / "node_modules/.bin/esbuild"
    flags = ["--bundle", "--minify", "--format=iife", "--target=chrome100", "--log-level=error"]
    command = [str(esbuild), str(ENTRY), *flags, f"--outfile={folder / 'bench.js'}"]
    subprocess.run(command, check=True, cwd=ROOT)
    page = "<!doctype html><meta charset=utf-8><title>bench</title><script src=bench.js></script>"
    (folder / "index.html").write_text(page, encoding="utf-8")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback: WebCrypto wants a secure origin, and a file has none."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def throttle(page: Page, rate: int) -> None:
    """Slow the page's processor down."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})


def row(name: str, times: list[float], most: float | None = None) -> Row:
    """Make a line of several measurements."""
    return Row(name, statistics.median(times), max(times), most)


def measure(page: Page, label: str, seal_most: float) -> list[Row]:
    """Measure one half of the table."""
    seal = f"sealTimes({REPORT_BYTES}, {SEALS})"
    save = f"saveTimes({REPORT_BYTES}, 15)"
    # The app rehearses once after it opened; a person's first report comes after that.
    page.evaluate("rehearse()")
    first = page.evaluate(f"sealTimes({REPORT_BYTES}, 1)")
    page.evaluate(f"sealTimes({REPORT_BYTES}, {WARM_UPS})")
    return [
        row(f"seal a 2 KB report, the first one, {label}", first, seal_most),
        row(f"seal a 2 KB report, {label}", page.evaluate(seal), seal_most),
        row(f"save it: seal, vault, disk, {label}", page.evaluate(save)),
        row(f"attach a 1 MB photo, {label}", [page.evaluate(f"attachTime({PHOTO_BYTES})")]),
        row(f"open by a passphrase, {label}", [page.evaluate("passphraseTime()")]),
    ]


def rows() -> list[Row]:
    """Measure both halves, each in a fresh page."""
    path = chromium_path()
    if path is None:
        return []
    with tempfile.TemporaryDirectory() as name, running_chromium(path) as browser:
        folder = Path(name)
        bundle(folder)
        with served(folder) as url:
            table: list[Row] = []
            for label, rate, most in (("plain", 1, 20.0), (f"{THROTTLE}x slower", THROTTLE, 150.0)):
                page = browser.new_page()
                page.goto(url)
                throttle(page, rate)
                table += measure(page, label, most)
                page.close()
    return table


def main() -> int:
    """Print the table; 1 when a mark is missed."""
    table = rows()
    if not table:
        print(MISSING)
        return 0
    print(f"{'phone, milliseconds':<48}{'median':>9}{'worst':>9}{'mark':>9}")
    for line in table:
        mark = "" if line.most is None else f"{line.most:.0f}{' MISSED' if line.missed() else ''}"
        print(f"{line.name:<48}{line.median:>9.1f}{line.worst:>9.1f}{mark:>9}")
    return int(any(line.missed() for line in table))


if __name__ == "__main__":
    sys.exit(main())
