"""Pages of the desk in a browser: served by a thread, visited by people, pressed by keys alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from werkzeug.serving import make_server

from server.desk.csrf import SESSION_COOKIE
from server.desk.db import db
from tests.support.chromium import WAIT_MILLISECONDS

REPOSITORY: Final = Path(__file__).resolve().parents[3]
AXE: Final = (REPOSITORY / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE: Final = """async () => {
  const run = await axe.run(document, { resultTypes: ["violations"] });
  return run.violations.map((found) => [found.id, found.nodes.map((node) => node.html)]);
}"""
DESKTOP: Final[ViewportSize] = {"width": 1366, "height": 768}
TABLET: Final[ViewportSize] = {"width": 768, "height": 1024}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

NOT_IN_SIGHT: Final = """(selectors) => {
  const inSight = (node) => {
    const box = node.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return false;
    const edges = [new DOMRect(0, 0, innerWidth, innerHeight)];
    for (let over = node.parentElement; over; over = over.parentElement) {
      if (getComputedStyle(over).overflowY !== "visible") edges.push(over.getBoundingClientRect());
    }
    return edges.every((edge) => box.top >= edge.top - 1 && box.bottom <= edge.bottom + 1
      && box.left >= edge.left - 1 && box.right <= edge.right + 1);
  };
  return selectors.filter((selector) => {
    const node = document.querySelector(selector);
    return node === null || !inSight(node);
  });
}"""
"""Which parts a person cannot see whole without scrolling the page or a pane around them."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve a desk by a thread.

    Yields:
        Its address.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


class Visitors:
    """People who visit a desk, each with a browser of their own."""

    def __init__(self, browser: Browser, address: str) -> None:
        """Take the browser that all contexts are opened in, and the desk's address."""
        self._browser = browser
        self.address = address
        self._contexts: list[BrowserContext] = []

    def context(
        self,
        token: str,
        *,
        lang: str = "en",
        viewport: ViewportSize = DESKTOP,
        has_touch: bool = False,
        is_dark: bool = False,
        has_script: bool = True,
    ) -> BrowserContext:
        """Open a browser in which somebody is logged in.

        Nothing moves there: no colour is caught half-way from light to dark.
        """
        context = self._browser.new_context(
            viewport=viewport,
            has_touch=has_touch,
            color_scheme="dark" if is_dark else "light",
            java_script_enabled=has_script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(WAIT_MILLISECONDS)
        self._contexts.append(context)
        cookies = ((SESSION_COOKIE, token), ("language", lang))
        context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in cookies]
        )
        return context

    def open(
        self,
        path: str,
        token: str,
        *,
        lang: str = "en",
        viewport: ViewportSize = DESKTOP,
        has_touch: bool = False,
        is_dark: bool = False,
        has_script: bool = True,
    ) -> Page:
        """Open a page as somebody, in a language, on a screen."""
        page = self.context(
            token,
            lang=lang,
            viewport=viewport,
            has_touch=has_touch,
            is_dark=is_dark,
            has_script=has_script,
        ).new_page()
        page.goto(self.address + path)
        return page

    def leave(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()


def press(page: Page, *keys: str) -> None:
    """Press keys once the page listens: its script shows the button of the list of keys."""
    expect(page.locator("#show-keys")).to_be_visible()
    for key in keys:
        page.keyboard.press(key)


def not_in_sight(page: Page, *selectors: str) -> list[str]:
    """List the parts that are missing, or cut by the screen or by a pane around them."""
    found: list[str] = page.evaluate(NOT_IN_SIGHT, list(selectors))
    return found


def violations(page: Page) -> list[Any]:
    """Ask axe; the policy of the page forbids injected scripts, so it comes by evaluation."""
    page.evaluate(AXE)
    found: list[Any] = page.evaluate(RUN_AXE)
    return found


def width_of(page: Page) -> int:
    """Tell how wide the page is; wider than the screen, it would have to be scrolled sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width
