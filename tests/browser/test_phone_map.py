"""A place by map: without a network, by finger, by key, by list, in Arabic."""

import re
from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import MakePhone
from tests.browser.support.phone import Phone, Words
from tests.browser.support.spine import Spine
from tests.browser.test_phone_pages import AXE, OVERFLOW, RUN_AXE

pytestmark = pytest.mark.browser

STORE_ALL: Final = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage(null);
  // The last file of all that come when there is time.
  const isLast = ({ url }) => url.endsWith("release.json");
  for (;;) {
    const [name] = await caches.keys();
    if ((await (await caches.open(name)).keys()).some(isLast)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
MIDDLE_PIXEL: Final = """(canvas) => {
  const { width, height } = canvas;
  const pixel = canvas.getContext("2d").getImageData(width / 2, height / 2, 1, 1).data;
  return [...pixel].join();
}"""


def map_of(page: Page) -> Locator:
    """The map, once it is there."""
    canvas = page.locator("canvas.map")
    canvas.wait_for()
    return canvas


def open_map(phone: Phone, words: Words) -> Locator:
    """Begin a report that says nothing of a place yet, and open the map."""
    phone.begin(replace(words, place=""))
    phone.press("Choose on a map")
    return map_of(phone.page)


def choose(page: Page, country: str, area: str) -> None:
    """Choose from the lists, as who does not see the map."""
    page.get_by_text("Choose from a list").click()
    page.locator("#map-country").select_option(country)
    page.locator("#map-area").select_option(label=area)


def test_region_chosen_from_the_list_without_a_network_reaches_the_desk(
    phone: Phone, standing: Spine, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.page.evaluate(STORE_ALL)
    phone.lose_network()
    open_map(phone, words)
    choose(phone.page, "SS", "Central Equatoria")
    phone.wait_for("[role=status]", "Chosen: Central Equatoria, South Sudan")
    expect(phone.page.get_by_label("Where did it happen?")).to_have_value(
        "Central Equatoria, South Sudan"
    )
    phone.press("Close the map")
    phone.seal()
    phone.find_network()
    phone.send_everything()
    standing.pull()
    (report,) = standing.reports(words.text)
    assert report["place"] == "Central Equatoria, South Sudan"


def test_press_on_the_map_gives_a_rounded_point(phone: Phone, words: Words) -> None:
    canvas = open_map(phone, words)
    choose(phone.page, "SD", "North Kordufan")
    before = canvas.evaluate(MIDDLE_PIXEL)
    canvas.tap()
    phone.wait_for("[role=status]", "Chosen: North Kordufan, Sudan")
    phone.check("Within 20 km of it")
    assert canvas.evaluate(MIDDLE_PIXEL) == before, "the chosen region stays filled"
    phone.press("Close the map")
    # North Kordofan's middle, to a fiftieth of a degree.
    spot = phone.wait_for(".attached", "Position added")
    assert re.search(r"1[2-5]\.\d[02468]00, (?:29|3[01])\.\d[02468]00", spot)


def test_map_is_moved_and_pressed_by_keys_alone(phone: Phone, words: Words) -> None:
    canvas = open_map(phone, words)
    phone.page.get_by_label("Search for a region").fill("nord-kivu")
    phone.press("Nord-Kivu, Congo - Kinshasa")
    phone.page.get_by_label("Where did it happen?").fill("The market")
    phone.page.get_by_label("Search for a region").focus()
    phone.page.keyboard.press("Tab")
    expect(canvas).to_be_focused()
    for key in ("ArrowLeft", "ArrowRight", "-", "+", "Enter"):
        phone.page.keyboard.press(key)
    phone.wait_for("[role=status]", "Chosen: Nord-Kivu, Congo")
    # What the person wrote is theirs.
    expect(phone.page.get_by_label("Where did it happen?")).to_have_value("The market")


@pytest.mark.parametrize("language", ["English", "Français", "العربية"])
def test_map_breaks_no_rule_of_accessibility_and_fits_a_small_screen(
    make_phone: MakePhone, standing: Spine, language: str
) -> None:
    phone = make_phone(reduced_motion="reduce", viewport={"width": 320, "height": 640})
    page = phone.open(standing.addresses.invite)
    phone.press(language)
    page.locator(".fingerwords").wait_for()
    page.locator(".primary").click()
    page.locator(".facts").first.wait_for()
    page.locator(".page .row .plain").last.click()
    page.locator(".empty").wait_for()
    page.locator(".primary").click()
    page.locator(".category").first.click()
    page.locator(".block .plain", has=page.locator("use[href$='#globe']")).click()
    map_of(page)
    page.locator("details summary").click()
    page.locator("#map-country").select_option("SD")
    page.locator("#map-area").select_option(index=1)
    page.evaluate(AXE)
    broken = []
    for look in ("light", "dark", "sunlight"):
        page.evaluate("(look) => { document.documentElement.dataset.look = look; }", look)
        broken.extend(page.evaluate(RUN_AXE))
    assert broken == []
    assert page.evaluate(OVERFLOW) <= 0
