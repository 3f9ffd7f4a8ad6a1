"""Every page: neutral outside, reachable for everybody, laid out from right to left where due."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import MakePhone
from tests.browser.support.keys import tab_to
from tests.browser.support.phone import Phone
from tests.browser.support.spine import REPOSITORY, Spine
from tests.browser.support.walk import PAGES, walk

pytestmark = pytest.mark.browser

AXE: Final = (REPOSITORY / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
LEAST_TARGET_PIXELS: Final = 48

RUN_AXE: Final = """async () => {
  const run = await axe.run(document, { resultTypes: ["violations"] });
  return run.violations.map((found) =>
    `${found.id}: ${found.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""
SMALL_TARGETS: Final = """(least) =>
  [...document.querySelectorAll("button, select, textarea, .tile, label.plain, input")]
    .filter((node) => !node.matches(".tile > input, .unseen"))
    .map((node) => [node.textContent || node.id, node.getBoundingClientRect()])
    .filter(([, box]) => box.height < least || box.width < least)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""
OVERFLOW: Final = """() =>
  document.documentElement.scrollWidth - document.documentElement.clientWidth"""
OUTSIDE: Final = "() => [document.title, location.pathname, location.search, location.hash]"
CHECKED_ELSEWHERE: Final = {"messages": "test_phone_carry.py"}
"""Pages that only a desk with a number for text messages has, and where they are checked."""
FOCUS_ELSEWHERE: Final = {
    "language",
    "locked",
    "write",
    "write, map",
    "form, answered",
    "write, throwing away",
    "home, draft removed",
    "thread, removing",
}
"""Pages that open with the app, and steps of a page that move the focus to what is asked next."""
FOCUSED: Final = "() => document.activeElement?.tagName ?? ''"
TEXT_SIZE: Final = "(size) => { document.documentElement.style.fontSize = size; }"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_no_page_breaks_a_rule_of_accessibility_in_any_look(
    make_phone: MakePhone, standing: Spine, language: str
) -> None:
    broken: list[str] = []

    def visit(name: str, page: Page) -> None:
        page.evaluate(AXE)
        for look in ("light", "dark", "sunlight"):
            page.evaluate("(look) => { document.documentElement.dataset.look = look; }", look)
            broken.extend(f"{name}, {look}: {found}" for found in page.evaluate(RUN_AXE))

    # Colours must not be caught half-way from one look to the next.
    still = make_phone(reduced_motion="reduce")
    assert walk(still, standing.addresses.invite, language, visit) == PAGES
    assert broken == []


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_every_page_is_neutral_outside_and_fits_a_small_screen_and_large_text(
    make_phone: MakePhone, standing: Spine, language: str
) -> None:
    wrong: list[str] = []

    def visit(name: str, page: Page) -> None:
        if page.evaluate(OUTSIDE) != ["Notes", "/app/", "", ""]:
            wrong.append(f"{name}: {page.evaluate(OUTSIDE)}")
        if page.evaluate(FOCUSED) == "BODY" and name not in {"language", "locked"}:
            wrong.append(f"{name}: the focus is lost")
        if name not in FOCUS_ELSEWHERE and page.evaluate(FOCUSED) != "H1":
            wrong.append(f"{name}: focus on {page.evaluate(FOCUSED)}")
        small = page.evaluate(SMALL_TARGETS, LEAST_TARGET_PIXELS)
        wrong.extend(f"{name}: small target {found}" for found in small)
        if page.evaluate(OVERFLOW) > 0:
            wrong.append(f"{name}: wider than the screen")
        page.evaluate(TEXT_SIZE, "225%")
        if page.evaluate(OVERFLOW) > 0:
            wrong.append(f"{name}: wider than the screen with text twice as large")
        page.evaluate(TEXT_SIZE, "")

    small_phone = make_phone(viewport={"width": 320, "height": 640})
    walk(small_phone, standing.addresses.invite, language, visit)
    assert wrong == []


def test_no_page_is_left_out_of_the_walk() -> None:
    shell = (REPOSITORY / "client_sync/phone/src/views/shell.ts").read_text(encoding="utf-8")
    routes = set(
        re.findall(r'"([a-z]+)"', shell[shell.index("Route =") : shell.index("interface")])
    )
    routes -= {"about", "purpose"} - set(PAGES)
    walked = {name.split(",")[0] for name in PAGES} | CHECKED_ELSEWHERE.keys()
    assert routes - walked == set()


def test_arabic_is_laid_out_from_right_to_left(make_phone: MakePhone, standing: Spine) -> None:
    lefts: dict[str, bool] = {}

    def visit(name: str, page: Page) -> None:
        if name == "settings":
            heading = page.locator("h1").bounding_box()
            back = page.locator(".top .corner").first.bounding_box()
            assert heading is not None
            assert back is not None
            lefts[name] = heading["x"] < back["x"]

    walk(make_phone(), standing.addresses.invite, "ar", visit)
    assert lefts == {"settings": True}


def test_keyboard_alone_writes_and_seals_a_report(phone: Phone) -> None:
    page = phone.page
    reach(page, "Write a report")
    page.keyboard.press("Enter")
    phone.heading("Write a report")
    reach(page, "Taken")
    page.keyboard.press("Enter")
    page.locator("#text:focus").wait_for()
    page.keyboard.type("They took the teacher.")
    tab_to(page, page.get_by_label("Within the last hour"))
    page.keyboard.press("Space")
    reach(page, "Save and seal")
    page.keyboard.press("Enter")
    phone.heading("Saved and sealed")


def reach(page: Page, name: str) -> None:
    """Press Tab until the button is in focus."""
    tab_to(page, page.get_by_role("button", name=name, exact=True))


def test_screen_reader_hears_what_sending_brought(phone: Phone) -> None:
    said = phone.send()
    assert phone.page.locator("#spoken").inner_text() == said


def test_choice_of_look_outlives_the_app(phone: Phone, tmp_path: Path) -> None:
    phone.press("Settings")
    phone.page.get_by_label("Dark", exact=True).check()
    phone.page.locator("html[data-look=dark]").wait_for()
    phone.close()
    phone.open()
    phone.page.locator("html[data-look=dark]").wait_for()
