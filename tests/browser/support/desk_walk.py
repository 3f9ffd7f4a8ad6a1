"""A walk through every page of the desk, by place and not by words, in any language.

The desk holds the demonstration, and nobody has set it up yet: whoever walks becomes its first
person, reads, judges, signs, and leaves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

Visit = Callable[[str, Page], None]

PAGES: Final = [
    "set up",
    "set up, codes",
    "queue",
    "queue, filters",
    "queue, ticked",
    "queue, keys",
    "queue, nothing fits",
    "report",
    "report, keys",
    "file",
    "share",
    "report, two translations",
    "incident",
    "how long it is kept",
    "incidents",
    "signals",
    "signals, line",
    "signal",
    "assess",
    "assessment",
    "publish",
    "publications",
    "publication",
    "keeping",
    "relays",
    "invite",
    "carried",
    "quarantine",
    "forms",
    "form",
    "form, draft",
    "form, question",
    "form, on a phone",
    "form, publish",
    "people",
    "leave",
    "people, invited",
    "key calendar",
    "recovery",
    "recovery, sheets",
    "recovery, one sheet",
    "audit",
    "account",
    "settings",
    "nothing here",
    "login",
    "recover",
    "link ended",
]
"""Every page, in the order of the walk."""

PASSWORD: Final = "lantern orchard gravel tuesday"
TOLD_TWICE: Final = "/queue?state=all&files=yes&q=lantern+house"
"""A fire that two people tell of, one with a picture."""
NARROW_FILTERS: Final = "/queue?state=all&coded=yes&order=event"


@dataclass(frozen=True)
class Entrance:
    """How one comes in.

    Attributes:
        desk: The desk's address, without a slash at its end.
        first_login: Address of the link with which the first person sets up.
        code: Gives what an authenticator app shows for its secret.
    """

    desk: str
    first_login: str
    code: Callable[[str], str]


class Walk:
    """One walk, with what was visited so far."""

    def __init__(self, page: Page, entrance: Entrance, visit: Visit) -> None:
        """Take an empty page, the way in, and what is done at each page."""
        self._page = page
        self._entrance = entrance
        self._visit = visit
        self.visited: list[str] = []

    def go(self) -> list[str]:
        """Open every page once.

        Returns:
            The names of the pages visited, in order.
        """
        self._enter()
        self._queue()
        self._report()
        self._signals()
        self._machine_room()
        self._leave()
        return self.visited

    def _come_to(self, name: str) -> None:
        self._visit(name, self._page)
        self.visited.append(name)

    def _open(self, path: str, name: str = "") -> None:
        self._page.goto(self._entrance.desk + path)
        if name:
            self._come_to(name)

    def _follow(self, link: str, name: str) -> None:
        self._page.goto(
            self._entrance.desk + str(self._page.locator(link).first.get_attribute("href"))
        )
        self._come_to(name)

    def _press(self, button: str) -> None:
        with self._page.expect_navigation():
            self._page.locator(button).first.click()

    def _show_keys(self, name: str) -> None:
        self._page.locator("#show-keys").click()
        self._come_to(name)
        self._page.keyboard.press("Escape")

    def _enter(self) -> None:
        self._page.goto(self._entrance.first_login)
        self._come_to("set up")
        secret = self._page.input_value("[name=totp_secret]")
        self._page.fill("#name", "Mira Sand")
        for field in ("#password", "#repeated"):
            self._page.fill(field, PASSWORD)
        self._page.fill("#code", self._entrance.code(secret))
        self._press("form.stack button.primary")
        self._come_to("set up, codes")

    def _queue(self) -> None:
        self._open("/queue?order=newest", "queue")
        self._open(NARROW_FILTERS, "queue, filters")
        self._open("/queue?order=newest")
        for row in (0, 1):
            self._page.locator("#rows input[type=checkbox]").nth(row).check()
        self._come_to("queue, ticked")
        self._show_keys("queue, keys")
        self._open("/queue?state=spam", "queue, nothing fits")

    def _report(self) -> None:
        page = self._page
        self._open(TOLD_TWICE)
        self._page.goto(
            self._entrance.desk + str(page.locator(".row-link").first.get_attribute("href"))
        )
        self._press("#acts [data-key=c]")
        self._press("#acts [data-key=c]")
        self._come_to("report")
        self._show_keys("report, keys")
        self._file()
        self._translate_twice()
        self._press("[data-key=s]")
        self._follow(".in-incident a", "incident")
        self._follow("a[href^='/keeping/']", "how long it is kept")
        self._open("/incidents", "incidents")

    def _file(self) -> None:
        """Look at all that is known of the report's picture, with an area drawn over it."""
        address = self._page.url
        self._page.goto(
            self._entrance.desk + str(self._page.locator(".file-link").first.get_attribute("href"))
        )
        self._page.locator("#add-area").click()
        self._page.locator("#stage img").evaluate("(image) => image.decode()")
        self._come_to("file")
        self._page.goto(address)
        self._follow(".witness a[href$='/words']", "share")
        self._page.goto(address)

    def _translate_twice(self) -> None:
        """Write a translation where a colleague has kept another one meanwhile."""
        address = self._page.url
        colleague = self._page.context.new_page()
        colleague.goto(address)
        for page, text in (
            (colleague, "The lantern house of Ambrelle has burned."),
            (self._page, "Ambrelle: the house of lanterns burned down."),
        ):
            page.locator("#translation details").evaluate("(box) => { box.open = true; }")
            page.fill("#translation-text", text)
            with page.expect_navigation():
                page.locator("#translation button").click()
        colleague.close()
        self._come_to("report, two translations")
        self._page.goto(address)

    def _signals(self) -> None:
        self._open("/signals", "signals")
        self._follow(".raised a, .area-table tr[data-code] a", "signals, line")
        self._open("/signals")
        self._follow(".kept tr:has(.badge.accent) a", "signal")
        here = self._page.url
        self._follow("a.primary[href$='/assessment']", "assess")
        self._page.goto(here)
        self._follow(".signatures a", "assessment")
        self._press("button[value=sign]")
        self._follow("a.primary[href$='/publication']", "publish")
        self._open("/publications", "publications")
        self._follow("main table a", "publication")

    def _machine_room(self) -> None:
        self._open("/retention", "keeping")
        self._open("/relays", "relays")
        self._follow("a[href$='/invite']", "invite")
        self._open("/carried", "carried")
        self._open("/quarantine", "quarantine")
        self._forms()
        self._open("/people", "people")
        self._follow("main a[href$='/leave']", "leave")
        self._open("/people")
        self._press("main .narrow .primary")
        self._come_to("people, invited")
        self._keys()
        self._open("/audit", "audit")
        self._open("/me", "account")
        self._open("/settings", "settings")
        self._open("/no-such-page", "nothing here")

    def _forms(self) -> None:
        self._open("/forms", "forms")
        self._follow("main table th a", "form")
        self._press("main form .primary")
        self._come_to("form, draft")
        here = self._page.url
        self._press(".question-list li:last-child .danger")
        self._follow(".question-list li:nth-child(2) a", "form, question")
        self._page.goto(here)
        self._page.goto(here + "/preview")
        self._page.locator("[data-drawn]").wait_for()
        self._come_to("form, on a phone")
        self._page.goto(here)
        self._follow("a.primary[href$='/publish']", "form, publish")

    def _keys(self) -> None:
        self._open("/keys", "key calendar")
        self._open("/recovery", "recovery")
        self._press("form[action='/recovery/make'] button")
        self._come_to("recovery, sheets")
        self._press("form[action$='/show'] button")
        self._come_to("recovery, one sheet")

    def _leave(self) -> None:
        self._press(".who button")
        self._open("/login", "login")
        self._open("/recover", "recover")
        self._page.goto(self._entrance.first_login)
        self._come_to("link ended")
