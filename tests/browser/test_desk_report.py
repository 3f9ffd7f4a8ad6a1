"""The report page: everything in sight at once, a key for every act, words that are never lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from schemas.constants import MAX_TEXT_CHARACTERS
from schemas.domain.report import Place
from schemas.domain.vocabulary import Category, PlacePrecision, Purpose, ReplyKind
from server.desk.accounts.roles import Person, Role
from server.desk.db import desk_session
from server.desk.intake.replies import queue_reply
from server.desk.intake.store import replies_to
from server.desk.keys.keyring import keyring
from server.desk.triage import acts, coding
from server.desk.triage.taxonomy import taxonomy_of
from server.desk.triage.workflow import Act
from tests.browser.support.desk_pages import (
    DESKTOP,
    PHONE,
    TABLET,
    Visitors,
    not_in_sight,
    press,
    serving,
    width_of,
)
from tests.unit.triage.desk_room import DeskRoom, open_desk_room

pytestmark = pytest.mark.browser

LANGUAGES: Final = ("en", "ar")
IN_SIGHT: Final = (
    "#acts .primary",
    ".witness .pane",
    "#translation-heading",
    "#place",
    "#grade",
    "#finding",
    "#coding-heading",
    "#coding .codings",
    "#coding .hints",
    "#indicator-search",
    "#code-now",
    "#thread-heading",
    "#thread .pane",
    "#reply-text",
    ".send button",
    "#like-heading",
    "#notes-heading",
)
"""What a person needs to judge a report; the panes among these scroll by themselves."""
LINES_OF_TEXT: Final = 5
LINE_PIXELS: Final = 26
CUT_BY_THEMSELVES: Final = """() => [...document.querySelectorAll(".hint, .column button")]
  .filter((node) => node.scrollHeight > node.clientHeight + 2)
  .map((node) => node.textContent.trim())"""
WORDS_WITHOUT_KEY: Final = """() =>
  [...document.querySelectorAll("main form[method=post]")]
    .filter((form) => !form.closest("dialog, li ~ li, .codings li:not(:last-child)"))
    .filter((form) => form.querySelector("kbd") === null)
    .map((form) => form.action)"""
KEYS_WITHOUT_WORDS: Final = """() => {
  const listed = document.querySelector("#keys dl").textContent;
  return [...new Set([...document.querySelectorAll("main [data-key]")]
    .map((node) => node.dataset.key))].filter((key) => !listed.includes(key));
}"""


@dataclass
class Desk:
    """A desk that is served, and the reports of these tests."""

    room: DeskRoom
    monitor: Person
    short: str
    full: str
    arabic: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A report with little, one with much of everything, and one in Arabic; all claimed."""
    room = open_desk_room(tmp_path_factory.mktemp("desk"))
    # Whoever administers besides has the most rooms in the line on top.
    monitor = room.person(Role.LEAD, "Mira Sand", administers=True)
    place = Place(
        text="behind the old mill on the road to the upper town",
        lat_e5=52_000,
        lon_e5=3_530_000,
        precision=PlacePrecision.SETTLEMENT,
    )
    marks = "Men with lists went from door to door, and some doors now bear a red mark."
    for number in range(4):
        room.report(f"{marks} Word {number}.", place=place, author=bytes([number + 1]) * 32)
    long = (f"{marks} " * 200)[: MAX_TEXT_CHARACTERS - 1]
    full = room.report(long, place=place, author=b"f" * 32)
    for number in range(5):
        told = f"Later on the same day, part {number}, they came back and wrote it down again."
        purpose = Purpose.CORRECTION if number == 0 else Purpose.ANSWER
        room.report(told, about=full, author=b"f" * 32, purpose=purpose)
    short = room.report("Three shots at the bridge.", category=Category.ATTACK)
    arabic = room.report("رسموا علامات حمراء على أبواب بيوتنا ليلا", lang="ar")
    _work(room, monitor, full, [short, arabic])
    return Desk(room, monitor, short, full, arabic)


def _work(room: DeskRoom, monitor: Person, full: str, others: list[str]) -> None:
    with room.inside():
        hand = room.hand(monitor)
        taxonomy = taxonomy_of(room.app.extensions["tocsin.config"].home)
        for report_id in (full, *others):
            acts.take(hand, report_id, Act.CLAIM)
        for indicator in ("7.12", "12.2", "7.14", "8.7", "10.1"):
            why = coding.Judgement(indicator, reason="The lists, the marks and what was shouted.")
            coding.code(hand, taxonomy, full, why)
        for number in range(3):
            coding.note(hand, full, f"Ask the neighbour about the list, {number}.")
            text = "Thank you. Can you say on which day it happened, and roughly at what hour?"
            queue_reply(
                desk_session(),
                keyring(),
                full,
                kind=ReplyKind.QUESTION,
                text=text,
                lang="en",
                actor=monitor.actor,
            )
        desk_session().commit()


