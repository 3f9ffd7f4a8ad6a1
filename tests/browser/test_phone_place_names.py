"""A place by its name, from a list of places that is kept on the phone and needs no network."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.support.phone import Phone, Words
from tests.browser.support.spine import Spine
from tests.browser.test_phone_pages import AXE, OVERFLOW, RUN_AXE
from tools.make_place_pack import main

pytestmark = pytest.mark.browser


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A list of the demonstration's invented places."""
    target = tmp_path / "tarvane.places"
    assert main([str(target), "--demo"]) == 0
    return target


def open_list(phone: Phone, words: Words, file: Path) -> None:
    """Begin a report that says nothing of a place yet, and take a list of places."""
    phone.begin(replace(words, place=""))
    phone.press("Find a place by its name")
    phone.page.get_by_label("Open a list of places").set_input_files(file)


def test_village_found_by_its_name_without_a_network_reaches_the_desk(
    phone: Phone, standing: Spine, words: Words, pack: Path
) -> None:
    open_list(phone, words, pack)
    phone.wait_for("section", "Tarvane: ")
    phone.lose_network()
    phone.page.get_by_label("Name of a village or town").fill("TAMBORAL")
    phone.press("Tamboral, Selame")
    expect(phone.page.get_by_label("Where did it happen?")).to_have_value("Tamboral, Selame")
    phone.wait_for(".attached", "Position added")
    phone.seal()
    phone.find_network()
    phone.send_everything()
    standing.pull()
    (report,) = standing.reports(words.text)
    assert report["place"] == "Tamboral, Selame"


def test_list_stays_until_it_is_removed_and_a_damaged_one_is_refused(
    phone: Phone, words: Words, pack: Path
) -> None:
    open_list(phone, words, pack)
    phone.wait_for("section", "Tarvane: ")
    page = phone.page
    damaged = pack.with_name("damaged.places")
    damaged.write_bytes(pack.read_bytes()[:-1])
    page.get_by_label("Take another list").set_input_files(damaged)
    phone.wait_for(".notice", "damaged and was not taken")
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE) == []
    assert page.evaluate(OVERFLOW) <= 0
    phone.kill_tab()
    page = phone.page
    page.get_by_role("button", name="Go on writing").click()
    phone.press("Find a place by its name")
    page.get_by_label("Name of a village or town").fill("nowhere at all")
    phone.wait_for("[role=status]", "No place on the list is called that.")
    phone.press("Remove this list")
    phone.press("Remove the list")
    expect(page.get_by_label("Open a list of places")).to_be_attached()
    phone.press("Close the search")
    expect(page.get_by_role("button", name="Choose on a map")).to_be_visible()
