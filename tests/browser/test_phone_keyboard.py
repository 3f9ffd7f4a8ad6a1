"""The whole way by keys alone: from the choice of a language to the desk's answer."""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePhone
from tests.browser.support.keys import Keyboard
from tests.browser.support.phone import ANSWERED, AT_DESK, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

BRIEFING: Final = (
    "What this hides",
    "What it cannot hide",
    "At a checkpoint",
    "Before you write",
    "If you are in danger",
)
PLACE: Final = "Central Equatoria, South Sudan"


@pytest.fixture
def untouched(make_phone: MakePhone, standing: Spine) -> Phone:
    """A phone with a keyboard, whose clipboard holds whatever is put there; nothing is opened."""
    phone = make_phone(permissions=["clipboard-read", "clipboard-write"])
    phone.open(standing.addresses.phone_url)
    return phone


def join(phone: Phone, keys: Keyboard, invite: str) -> None:
    """From the first page through the briefing to a report that can be begun."""
    keys.press("English")
    keys.arrive("Join a desk")
    keys.go_to(phone.page.get_by_label("Paste the invite here"))
    keys.paste(invite)
    keys.press("Show the desk")
    keys.arrive("Is this your desk?")
    keys.press("It is the same: join")
    for heading in BRIEFING[:-1]:
        keys.arrive(heading)
        keys.press("Next")
    keys.arrive(BRIEFING[-1])
    keys.press("Write a report")
    keys.arrive("Write a report")


def write(phone: Phone, keys: Keyboard, words: Words, photo: Path) -> None:
    """Answer every question of a report, with a place and a photo."""
    page = phone.page
    # Listened for from here on, so that the browser shows no dialog of its own.
    page.once("filechooser", lambda chooser: chooser.set_files([photo]))
    keys.press(words.category)
    expect(page.get_by_label("What happened?")).to_be_focused()
    keys.stands()
    page.keyboard.type(words.text)
    keys.check("Within the last hour")
    choose_place(page, keys)
    keys.check("I saw it")
    keys.go_to(page.get_by_label("Add a file"))
    page.keyboard.press("Space")
    phone.wait_for(".attached", photo.name, "sealed")
    keys.stands()


def choose_place(page: Page, keys: Keyboard) -> None:
    """Choose a region from the list beside the map, and close it."""
    keys.press("Choose on a map")
    expect(page.get_by_label("Map", exact=True)).to_be_focused()
    keys.go_to(page.get_by_text("Choose from a list"))
    page.keyboard.press("Enter")
    keys.choose("Country", "South Sud")
    keys.choose("Region", "Central E")
    expect(page.get_by_label("Where did it happen?")).to_have_value(PLACE)
    keys.press("Close the map")
    expect(page.locator("canvas.map")).to_have_count(0)
    keys.stands()


def send(phone: Phone, keys: Keyboard) -> None:
    """Press "Send now", once what goes by itself has gone."""
    phone.page.locator(".card.link:not(.syncing)").wait_for()
    keys.press("Send now")
    phone.page.locator(".card.link:not(.syncing)").wait_for()
    phone.wait_for(".result")
    keys.stands()


def open_thread(phone: Phone, keys: Keyboard) -> None:
    """Open the newest report."""
    keys.go_to(phone.reports.first)
    phone.page.keyboard.press("Enter")
    phone.page.locator(".timeline").wait_for()
    expect(phone.page.locator("h1")).to_be_focused()
    keys.stands()


def test_whole_way_is_gone_by_keys_alone_and_the_focus_is_always_to_be_seen(
    untouched: Phone, standing: Spine, words: Words, tmp_path: Path
) -> None:
    phone, page = untouched, untouched.page
    keys = Keyboard(page)
    write_photo(tmp_path / "river.png")
    join(phone, keys, standing.addresses.invite)
    write(phone, keys, words, tmp_path / "river.png")
    keys.press("Save and seal")
    keys.arrive("Saved and sealed")
    keys.press("Done")
    keys.arrive("Your reports")
    while not phone.sees("Nothing is waiting to be sent."):
        send(phone, keys)
    standing.pull()
    send(phone, keys)
    phone.shows(AT_DESK)
    (report,) = standing.reports(words.text)
    assert report["place"] == PLACE
    standing.desk("reply", str(report["report_id"]), "--text", "We warned the village.")
    standing.pull()
    send(phone, keys)
    phone.shows(ANSWERED)
    open_thread(phone, keys)
    expect(page.get_by_text("We warned the village.")).to_be_visible()
    keys.press("Back")
    keys.arrive("Your reports")


def test_what_asks_back_and_what_vanishes_leaves_the_focus_where_one_goes_on(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    page, keys = phone.page, Keyboard(phone.page)
    write_photo(tmp_path / "river.png")
    phone.begin(words)
    phone.add_files([tmp_path / "river.png"])
    keys.press("Change")
    keys.stands()
    keys.press(words.category)
    keys.stands()
    keys.press("Remove river.png")
    expect(page.locator("#removed")).to_be_focused()
    keys.press("Undo")
    expect(page.locator("#photos")).to_be_focused()
    keys.press("Throw this draft away")
    keys.stands()
    keys.press("No, keep it")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    keys.stands()


def test_removing_a_report_by_keys_goes_on_from_where_it_was_asked(
    phone: Phone, words: Words
) -> None:
    page, keys = phone.page, Keyboard(phone.page)
    phone.write(words)
    open_thread(phone, keys)
    keys.press("Make the file")
    phone.wait_for(".notice", "Saved to your downloads")
    keys.stands()
    keys.press("Remove")
    keys.stands()
    keys.press("No, keep it")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    keys.stands()
    keys.press("Remove")
    keys.press("Remove it")
    keys.arrive("Your reports")
