"""A walk through every page of the phone app, by place and not by words, in any language."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page

from tests.browser.support.phone import Phone

Visit = Callable[[str, Page], None]

LANGUAGE_NAMES: Final = {"en": "English", "ar": "العربية", "fr": "Français"}
BRIEFING: Final = ["about", "about, limits", "about, checkpoint", "about, before", "about, danger"]
PAGES: Final = [
    "language",
    "join",
    "scan",
    *BRIEFING,
    "desk",
    "home, empty",
    "write, choosing",
    "write",
    "write, map",
    "form",
    "form, answered",
    "write, throwing away",
    "home, draft removed",
    "sealed",
    "home",
    "thread",
    "thread, removing",
    "follow, not safe",
    "follow, taking back",
    "carry",
    "show",
    "collect",
    "settings",
    "thrift",
    "lock",
    "passphrase",
    "wipe",
    "lock, protected",
    "practice",
    "decoy",
    "locked",
    "notes",
    "note",
]
"""Every page, in the order of the walk."""


def walk(phone: Phone, invite: str, language: str, visit: Visit) -> list[str]:
    """Open every page once.

    Args:
        phone: one that is new.
        invite: of a desk.
        language: in which to walk; one of LANGUAGE_NAMES.
        visit: called at each page, with its name in PAGES.

    Returns:
        The names of the pages visited, in order.
    """
    visited: list[str] = []

    def come_to(name: str) -> None:
        visit(name, page)
        visited.append(name)

    page = phone.open()
    come_to("language")
    phone.press(LANGUAGE_NAMES[language])
    _enter(page, invite, come_to)
    _write(page, come_to)
    _read(page, come_to)
    return visited


def _primary(page: Page) -> None:
    """Press the one action of the page."""
    page.locator(".primary").click()


def _back(page: Page) -> None:
    page.locator(".top .corner").first.click()


def _enter(page: Page, invite: str, come_to: Callable[[str], None]) -> None:
    page.locator("#invite").wait_for()
    come_to("join")
    page.locator("button.plain").first.click()
    page.locator("video").wait_for()
    come_to("scan")
    _back(page)
    page.locator(".way").click()
    page.locator(".facts").first.wait_for()
    for name in BRIEFING[:-1]:
        come_to(name)
        _primary(page)
    come_to(BRIEFING[-1])
    _back(page)
    page.locator("#invite").fill(invite)
    _primary(page)
    page.locator(".fingerwords").wait_for()
    come_to("desk")
    _primary(page)
    page.locator(".facts").first.wait_for()
    page.locator(".page .row .plain").last.click()
    page.locator(".empty").wait_for()
    come_to("home, empty")


def _write(page: Page, come_to: Callable[[str], None]) -> None:
    _primary(page)
    page.locator(".category").first.wait_for()
    come_to("write, choosing")
    page.locator(".category").first.click()
    page.locator("#text").fill("Words that nobody but the desk shall read.")
    page.locator("#when input[value=other]").check()
    page.locator("#place").fill("At the old well")
    page.locator("#place-precision").wait_for()
    come_to("write")
    page.locator("button", has=page.locator("use[href$='#globe']")).click()
    page.locator("canvas.map").wait_for()
    come_to("write, map")
    _answer(page, come_to)
    page.locator(".page > .plain.quiet").click()
    page.get_by_role("alertdialog").wait_for()
    come_to("write, throwing away")
    page.get_by_role("alertdialog").get_by_role("button").first.click()
    page.locator("#removed").wait_for()
    page.locator(".ways").wait_for()
    come_to("home, draft removed")
    page.locator("#removed button").click()
    page.locator("#text").wait_for()
    _primary(page)
    page.locator(".seal").wait_for()
    come_to("sealed")
    _primary(page)
    page.locator(".ways").wait_for()
    come_to("home")


def _answer(page: Page, come_to: Callable[[str], None]) -> None:
    page.locator("#form-conduct").click()
    page.locator("#q-who").wait_for()
    come_to("form")
    page.locator("#q-who input").first.check()
    page.locator("#q-done input").first.check()
    page.locator("#q-affected").fill("?")
    page.locator("#q-affected-problem").wait_for()
    come_to("form, answered")
    page.locator("#q-affected").fill("")
    page.locator("#q-affected-problem").wait_for(state="detached")
    _back(page)
    page.locator("#text").wait_for()


def _spare(page: Page, come_to: Callable[[str], None]) -> None:
    page.locator(".way", has=page.locator("use[href$='#link']")).click()
    page.locator("#budget").wait_for()
    come_to("thrift")
    _back(page)
    page.locator("#look").wait_for()


def _read(page: Page, come_to: Callable[[str], None]) -> None:
    _thread(page, come_to)
    page.locator(".ways .way").first.click()
    page.locator("input[type=file]").wait_for(state="attached")
    come_to("carry")
    _carry(page, come_to)
    _back(page)
    page.locator(".ways").wait_for()
    page.locator(".top .corner").click()
    page.locator("#look").wait_for()
    come_to("settings")
    _spare(page, come_to)
    _to_lock(page)
    come_to("lock")
    page.locator("section .plain").first.click()
    page.locator("#second").wait_for()
    come_to("passphrase")
    _back(page)
    page.locator("#disguise").wait_for()
    _back(page)
    page.locator("#look").wait_for()
    page.locator(".plain.grave").click()
    page.locator("#look").wait_for(state="detached")
    page.locator(".row .grave").wait_for()
    come_to("wipe")
    _back(page)
    page.locator("#look").wait_for()
    _lock(page, come_to)
    _look_innocent(page, come_to)


def _to_lock(page: Page) -> None:
    page.locator(".page .way").nth(1).click()
    page.locator("#disguise").wait_for()


def _thread(page: Page, come_to: Callable[[str], None]) -> None:
    page.locator(".report").click()
    page.locator(".timeline").wait_for()
    come_to("thread")
    page.locator("section.block").last.get_by_role("button").click()
    page.get_by_role("alertdialog").wait_for()
    come_to("thread, removing")
    page.get_by_role("alertdialog").get_by_role("button").last.click()
    for place, name in ((-1, "not safe"), (-2, "taking back")):
        page.locator(".way").nth(place).click()
        page.locator("#text").wait_for()
        come_to(f"follow, {name}")
        _back(page)
        page.locator(".timeline").wait_for()
    _back(page)


def _carry(page: Page, come_to: Callable[[str], None]) -> None:
    page.locator("section.block").nth(0).get_by_role("button").first.click()
    page.locator("input[type=file]").wait_for(state="detached")
    come_to("show")
    _back(page)
    page.locator("input[type=file]").wait_for(state="attached")
    page.locator("section.block").nth(1).get_by_role("button").first.click()
    page.locator("video").wait_for()
    come_to("collect")
    _back(page)
    page.locator("input[type=file]").wait_for(state="attached")


def _lock(page: Page, come_to: Callable[[str], None]) -> None:
    _to_lock(page)
    page.locator("section .plain").first.click()
    page.locator("#first").fill("four words of mine")
    page.locator("#second").fill("four words of mine")
    _primary(page)
    page.locator("#wipe-after").wait_for()
    come_to("lock, protected")
    page.locator("section .way").click()
    page.locator(".practice").wait_for()
    come_to("practice")
    _back(page)
    page.locator("#wipe-after").wait_for()
    page.locator("section .plain").nth(1).click()
    page.locator("#decoy").wait_for()
    come_to("decoy")
    page.locator("#decoy").fill("blue bread")
    _primary(page)
    page.locator("#wipe-after").wait_for()
    page.reload()
    page.locator("#passphrase").wait_for()
    come_to("locked")


def _look_innocent(page: Page, come_to: Callable[[str], None]) -> None:
    """Open what the decoy's passphrase opens."""
    page.locator("#passphrase").fill("blue bread")
    _primary(page)
    page.locator(".page .way").first.wait_for()
    come_to("notes")
    _primary(page)
    page.locator("#note").wait_for()
    come_to("note")
