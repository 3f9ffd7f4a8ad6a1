"""Take the pictures in `docs/screenshots` anew, from the demonstration, in English and Arabic.

Everything shown is real: relay, phone app and desk run as `make run DEMO=1` starts them, in a
throw-away home, and a person sets up the desk and joins with a phone. With the word `walk` only the
pictures of docs/phone.md are taken: every page of the phone app, in two languages and two looks.
With the word `desk` only those of docs/desk.md: every page of the desk, likewise.
"""

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyotp
from playwright.sync_api import Browser, Page

from tests.browser.support.desk_pages import DESKTOP
from tests.browser.support.desk_walk import Entrance, Walk
from tests.browser.support.phone import Phone
from tests.browser.support.walk import walk
from tests.support.chromium import MISSING, chromium_path, running_chromium

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURES: Final = ROOT / "docs" / "screenshots"
LANGUAGES: Final = ("en", "ar")
WALK: Final = PICTURES / "phone"
LOOKS: Final = ("light", "sunlight")
WEAR_LOOK: Final = "(look) => { document.documentElement.dataset.look = look; }"
DESK_WALK: Final = PICTURES / "desk"
THEMES: Final = ("light", "dark")
WEAR_THEME: Final = "(theme) => { document.documentElement.dataset.theme = theme; }"
DESK_PICTURE: Final = {
    "format": "webp",
    "quality": 45,
    "clip": {"x": 0, "y": 0, **DESKTOP, "scale": 0.75},
}
"""Pages of the desk are wide: at three quarters and in WebP a picture stays readable and small."""
START_SECONDS: Final = 300
"""The demonstration's year takes half a minute on two idle cores."""

PHONE_PAGES: Final = {
    "join": "join",
    "desk": "compare",
    "write, choosing": "categories",
    "write": "write",
    "sealed": "sealed",
    "home": "home",
    "thread": "report",
}
"""Pages of the walk that get a picture, and its name."""


@contextmanager
def demonstration() -> Iterator[dict[str, str]]:
    """Run relay, phone app and desk with the demonstration's year.

    Yields:
        What `server up --json` says: the addresses, the invite and the first-login link.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-pictures-") as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "server", "up", "--demo", "--json"],
            cwd=ROOT,
            env={**os.environ, "TOCSIN_HOME": home}
            | {"TOCSIN_RELAY_PORT": "0", "TOCSIN_DESK_PORT": "0"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield json.loads(process.stdout.readline() if process.stdout else "")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(START_SECONDS)


def take_desk(browser: Browser) -> None:
    """Take every page of the desk in every language and look; each walk founds a desk anew."""
    DESK_WALK.mkdir(parents=True, exist_ok=True)

    def visit(name: str, page: Page) -> None:
        camera = page.context.new_cdp_session(page)
        for theme in reversed(THEMES):
            page.evaluate(WEAR_THEME, theme)
            taken = camera.send("Page.captureScreenshot", DESK_PICTURE)
            picture = DESK_WALK / picture_name(name, language, theme, "webp")
            picture.write_bytes(base64.b64decode(taken["data"]))
        camera.detach()

    for language in LANGUAGES:
        with demonstration() as said:
            desk = said["desk_url"].rstrip("/")
            # Without motion no colour is caught half-way from one look to the next.
            context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
            context.add_cookies([{"name": "language", "value": language, "url": desk}])
            entrance = Entrance(desk, said["first_login_url"], lambda key: pyotp.TOTP(key).now())
            Walk(context.new_page(), entrance, visit).go()
            context.close()


def take_phone(browser: Browser, said: dict[str, str]) -> None:
    """Take the phone's pages in every language."""

    def visit(name: str, page: Page) -> None:
        if name in PHONE_PAGES:
            page.screenshot(path=PICTURES / f"phone-{PHONE_PAGES[name]}-{language}.png")

    for language in LANGUAGES:
        with tempfile.TemporaryDirectory(prefix="tocsin-phone-") as profile:
            phone = Phone(
                browser.browser_type, Path(profile), said["phone_url"], device_scale_factor=2
            )
            walk(phone, said["invite"], language, visit)
            phone.close()


def picture_name(page: str, language: str, look: str, ending: str = "png") -> str:
    """Name the picture of a page of a walk.

    Args:
        page: its name in the walk.
        language: one of LANGUAGES.
        look: one of LOOKS or of THEMES.
        ending: what kind of file it is.

    Returns:
        A file name.
    """
    return f"{page.replace(', ', '-').replace(' ', '-')}-{language}-{look}.{ending}"


def take_walk(browser: Browser, said: dict[str, str]) -> None:
    """Take every page of the phone app, small, in every language and look."""
    WALK.mkdir(parents=True, exist_ok=True)

    def visit(name: str, page: Page) -> None:
        for look in reversed(LOOKS):
            page.evaluate(WEAR_LOOK, look)
            page.screenshot(path=WALK / picture_name(name, language, look))

    for language in LANGUAGES:
        with tempfile.TemporaryDirectory(prefix="tocsin-phone-") as profile:
            # Without motion no colour is caught half-way from one look to the next.
            phone = Phone(
                browser.browser_type, Path(profile), said["phone_url"], reduced_motion="reduce"
            )
            walk(phone, said["invite"], language, visit)
            phone.close()


def main(words: Sequence[str]) -> int:
    """Take every picture, or those of one walk alone."""
    path = chromium_path()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_chromium(path) as browser:
        if "walk" not in words:
            take_desk(browser)
        if "desk" not in words:
            with demonstration() as said:
                if "walk" not in words:
                    take_phone(browser, said)
                take_walk(browser, said)
    taken = [picture for picture in PICTURES.rglob("*") if picture.is_file()]
    print(f"screenshots: {len(taken)} in {PICTURES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
