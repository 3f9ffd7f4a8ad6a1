"""A person with a phone: a phone-sized Chromium with a storage that outlives its windows."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, BrowserType, Error, Locator, Page, expect

from tests.browser.support.steps import (
    ANSWERED,
    AT_DESK,
    HANDED_OVER,
    WAITING,
    Steps,
    Words,
)
from tests.support.chromium import WAIT_MILLISECONDS, chromium_path

__all__ = ["ANSWERED", "AT_DESK", "FLAGS", "HANDED_OVER", "WAITING", "Phone", "Words"]

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OFFLINE_READY: Final = """async () => {
  await navigator.serviceWorker.ready;
  await navigator.locks.request("tocsin-rest", () => undefined);
}"""
"""The lock is held by whoever brings files that must be there without a network."""


class Phone(Steps):
    """What a person does with the app, and what they see."""

    def __init__(self, browser: BrowserType, profile: Path, url: str, **more: object) -> None:
        """Remember where the phone's storage lies; it is off until `open`.

        Args:
            browser: how to start a window.
            profile: the phone's storage; a second window on it is the same phone.
            url: the app, or an invite link to it.
            more: further options of the window.
        """
        self._browser = browser
        self.profile = profile
        self._url = url
        self._more = more
        self._context: BrowserContext | None = None
        self._tab: Page | None = None

    def switch_on(self) -> Page:
        """Start the browser with this phone's storage, on an empty page."""
        if self._context is None:
            options: dict[str, object] = {
                "executable_path": chromium_path(),
                "args": list(FLAGS),
                "viewport": {"width": 360, "height": 740},
                "locale": "en-GB",
                "has_touch": True,
                "is_mobile": True,
                "accept_downloads": True,
                **self._more,
            }
            self._context = self._browser.launch_persistent_context(
                self.profile,
                **options,  # type: ignore[arg-type]
            )
            self._context.set_default_timeout(WAIT_MILLISECONDS)
        return self.page

    def open(self, url: str | None = None) -> Page:
        """Open the app, as from the home screen."""
        page = self.switch_on()
        page.goto(url or self._url)
        expect(page.locator("h1")).to_be_visible()
        return page

    def close(self) -> None:
        """Close every window; what is stored stays."""
        if self._context is not None:
            self._context.close()
            self._context = None

    @property
    def context(self) -> BrowserContext:
        """The window's context, while the phone is on."""
        assert self._context is not None, "the phone is off"
        return self._context

    @property
    def page(self) -> Page:
        """The one page that is open, or the tab that this is."""
        if self._tab is not None:
            return self._tab
        pages = self.context.pages
        return pages[0] if pages else self.context.new_page()

    def lose_network(self) -> None:
        """Leave the reach of every network."""
        self.context.set_offline(offline=True)

    def find_network(self) -> None:
        """Come back to a network."""
        self.context.set_offline(offline=False)

    def join_by_file(self, file: Path) -> None:
        """Come in by a joining file, from the page that asks for a desk up to the home page."""
        self.page.get_by_text("I have a printed code or a file").click()
        self.give("Open a joining file", [file])
        self.heading("Is this your desk?")
        self.press("It is the same")
        self.heading("What this hides")
        self.press("Skip")
        self.heading("Your reports")

    def heading(self, text: str) -> None:
        """Wait for a page by its heading."""
        expect(self.page.locator("h1")).to_have_text(text)

    def press(self, name: str) -> None:
        """Press the button that says so."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        """Type into the field of that label, in place of what is there."""
        self.page.get_by_label(label).fill(text)

    def check(self, label: str) -> None:
        """Choose the answer that says so."""
        self.page.get_by_label(label, exact=True).check()

    def give(self, label: str, files: Sequence[Path]) -> None:
        """Choose files in the phone's own dialog."""
        self.page.get_by_label(label).set_input_files(list(files))

    def wait_for(self, selector: str, *texts: str) -> str:
        """Wait until a part of the page is to be seen with all these texts; what it says."""
        part = self.page.locator(selector)
        for text in texts:
            part = part.filter(has_text=text)
        expect(part).to_be_visible()
        return part.inner_text()

    def sees(self, text: str) -> bool:
        """Tell whether a sentence is on the page."""
        return self.page.get_by_text(text).is_visible()

    def wait_until_offline_ready(self) -> None:
        """Wait until a worker is in charge, and what must be there without a network is."""
        self.page.evaluate(OFFLINE_READY)

    def states(self) -> list[str]:
        """Read the state of every sealed report listed, newest first."""
        return self.reports.locator(".state").all_inner_texts()

    def shows(self, *states: str) -> None:
        """Wait until the sealed reports listed stand so, newest first."""
        expect(self.reports.locator(".state")).to_have_text(list(states))

    @property
    def reports(self) -> Locator:
        """The sealed reports listed at home."""
        return self.page.locator("[aria-labelledby='sealed-reports'] .report")

    def kill_tab(self) -> None:
        """End the tab at once, whatever it is doing, and open the app in a new one."""
        dying = self.page
        fresh = self.context.new_page()
        dying.close(run_before_unload=False)
        fresh.goto(self._url)
        expect(fresh.locator("h1")).to_be_visible()

    def second_tab(self) -> "Phone":
        """Open the app in one more tab of the same phone, and use it like a phone."""
        tab = Phone(self._browser, self.profile, self._url)
        tab._context = self.context
        tab._tab = self.context.new_page()
        tab.open()
        return tab

    def crash_tab(self) -> None:
        """Let the tab's process die, as a phone without memory does, and open the app anew."""
        dying = self.page
        with suppress(Error):  # it ends without a word
            dying.goto("chrome://crash")
        fresh = self.context.new_page()
        dying.close()
        fresh.goto(self._url)
        expect(fresh.locator("h1")).to_be_visible()
