"""The Chromium that browser tests drive: whichever this machine has installed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, expect, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Programs that are a Chromium, in the order they are tried."""

MISSING: Final = (
    "NO CHROMIUM: browser tests are skipped. Install it (Debian: apt install chromium "
    "fonts-noto-core) or name it in TOCSIN_CHROMIUM."
)
"""The one line that a person reads when browser tests cannot run."""

WAIT_MILLISECONDS: Final = 60_000
"""How long a condition may take on two busy cores; nothing waits that long when all is well."""


def chromium_path() -> str | None:
    """Find the browser.

    Returns:
        The program's path: TOCSIN_CHROMIUM where it is set, else the first of NAMES that is
        installed, else None.
    """
    named = os.environ.get("TOCSIN_CHROMIUM")
    candidates = (named,) if named else NAMES
    return next((path for path in map(shutil.which, candidates) if path), None)


@contextmanager
def running_chromium(path: str) -> Iterator[Browser]:
    """Run one headless browser that asks nobody anything by itself.

    Args:
        path: the program, as `chromium_path` found it.
    """
    # Root and many containers have no sandbox to give; the pages it opens here are our own.
    flags = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()