@pytest.fixture
def visitors(desk: Desk, chromium: Browser) -> Iterator[Visitors]:
    """Browsers for the desk."""
    with serving(desk.room.app) as address:
        people = Visitors(chromium, address)
        yield people
        people.leave()


def _opened(
    desk: Desk,
    visitors: Visitors,
    report_id: str,
    lang: str = "en",
    viewport: ViewportSize = DESKTOP,
) -> Page:
    token = desk.room.token(desk.monitor)
    path, has_touch = f"/reports/{report_id}", viewport != DESKTOP
    return visitors.open(path, token, lang=lang, viewport=viewport, has_touch=has_touch)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_report_is_judged_on_a_desks_screen_without_scrolling(
    desk: Desk, visitors: Visitors, lang: str
) -> None:
    for report_id in (desk.short, desk.full, desk.arabic):
        page = _opened(desk, visitors, report_id, lang=lang)
        expect(page.locator("#indicator-search")).to_be_visible()
        assert not_in_sight(page, *IN_SIGHT) == []
        assert page.evaluate(CUT_BY_THEMSELVES) == []
        assert page.evaluate("document.documentElement.scrollHeight") <= DESKTOP["height"]
        text = page.locator(".witness .pane").bounding_box()
        assert text is not None
        assert text["height"] >= LINES_OF_TEXT * LINE_PIXELS
        if report_id == desk.full:  # The measure sees what a pane hides.
            assert not_in_sight(page, "#coding .codings > li:last-child") != []
    # In another language than the page's, the field for a translation stands open.
    foreign = desk.arabic if lang == "en" else desk.full
    page = _opened(desk, visitors, foreign, lang=lang)
    assert not_in_sight(page, "#translation-text", "#translation button", *IN_SIGHT[:6]) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("screen", [TABLET, PHONE], ids=["tablet", "phone"])
def test_a_report_is_as_wide_as_a_tablet_or_a_phone_and_no_wider(
    desk: Desk, visitors: Visitors, screen: ViewportSize, lang: str
) -> None:
    for report_id in (desk.short, desk.full, desk.arabic):
        page = _opened(desk, visitors, report_id, lang=lang, viewport=screen)
        assert width_of(page) <= screen["width"]


def test_on_a_tablet_acts_and_grade_stay_in_sight_however_far_one_reads(
    desk: Desk, visitors: Visitors
) -> None:
    page = _opened(desk, visitors, desk.full, viewport=TABLET)
    page.locator("#reply-text").scroll_into_view_if_needed()
    assert page.evaluate("scrollY") > TABLET["height"]
    assert not_in_sight(page, "#acts .primary", "#grade") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_act_has_a_key_beside_it_and_in_the_list(
    desk: Desk, visitors: Visitors, lang: str
) -> None:
    page = _opened(desk, visitors, desk.full, lang=lang)
    assert page.evaluate(WORDS_WITHOUT_KEY) == []
    assert page.evaluate(KEYS_WITHOUT_WORDS) == []
    queue = visitors.open("/queue", desk.room.token(desk.monitor), lang=lang)
    assert queue.evaluate(KEYS_WITHOUT_WORDS) == []


def test_keys_of_another_script_are_told_by_their_place(desk: Desk, visitors: Visitors) -> None:
    page = _opened(desk, visitors, desk.short, lang="ar")
    press(page)
    wire = page.context.new_cdp_session(page)
    heh = "\u0647"  # what the key of i writes on an Arabic keyboard
    arabic_i = {"type": "keyDown", "key": heh, "code": "KeyI", "text": heh}
    wire.send("Input.dispatchKeyEvent", arabic_i)
    expect(page.locator("#indicator-search")).to_be_focused()


def test_a_translation_is_written_by_keys_and_stands_beside_the_witness_s_words(
    desk: Desk, visitors: Visitors
) -> None:
    page = _opened(desk, visitors, desk.arabic)
    press(page, "h")
    page.keyboard.type("They painted red marks on our doors by night.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#translation summary")).to_contain_text("English")
    page.reload()
    expect(page.locator("#translation-text")).to_have_value(
        "They painted red marks on our doors by night."
    )


def test_what_was_found_is_chosen_by_its_number(desk: Desk, visitors: Visitors) -> None:
    page = _opened(desk, visitors, desk.short)
    press(page, "v", "1")
    expect(page.locator(".standing")).to_contain_text("screened")
    press(page, "v", "3")
    expect(page.locator(".standing")).to_contain_text("unverifiable")


def test_an_answer_that_is_too_long_is_refused_and_stays_in_its_field(
    desk: Desk, visitors: Visitors
) -> None:
    page = _opened(desk, visitors, desk.short)
    # Letters that no packing makes shorter: they fill the field, and no frame.
    letters = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(1900))
    press(page, "a")
    page.locator("#reply-text").fill(letters)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice.error")).to_contain_text("too long")
    expect(page.locator("#reply-text")).to_have_value(letters)
    expect(page.locator("[name=kind]:checked")).to_have_value("question")
    with desk.room.inside():
        assert replies_to(desk_session(), keyring(), desk.short) == []
