"""A shift at the desk with the keyboard alone: every key that is pressed is counted."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from schemas.domain.ids import ReportId
from schemas.domain.vocabulary import Workflow
from server.desk.db import desk_session
from server.desk.intake.store import replies_to
from server.desk.keys.keyring import keyring
from server.desk.triage.incident_store import memberships
from server.desk.triage.store import codings_of, triage_of
from tests.browser.support.desk_pages import Visitors, not_in_sight, serving
from tests.browser.support.desk_shift import ShiftDesk, begin_shift, story
from tools.demo.seeding.story import Told

pytestmark = pytest.mark.browser

REPORTS: Final = 50
TWIN: Final = "e069"
"""Told by a second witness of the same fire; the first is among the fifty too."""
ASKED: Final = "e060"
MOST_KEYS: Final = 12
"""What issue and design ask for: the median of a plain report."""
QUESTION: Final = "Thank you. At what hour was it?"
ANSWER: Final = "It was at four, before the call to prayer."
USUAL: Final = "C3"
SUGGESTIONS: Final = 3
IN_SIGHT: Final = (
    "#acts .primary",
    ".witness .pane",
    "#translation-heading",
    "#place",
    "#grade",
    "#finding",
    "#indicator-search",
    "#code-now",
    "#reply-text",
    ".send button",
)


@dataclass
class Hands:
    """Two hands on a keyboard, and what they pressed for the report before them."""

    page: Page
    keys: int = 0
    letters: int = 0

    def press(self, *keys: str) -> None:
        """Press keys one after the other; each key of a chord counts."""
        expect(self.page.locator("#show-keys")).to_be_visible()
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += len(key.split("+"))

    def finish(self, *keys: str) -> None:
        """Press keys of which the last one opens another page."""
        expect(self.page.locator("#show-keys")).to_be_visible()
        self.press(*keys[:-1])
        with self.page.expect_navigation():
            self.press(keys[-1])

    def write(self, text: str) -> None:
        """Type a message; its letters are counted apart."""
        self.page.keyboard.type(text)
        self.letters += len(text)

    def counted(self) -> int:
        """Give what was pressed since the last time."""
        pressed, self.keys = self.keys, 0
        return pressed


@dataclass
class Counts:
    """Keys for each report, by what was done with it."""

    plain: list[int] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    letters: int = 0

    def table(self) -> str:
        """Write what was counted."""
        every = [*self.plain, *self.merged, *self.asked]
        plain = f"median {median(self.plain):g}, least {min(self.plain)}, most {max(self.plain)}"
        asked = f"{self.asked} and {self.letters} letters of the message besides"
        return (
            f"a shift by keys alone: {len(every)} reports claimed, graded, coded and finished\n"
            f"  plain report ({len(self.plain)}): {plain}\n"
            f"  put together with another: {self.merged}; asked back: {asked};"
            f" its answer: {self.answers}\n"
            f"  in order: {' '.join(map(str, every))}\n"
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ShiftDesk]:
    """A desk with fifty reports of the demonstration that nobody has looked at."""
    told = story()
    refs = [one.ref for one in told]
    end = refs.index(TWIN) + 1
    begun = begin_shift(tmp_path / "home", told[end - REPORTS : end], {})
    yield begun
    begun.rooms.close()


def test_fifty_reports_are_judged_in_one_go_with_the_keyboard_alone(
    desk: ShiftDesk, chromium: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(desk.rooms.desk) as address:
        visitors = Visitors(chromium, address)
        page = visitors.open("/queue", desk.room.token(desk.monitor))
        hands, counts = Hands(page), Counts()
        hands.finish("n")
        while "/reports/" in page.url:
            _judge(desk, hands, counts)
        expect(page.locator("[role=status]").first).to_be_visible()
        visitors.leave()
    with capsys.disabled():
        sys.stdout.write(f"\n{counts.table()}")
    assert len([*counts.plain, *counts.merged, *counts.asked]) == REPORTS
    assert median(counts.plain) <= MOST_KEYS
    _stands_as_judged(desk)


def _judge(desk: ShiftDesk, hands: Hands, counts: Counts) -> None:
    """Do with the report on the page what the story says of it, then go on to the next."""
    report_id = ReportId(hands.page.url.rsplit("/", 1)[1].split("#")[0])
    told = desk.told.get(report_id)
    assert not_in_sight(hands.page, *IN_SIGHT) == [], told
    hands.finish("g", *(told.admiralty if told and told.admiralty else USUAL).lower(), "Enter")
    for indicator in told.indicators if told else ("",):
        _code(hands, indicator)
    if told and told.ref == TWIN:
        hands.finish("s")
        expect(hands.page.locator("#incident")).to_contain_text("In an incident of 2 reports")
    if told and told.ref == ASKED:
        hands.press("a")
        hands.write(QUESTION)
        hands.finish("Control+Enter")
        desk.answer(report_id, ANSWER)
    hands.finish("t")
    counts.letters += hands.letters
    hands.letters = 0
    _where(told, counts).append(hands.counted())


def _where(told: Told | None, counts: Counts) -> list[int]:
    if told is None:
        return counts.answers
    return {TWIN: counts.merged, ASKED: counts.asked}.get(told.ref, counts.plain)


def _code(hands: Hands, indicator: str) -> None:
    """Code to an indicator: by its suggestion where it is one, else by its number."""
    offered = hands.page.locator(".hint").evaluate_all("all => all.map((one) => one.value)")
    if indicator in offered[:SUGGESTIONS]:
        hands.finish(str(offered.index(indicator) + 1))
    elif indicator:
        hands.finish("i", *indicator, "Enter", "Enter")
    else:
        hands.finish("1")
    if indicator:
        expect(hands.page.locator(".codings")).to_contain_text(indicator)


def _stands_as_judged(desk: ShiftDesk) -> None:
    """Every report was finished as its grade and codings say, and the reporter was asked."""
    by_ref = {told.ref: report_id for report_id, told in desk.told.items()}
    with desk.room.inside():
        session, ring = desk_session(), keyring()
        for report_id, told in desk.told.items():
            triage = triage_of(session, ring, report_id)
            assert triage.standing.state is Workflow.TRIAGED
            assert str(triage.grade) == (told.admiralty or USUAL)
            coded = {view.indicator_id for view in codings_of(session, ring, report_id)}
            assert coded == set(told.indicators)
        assert memberships(session, [by_ref[TWIN]])[by_ref[TWIN]].reports == 2
        (asked,) = replies_to(session, ring, by_ref[ASKED])
        assert asked.text == QUESTION
        assert asked.sent_at is not None
