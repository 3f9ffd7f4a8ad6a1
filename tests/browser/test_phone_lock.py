"""The lock in a browser: blank when hidden, locked after a while, erased by gesture, disguised."""

import re
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.support.locking import (
    REAL,
    leave_lock_settings,
    open_lock_settings,
    panic,
    protect,
    turn_panic_on,
    unlock,
)
from tests.browser.support.phone import Phone, Words

pytestmark = pytest.mark.browser

TURN: Final = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""What a browser does when another app comes before this one, or goes."""


def test_page_is_blank_while_it_is_hidden(phone: Phone, words: Words) -> None:
    phone.write(words)
    heading = phone.page.locator("h1")
    phone.page.evaluate(TURN, "hidden")
    expect(heading).not_to_be_visible()
    phone.page.evaluate(TURN, "visible")
    expect(heading).to_be_visible()


def test_app_locks_when_nobody_has_touched_it_for_as_long_as_was_chosen(phone: Phone) -> None:
    protect(phone)
    phone.page.clock.install()
    phone.open()
    unlock(phone, REAL)
    phone.heading("Your reports")
    phone.page.clock.fast_forward("04:00")
    phone.heading("Your reports")
    phone.page.clock.fast_forward("01:30")
    phone.heading("Locked")


def test_gesture_erases_at_the_lock_too_and_leaves_notes_that_work(
    phone: Phone, words: Words
) -> None:
    phone.write(words)
    protect(phone)
    turn_panic_on(phone)
    address = phone.page.url
    phone.open()
    phone.heading("Locked")
    panic(phone)
    phone.heading("Notes")
    phone.press("New note")
    phone.page.get_by_label("Text").fill("Meet at noon")
    phone.press("Done")
    expect(phone.page.get_by_role("button", name="Meet at noon")).to_be_visible()
    assert address == phone.page.url


def test_disguise_changes_title_icon_and_what_is_put_on_the_home_screen(phone: Phone) -> None:
    open_lock_settings(phone)
    phone.page.get_by_label("Recipes", exact=True).check()
    for _opening in range(2):
        expect(phone.page).to_have_title("Recipes")
        icon = phone.page.locator("link[rel=icon]")
        expect(icon).to_have_attribute("href", re.compile("recipes"))
        manifest = phone.page.locator("link[rel=manifest]").get_attribute("href")
        said = phone.page.evaluate("(url) => fetch(url).then((answer) => answer.json())", manifest)
        assert (said["name"], said["short_name"]) == ("Recipes", "Recipes")
        # Whoever swaps icon and manifest of a page that is loading may never be told that it has.
        phone.page.reload(wait_until="commit")
        phone.heading("Your reports")
    open_lock_settings(phone)
    phone.page.get_by_label("Notes", exact=True).check()
    leave_lock_settings(phone)
    expect(phone.page).to_have_title("Notes")
