"""The desk's pages in a real browser: axe in two languages, work by keys alone, the map."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from schemas.domain.report import Place
from schemas.domain.vocabulary import Category, PlacePrecision, Workflow
from server.desk.accounts.roles import Person, Role
from server.desk.db import desk_session, start_writing
from server.desk.keys.keyring import keyring
from server.desk.keys.recovery import make_set
from server.desk.triage import acts, coding, incident_acts
from server.desk.triage.incident_store import memberships
from server.desk.triage.store import codings_of, triage_of
from server.desk.triage.taxonomy import taxonomy_of
from server.desk.triage.workflow import Act
from tests.browser.support.desk_pages import (
    DESKTOP,
    PHONE,
    TABLET,
    Visitors,
    press,
    serving,
    violations,
    width_of,
)
from tests.unit.triage.desk_room import DeskRoom, open_desk_room

pytestmark = pytest.mark.browser

SMALL_TARGETS: Final = """() =>
  [...document.querySelectorAll("button, .button, main select, textarea, .nav a, .states a")]
    .filter((node) => node.getClientRects().length > 0 && !node.matches(".visually-hidden"))
    .filter((node) => node.getBoundingClientRect().height < 44)
    .map((node) => `${node.textContent.trim()}: ${node.getBoundingClientRect().height}`)"""
LANGUAGES: Final = ("en", "ar")
Visit = Callable[..., Page]
ANSWERS: Final = {
    "headline": "Doors are being marked in the Rift Valley",
    "known": "Over four weeks several reports tell of marks on doors.",
    "basis": "Eyewitnesses on independent devices, graded B2 to C3.",
    "unknown": "Nobody knows who paints, or by whose order.",
    "explanations": "A water company marks houses too; one report says so.",
    "step": "Ask the governor for a public answer within the week.",
}


@dataclass
class Served:
    """A desk that answers on a port, with people in it."""

    room: DeskRoom
    address: str
    people: dict[Role, Person]
    waiting: list[str]
    told: list[str]
    incident: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with reports that wait and reports that are coded, served by a thread."""
    room = open_desk_room(tmp_path_factory.mktemp("desk"))
    people = {role: room.person(role) for role in (Role.MONITOR, Role.ANALYST, Role.LEAD)}
    _code_some(room, people[Role.MONITOR])
    waiting = [
        room.report("Men with lists went from door to door. Some doors now bear a red mark."),
        room.report("رسموا علامات حمراء على أبواب بيوتنا ليلا", lang="ar"),
        room.report("Three shots at the bridge, then silence.", category=Category.ATTACK),
    ]
    told, incident = _one_incident(room, people[Role.MONITOR])
    with room.inside():
        start_writing(desk_session())
        make_set(desk_session(), keyring(), needed=2, count=3, actor=people[Role.LEAD].actor)
        desk_session().commit()
    with serving(room.app) as address:
        yield Served(room, address, people, list(waiting), told, incident)


def _code_some(room: DeskRoom, person: Person) -> None:
    place = Place(lat_e5=20_000, lon_e5=3_600_000, precision=PlacePrecision.SETTLEMENT)
    for number in range(6):
        report_id = room.report(f"House {number} has a red mark since the weekend.", place=place)
        with room.inside():
            hand = room.hand(person)
            taxonomy = taxonomy_of(room.app.extensions["tocsin.config"].home)
            acts.take(hand, report_id, Act.CLAIM)
            coding.code(hand, taxonomy, report_id, coding.Judgement("7.12"))
            acts.take(hand, report_id, Act.TRIAGE)
            desk_session().commit()


def _one_incident(room: DeskRoom, person: Person) -> tuple[list[str], str]:
    """Five reports that were put together, four of them one text, and one that is like them."""
    place = Place(lat_e5=52_000, lon_e5=3_530_000, precision=PlacePrecision.SETTLEMENT)
    wells = "The well behind the mill is fenced off and soldiers let nobody draw water."
    told = [
        room.report(f"{wells} Share this {n}.", place=place, author=bytes([n]) * 32, days_ago=2)
        for n in range(1, 5)
    ]
    told.append(room.report("ركّب الجنود سياجاً حول البئر", lang="ar", author=b"z" * 32))
    with room.inside():
        incident = incident_acts.same_event(room.hand(person), told[1], told[0])
        for other in told[2:]:
            incident_acts.put_into(room.hand(person), other, incident)
        words = incident_acts.IncidentWords("The fenced well", "Ask the water office.")
        incident_acts.describe(room.hand(person), incident, words, edition=0)
        desk_session().commit()
    room.report(f"A neighbour says: {wells}", place=place, author=b"n" * 32, days_ago=2)
    return list(told), incident


