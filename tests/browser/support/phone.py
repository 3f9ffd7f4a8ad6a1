"""A person with a phone: a phone-sized Chromium with a storage that outlives its windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, BrowserType, Locator, Page, expect

from tests.support.chromium import chromium_path

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MILLISECONDS: Final = 30_000
"""How long a condition may take on two busy cores; nothing waits that long when all is well."""

MOST_PRESSES: Final = 20

WAITING: Final = "Waiting on this phone"
HANDED_OVER: Final = "Handed over"
AT_DESK: Final = "At the desk"
ANSWERED: Final = "The desk has an answer"


@dataclass(frozen=True)
class Words:
    """What a person writes in one report."""

    text: str = "Two trucks came at dawn and took the young men of the street."
    category: str = "Taken, held or missing"
    place: str = ""
    when: str = "Today"


class Phone:
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
        expect(page.locator("h1")).to_be_visible(timeout=WAIT_MILLISECONDS)
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
        """The one page that is open."""
        pages = self.context.pages
        return pages[0] if pages else self.context.new_page()

    def lose_network(self) -> None:
        """Leave the reach of every network."""
        self.context.set_offline(offline=True)

    def find_network(self) -> None:
        """Come back to a network."""
        self.context.set_offline(offline=False)

    def heading(self, text: str) -> None:
        """Wait for a page by its heading."""
        expect(self.page.locator("h1")).to_have_text(text, timeout=WAIT_MILLISECONDS)

    def press(self, name: str) -> None:
        """Press the button that says so."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose_english(self) -> None:
        """Answer the first page."""
        self.press("English")

    def join(self, invite: str) -> None:
        """Come in by a pasted invite, up to the home page."""
        self.open()
        self.choose_english()
        self.page.get_by_label("Paste the invite here").fill(invite)
        self.press("Show the desk")
        self.agree()

    def agree(self) -> None:
        """Take the desk shown for the right one."""
        self.heading("Is this your desk?")
        self.press("It is the same: join")
        self.heading("What this hides")
        self.press("I understand")
        self.heading("Your reports")

    def wait_until_offline_ready(self) -> None:
        """Wait until the app's files are kept on the phone."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")

    def begin(self, words: Words) -> None:
        """Write the answers of a report and leave it open."""
        self.press("Write a report")
        self.press(words.category)
        self.page.get_by_label("What happened?").fill(words.text)
        self.page.get_by_label(words.when, exact=True).check()
        if words.place:
            self.page.get_by_label("Where did it happen?").fill(words.place)

    def add_files(self, files: Sequence[Path]) -> None:
        """Add files and wait until each is sealed."""
        self.page.get_by_label("Add a file").set_input_files(list(files))
        for file in files:
            expect(self.page.locator(".attached", has_text=file.name)).to_contain_text("sealed")

    def seal(self) -> None:
        """Save what is open, and go home."""
        self.press("Save and seal")
        self.heading("Saved and sealed")
        self.press("Done")
        self.heading("Your reports")

    def write(self, words: Words, files: Sequence[Path] = ()) -> None:
        """Write and seal a report."""
        self.begin(words)
        if files:
            self.add_files(files)
        self.seal()

    def send(self) -> str:
        """Press "Send now" and wait for what it brought, in the app's words."""
        self.press("Send now")
        result = self.page.locator(".result")
        expect(result).to_be_visible(timeout=WAIT_MILLISECONDS)
        return result.inner_text()

    def send_everything(self) -> None:
        """Press "Send now" until nothing waits on the phone any more."""
        nothing_left = self.page.get_by_text("Nothing is waiting to be sent.")
        for _press in range(MOST_PRESSES):
            self.send()
            if nothing_left.is_visible():
                return
        raise AssertionError(f"something still waits after {MOST_PRESSES} presses")

    def states(self) -> list[str]:
        """Read the state of every sealed report listed, newest first."""
        return self.reports.locator(".state").all_inner_texts()

    def shows(self, *states: str) -> None:
        """Wait until the sealed reports listed stand so, newest first."""
        expect(self.reports.locator(".state")).to_have_text(list(states), timeout=WAIT_MILLISECONDS)

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
        expect(fresh.locator("h1")).to_be_visible(timeout=WAIT_MILLISECONDS)
