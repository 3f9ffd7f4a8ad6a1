"""The app as one file: opened from storage it joins, writes, seals and hands over, honestly."""

import shutil
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import MakePhone
from tests.browser.support.carrying import bring_in, take_out
from tests.browser.support.counted import DIST, sandboxed_file
from tests.browser.support.phone import AT_DESK, HANDED_OVER, WAITING, Phone, Words
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

ONE_FILE: Final = DIST / "notes.html"
NOTHING_KEPT: Final = "This browser lets a copied app keep nothing"
COPIED: Final = "This app was opened from a file"


@pytest.fixture
def copied(chromium: Browser, tmp_path: Path) -> Phone:
    """A phone with the app as a file somewhere in its storage."""
    card = tmp_path / "card"
    card.mkdir()
    shutil.copy(ONE_FILE, card / "notes.html")
    url = (card / "notes.html").as_uri()
    return Phone(chromium.browser_type, tmp_path / "copied", url)


def test_copied_file_joins_seals_and_hands_over(
    copied: Phone, standing: Spine, words: Words
) -> None:
    copied.switch_on()
    asked: list[str] = []
    wrong: list[str] = []
    copied.page.on("request", lambda request: asked.append(request.url))
    copied.page.on("console", lambda message: wrong.append(message.text))
    copied.page.on("pageerror", lambda error: wrong.append(str(error)))
    copied.join(standing.addresses.invite)
    expect(copied.page.get_by_text(COPIED)).to_be_visible()
    copied.write(words)
    copied.send_everything()
    copied.shows(HANDED_OVER)
    standing.pull()
    copied.send()
    copied.shows(AT_DESK)
    copied.close()

    assert wrong == []
    relay = standing.addresses.relay_url
    strangers = [url for url in asked if not url.startswith(("file:", "blob:", "data:", relay))]
    assert strangers == []


def test_copied_file_keeps_what_was_sealed_and_gives_it_by_file(
    copied: Phone, standing: Spine, words: Words, make_phone: MakePhone, tmp_path: Path
) -> None:
    copied.join(standing.addresses.invite)
    copied.lose_network()
    copied.write(words)
    copied.shows(WAITING)
    copied.close()

    copied.open()
    copied.shows(WAITING)
    file = take_out(copied, tmp_path / "notes.tocsin")
    copied.close()
    carrier = make_phone()
    carrier.join(standing.addresses.invite)
    bring_in(carrier, file)
    carrier.send_everything()
    standing.pull()
    assert len(standing.reports(words.text)) == 1


def test_copied_file_joins_by_a_file_without_any_network(
    copied: Phone, standing: Spine, words: Words, tmp_path: Path
) -> None:
    joining = tmp_path / "join.tocsin"
    standing.desk("invite", "--file", str(joining))
    copied.switch_on()
    copied.lose_network()
    copied.open()
    copied.choose_english()
    copied.join_by_file(joining)
    copied.write(words)
    copied.shows(WAITING)
    copied.close()


def test_where_nothing_may_be_kept_the_app_says_so_and_still_hands_over(
    chromium: Browser, tmp_path: Path, standing: Spine, words: Words
) -> None:
    with sandboxed_file(ONE_FILE) as url:
        phone = Phone(chromium.browser_type, tmp_path / "unkept", url)
        phone.join(standing.addresses.invite)
        expect(phone.page.get_by_text(NOTHING_KEPT)).to_be_visible()
        phone.write(words)
        phone.send_everything()
        phone.shows(HANDED_OVER)
        phone.close()
    standing.pull()
    assert len(standing.reports(words.text)) == 1
