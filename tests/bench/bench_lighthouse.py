"""Lighthouse at every page of the phone app: accessibility 100, best practices 100.

Run by `make bench`, or alone: `python -m tests.bench.bench_lighthouse [en ar ...]`. The real build,
served by a really started relay with the policy that a deployment sends, in this machine's
Chromium; each page of the walk is audited as it stands, and the first once more as a new visitor
opens it. Nothing but loopback can be reached. Exit code 1 when a page has less than 100, with the
audits that failed, or when the packages cannot be had; 0 with one loud line where there is no
Chromium.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from playwright.sync_api import BrowserType, Page

from tests.browser.support.phone import FLAGS, Phone
from tests.browser.support.spine import Addresses, Spine
from tests.browser.support.walk import LANGUAGE_NAMES, walk
from tests.support.chromium import MISSING, chromium_path, running_chromium
from tests.support.npm_folder import PackagesMissingError, npm_folder
from tests.support.sources import ROOT

SOURCE: Final = Path(__file__).resolve().parent / "audits"
CACHE: Final = ROOT / ".cache" / "bench"
PROGRAM: Final = ("node", "audit.mjs")
MARK: Final = 100
ONLY_LOOPBACK: Final = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

Audit = Callable[[str], dict[str, Any]]
"""Audit the page as it stands for "", or open an address first."""


@dataclass
class Tally:
    """What was audited so far."""

    pages: int = 0
    audits: int = 0
    least: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def take(self, page: str, told: dict[str, Any]) -> None:
        """Count the results of one page."""
        self.pages += 1
        if told["error"]:
            self.wrong.append(f"{page}: {told['error']}")
        for result in told["results"]:
            self.audits += result["ran"]
            name, score = result["name"], result["score"]
            self.least[name] = min(score, self.least.get(name, MARK))
            if score < MARK:
                self.wrong.append(f"{page}: {name} {score}")
            for audit in result["failed"]:
                places = ", ".join(audit["places"])
                self.wrong.append(f"{page}: {audit['id']} ({audit['title']}): {places}")


@contextmanager
def auditor(folder: Path, profile: Path) -> Iterator[Audit]:
    """Run Lighthouse beside an open browser that wrote its debugging port into its profile."""
    port = (profile / "DevToolsActivePort").read_text(encoding="utf-8").splitlines()[0]
    process = subprocess.Popen(
        (*PROGRAM, f"http://127.0.0.1:{port}"),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asks: IO[str] = process.stdin
    tells: IO[str] = process.stdout

    def audit(address: str) -> dict[str, Any]:
        asks.write(f"{address}\n")
        asks.flush()
        told: dict[str, Any] = json.loads(tells.readline())
        return told

    with process:
        yield audit
        asks.close()


def audit_walk(
    browser: BrowserType, language: str, addresses: Addresses, folder: Path, tally: Tally
) -> None:
    """Audit every page in one language."""
    with tempfile.TemporaryDirectory(prefix="tocsin-audit-") as profile:
        flags = [*FLAGS, ONLY_LOOPBACK, "--remote-debugging-port=0"]
        phone = Phone(
            browser, Path(profile), addresses.phone_url, args=flags, reduced_motion="reduce"
        )
        phone.switch_on()
        with auditor(folder, Path(profile)) as audit:

            def visit(name: str, _page: Page) -> None:
                tally.take(f"{name} ({language})", audit(""))

            walk(phone, addresses.invite, language, visit)
            tally.take(f"a first visit ({language})", audit(addresses.phone_url))
        phone.close()


def main(languages: Sequence[str]) -> int:
    """Audit the walk in some languages, or in all; 1 when anything has less than 100."""
    path = chromium_path()
    if path is None:
        print(MISSING)
        return 0
    tally = Tally()
    try:
        folder = npm_folder(SOURCE, CACHE)
    except PackagesMissingError as error:
        print(f"NO LIGHTHOUSE: {error}")
        return 1
    with tempfile.TemporaryDirectory(prefix="tocsin-audits-") as place:
        home = Path(place) / "home"
        home.mkdir()
        servers = Spine(home)
        addresses = servers.start()
        with running_chromium(path) as browser:
            for language in languages or LANGUAGE_NAMES:
                audit_walk(browser.browser_type, language, addresses, folder, tally)
        servers.stop()
    print("\n".join(tally.wrong))
    print(f"{tally.pages} pages, {tally.audits} audits; the least of all pages: {tally.least}")
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
