"""What is removed from a draft, and a draft, can be brought back for a moment, and then is gone."""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.support.delivered import attachments_of
from tests.browser.support.keys import tab_to
from tests.browser.support.phone import Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

UNDO_MILLISECONDS: Final = 20_000
"""As long as the way back stays open (src/removals.ts)."""


def begin_with_files(phone: Phone, words: Words, folder: Path) -> list[str]:
    """Begin a report with two photos; their names."""
    photos = [folder / "river.png", folder / "bridge.png"]
    for photo in photos:
        write_photo(photo)
    phone.begin(words)
    phone.add_files(photos)
    return [photo.name for photo in photos]


def remove(phone: Phone, name: str) -> Locator:
    """Remove an attachment; the line that says so."""
    phone.press(f"Remove {name}")
    line = phone.page.locator("#removed")
    expect(line).to_contain_text(f"Removed: {name}")
    return line


def names_of(phone: Phone) -> list[str]:
    """Read the names of the files in the open draft."""
    return phone.page.locator("#photos .attached .name").all_inner_texts()


def throw_away(phone: Phone) -> Locator:
    """Throw the open draft away; the line at home that says so."""
    phone.press("Throw this draft away")
    phone.press("Throw it away")
    phone.heading("Your reports")
    line = phone.page.locator("#removed")
    expect(line).to_contain_text("Draft removed.")
    return line


def test_removed_file_comes_back_to_its_place_and_reaches_the_desk(
    phone: Phone, standing: Spine, words: Words, tmp_path: Path
) -> None:
    names = begin_with_files(phone, words, tmp_path)
    line = remove(phone, names[0])
    expect(line).to_be_focused()
    expect(phone.page.locator("#spoken")).to_contain_text("Undo")
    assert names_of(phone) == names[1:]
    phone.press("Undo")
    expect(line).to_have_count(0)
    assert names_of(phone) == names
    assert phone.page.evaluate("() => document.activeElement.id") == "photos"
    phone.seal()
    phone.send_everything()
    standing.pull()
    (report,) = standing.reports(words.text)
    assert [one["name"] for one in attachments_of(report)] == names


def test_removed_file_is_gone_for_good_when_the_page_is_left(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    names = begin_with_files(phone, words, tmp_path)
    remove(phone, names[0])
    phone.press("Back")
    phone.heading("Your reports")
    phone.page.get_by_role("button", name="Go on writing").click()
    phone.wait_for(".attached", names[1])
    assert names_of(phone) == names[1:]
    expect(phone.page.locator("#removed")).to_have_count(0)


def test_removed_draft_comes_back_with_its_words_and_files(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    names = begin_with_files(phone, words, tmp_path)
    line = throw_away(phone)
    expect(line).to_be_focused()
    expect(phone.page.get_by_text("Go on writing")).to_have_count(0)
    phone.press("Undo")
    phone.heading("Write a report")
    expect(phone.page.get_by_label("What happened?")).to_have_value(words.text)
    phone.wait_for(".attached", names[1])
    assert names_of(phone) == names


def test_way_back_closes_by_itself_and_the_focus_stays_on_the_page(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    names = begin_with_files(phone, words, tmp_path)
    phone.page.clock.install()
    line = remove(phone, names[0])
    phone.page.clock.fast_forward(UNDO_MILLISECONDS)
    expect(line).to_have_count(0)
    expect(phone.page.locator("#photos")).to_be_focused()
    line = throw_away(phone)
    phone.page.clock.fast_forward(UNDO_MILLISECONDS)
    expect(line).to_have_count(0)
    expect(phone.page.locator("h1")).to_be_focused()
    phone.kill_tab()
    expect(phone.page.get_by_text("Go on writing")).to_have_count(0)


def test_tab_that_is_killed_meanwhile_brings_nothing_back(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    begin_with_files(phone, words, tmp_path)
    throw_away(phone)
    phone.kill_tab()
    phone.heading("Your reports")
    expect(phone.page.locator("#removed")).to_have_count(0)
    expect(phone.page.get_by_text("Go on writing")).to_have_count(0)


def test_removing_and_undoing_need_nothing_but_keys_and_no_network(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    names = begin_with_files(phone, words, tmp_path)
    page = phone.page
    tab_to(page, page.get_by_role("button", name=f"Remove {names[0]}"))
    page.keyboard.press("Enter")
    expect(page.locator("#removed")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#photos")).to_be_focused()
    assert names_of(phone) == names