@pytest.fixture
def visit(served: Served, chromium: Browser) -> Iterator[Visit]:
    """Open a page as somebody, in a language, on a screen."""
    visitors = Visitors(chromium, served.address)

    def opened(
        path: str,
        role: Role = Role.MONITOR,
        *,
        lang: str = "en",
        viewport: ViewportSize = DESKTOP,
        has_touch: bool = False,
        is_dark: bool = False,
        has_script: bool = True,
    ) -> Page:
        return visitors.open(
            path,
            served.room.token(served.people[role]),
            lang=lang,
            viewport=viewport,
            has_touch=has_touch,
            is_dark=is_dark,
            has_script=has_script,
        )

    yield opened
    visitors.leave()


def everywhere(served: Served) -> dict[str, str]:
    """Give every page of triage, signals and publishing that can be opened at once."""
    return {
        "queue": "/queue",
        "empty filter": "/queue?state=spam",
        "report": f"/reports/{served.waiting[0]}",
        "share": f"/evidence/reports/{served.waiting[0]}/words",
        "incidents": "/incidents",
        "no incident": "/incidents?state=closed",
        "incident": f"/incidents/{served.incident}",
        "report in it": f"/reports/{served.told[0]}",
        "suggestions": "/suggestions",
        "signals": "/signals",
        "line": "/signals?subject=7.12&area=KE-700",
        "publications": "/publications",
        "keeping": "/retention",
        "keeping of a report": f"/keeping/report/{served.told[0]}",
        "keeping of an incident": f"/keeping/incident/{served.incident}",
        "key calendar": "/keys",
        "recovery sheets": "/recovery",
        "recover": "/recover",
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("screen", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"])
def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways(
    served: Served, visit: Visit, lang: str, screen: ViewportSize
) -> None:
    for name, path in everywhere(served).items():
        # Without motion no colour is caught half-way from light to dark.
        page = visit(path, Role.LEAD, lang=lang, viewport=screen)
        for theme in ("light", "dark"):
            page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
            assert violations(page) == [], f"{name} {lang} {theme}"
        assert width_of(page) <= screen["width"], f"{name} {lang}"


def test_arabic_really_runs_from_right_to_left(served: Served, visit: Visit) -> None:
    page = visit(f"/reports/{served.waiting[0]}", lang="ar")
    words, codes = (page.locator(part).bounding_box() for part in (".witness", "#coding"))
    assert words is not None
    assert codes is not None
    assert words["x"] > codes["x"]


def test_a_report_is_coded_and_finished_without_a_mouse(served: Served, visit: Visit) -> None:
    report_id = served.waiting[0]
    page = visit("/queue")
    press(page, "j", "Enter")
    page.wait_for_url(f"**/reports/{report_id}")
    press(page, "c")
    expect(page.locator(".standing .badge").first).to_have_text("claimed")
    press(page, "i")
    page.keyboard.type("12.2")
    press(page, "Enter", "Enter")
    expect(page.locator(".codings")).to_contain_text("12.2")
    press(page, "1")
    expect(page.locator(".codings")).to_contain_text("7.12")
    press(page, "g", "b", "2", "Enter")
    expect(page.locator(".standing .grade")).to_have_text("B2")
    press(page, "t")
    page.wait_for_url(f"**/reports/{served.waiting[1]}")
    with served.room.inside():
        found = codings_of(desk_session(), keyring(), report_id)
        assert {view.indicator_id for view in found} == {"12.2", "7.12"}
        triage = triage_of(desk_session(), keyring(), report_id)
        assert triage.standing.state is Workflow.TRIAGED


def test_an_indicator_is_found_by_words_and_arrows(served: Served, visit: Visit) -> None:
    page = visit(f"/reports/{served.waiting[2]}")
    press(page, "i")
    page.keyboard.type("group mark")
    first = page.locator("#indicator-list li").first
    expect(first).to_contain_text("7.12")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#indicator-list")).to_be_hidden()
    page.keyboard.type("zzz")
    expect(page.locator("#indicator-list")).to_contain_text("No indicator fits")


def test_the_list_of_keys_opens_and_closes_by_its_key(served: Served, visit: Visit) -> None:
    page = visit("/queue")
    press(page, "?")
    expect(page.locator("#keys")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_single_keys_can_be_switched_off(served: Served, visit: Visit) -> None:
    page = visit("/queue")
    press(page, "?")
    page.get_by_role("button", name="Turn single keys off").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_typing_a_note_presses_no_keys(served: Served, visit: Visit) -> None:
    page = visit(f"/reports/{served.waiting[2]}")
    press(page, "m")
    page.keyboard.type("spotted q?")
    expect(page.locator("#note")).to_have_value("spotted q?")
    assert page.url.endswith(served.waiting[2])


def test_a_province_of_the_map_is_reached_and_opened_by_keyboard(
    served: Served, visit: Visit
) -> None:
    page = visit("/signals?subject=7.12")
    area = page.locator('a.area[data-code="KE-700"]')
    area.focus()
    expect(area).to_be_focused()
    expect(page.locator('tr[data-code="KE-700"]')).to_have_class("lit")
    page.keyboard.press("Enter")
    page.wait_for_url("**area=KE-700**")
    expect(page.locator("#line-heading")).to_contain_text("Rift Valley")


def test_a_warning_goes_from_the_line_to_a_file_by_two_people(
    served: Served, visit: Visit, tmp_path: Path
) -> None:
    page = visit("/signals?subject=7.12&area=KE-700", Role.ANALYST)
    page.get_by_role("button", name="Open as a signal").click()
    assert violations(page) == []
    page.get_by_role("link", name="Assess it").click()
    assert violations(page) == []
    for name, words in ANSWERS.items():
        page.fill(f"#{name}", words)
    page.get_by_role("button", name="Keep, and ask").click()
    expect(page.locator(".signatures")).to_contain_text("second signature")
    signer = visit(page.url.removeprefix(served.address), Role.LEAD)
    assert violations(signer) == []
    signer.get_by_role("button", name="Sign it").click()
    signer.get_by_role("link", name="Publish it").click()
    assert violations(signer) == []
    signer.set_viewport_size(PHONE)
    assert width_of(signer) <= PHONE["width"]
    signer.locator("main").get_by_role("button", name="Publish").click()
    assert violations(signer) == []
    with signer.expect_download() as saved:
        signer.get_by_role("link", name="Save as CAP").click()
    target = tmp_path / "alert.xml"
    saved.value.save_as(target)
    assert "<msgType>Alert</msgType>" in target.read_text(encoding="utf-8")


def test_two_reports_become_one_incident_and_are_parted_again_by_keys_alone(
    served: Served, visit: Visit
) -> None:
    bells = "At noon the bells of the old chapel rang and a crowd with sticks came down the hill."
    one = served.room.report(bells, author=b"1" * 32)
    other = served.room.report(f"They say: {bells}", author=b"2" * 32)
    served.room.clock.advance(timedelta(seconds=1))  # what was done before is another act
    page = visit(f"/reports/{one}")
    panel = page.locator("#incident")
    joined = panel.locator("[data-key=w]")
    expect(panel).to_contain_text("chapel")
    press(page, "s")
    expect(panel).to_contain_text("In an incident of 2 reports")
    with served.room.inside():
        assert memberships(desk_session(), [one, other])[other].reports == 2
    press(page, "w")
    expect(joined).to_have_count(0)
    press(page, "u")
    expect(joined).to_have_count(1)
    press(page, "q")
    page.wait_for_url("**/queue")
    press(page, "z")
    expect(page.get_by_role("status").first).to_be_visible()
    with served.room.inside():
        assert memberships(desk_session(), [one, other]) == {}
    page.goto(f"{served.address}/reports/{one}")
    press(page, "d")
    expect(panel).to_contain_text("None found near")


def test_an_incident_is_named_closed_and_opened_by_keys_alone(served: Served, visit: Visit) -> None:
    page = visit("/queue")
    press(page, "i")
    page.wait_for_url("**/incidents")
    press(page, "1")
    expect(page.locator("h1")).to_contain_text("The fenced well")
    expect(page.locator(".standing")).to_contain_text("independent corroboration: 2 of 5 reports")
    expect(page.locator(".notice.warning")).to_contain_text("4 installs")
    press(page, "n")
    page.keyboard.type(" of Rift Valley")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("of Rift Valley")
    press(page, "x")
    expect(page.locator(".standing")).to_contain_text("closed incident")
    press(page, "x")
    expect(page.locator(".standing")).to_contain_text("open incident")


def test_every_page_is_whole_without_a_script(served: Served, visit: Visit) -> None:
    page = visit(f"/reports/{served.waiting[2]}", has_script=False)
    page.select_option("#indicator", "7.11")
    page.locator("#code-now").click()
    expect(page.locator(".codings")).to_contain_text("7.11")


def test_on_a_phone_every_button_is_large_enough_for_a_thumb(served: Served, visit: Visit) -> None:
    for name, path in everywhere(served).items():
        page = visit(path, Role.LEAD, viewport=PHONE, has_touch=True)
        small = page.evaluate(SMALL_TARGETS)
        assert small == [], name


def test_a_page_prints_dark_on_white_whatever_the_screen_shows(visit: Visit) -> None:
    page = visit("/publications", Role.LEAD, is_dark=True)
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    page.emulate_media(media="print")
    colours = page.evaluate(
        "[getComputedStyle(document.documentElement).backgroundColor,"
        " getComputedStyle(document.querySelector('h1')).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(29, 37, 38)"]
    expect(page.locator("header.top")).to_be_hidden()
