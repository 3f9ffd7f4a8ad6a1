"""One report goes the whole way from a phone without a network to the desk and back."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePhone
from tests.browser.support.phone import ANSWERED, AT_DESK, HANDED_OVER, WAITING, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Addresses, Spine

pytestmark = pytest.mark.browser

WORDS = Words(
    text="Houses of one street were marked with red paint in the night.",
    category="People or houses marked, listed, checked by group",
    place="Upper mill street",
)


def test_report_written_while_the_servers_are_stopped_reaches_the_desk_once_and_whole(
    spine: Spine, phone: Phone, tmp_path: Path
) -> None:
    photo = tmp_path / "street.png"
    digest = write_photo(photo)
    phone.wait_until_offline_ready()
    phone.lose_network()
    spine.stop()

    phone.write(WORDS, [photo])
    phone.shows(WAITING)
    phone.close()
    phone.open()
    phone.shows(WAITING)

    spine.start()
    phone.find_network()
    phone.send_everything()
    phone.shows(HANDED_OVER)
    # A relay's receipt is not the desk's word, however often the phone asks.
    phone.send()
    phone.shows(HANDED_OVER)
    assert spine.reports() == []

    # The words, and five chunks of the photo.
    assert spine.pull() == {"pulled": 6, "opened": 1, "quarantined": 0, "duplicates": 0}
    phone.shows(HANDED_OVER)
    phone.send()
    phone.shows(AT_DESK)

    spine.pull()
    (report,) = spine.reports()
    assert report["text"] == WORDS.text
    assert report["category"] == "marking"
    (attachment,) = list(report["attachments"])  # type: ignore[call-overload]
    assert attachment["sha256"] == digest
    assert attachment["size_bytes"] == photo.stat().st_size
    assert attachment["complete"] is True


def test_answer_of_the_desk_is_read_on_the_phone(spine: Spine, phone: Phone) -> None:
    phone.write(WORDS)
    phone.send_everything()
    spine.pull()
    (report,) = spine.reports()
    spine.desk("reply", str(report["report_id"]), "--text", "Thank you. Do not go back there.")
    spine.pull()

    phone.send()
    phone.shows(ANSWERED)
    phone.reports.first.click()
    expect(phone.page.get_by_text("Thank you. Do not go back there.")).to_be_visible()
    phone.press("Back")
    phone.shows(ANSWERED)
    expect(phone.page.locator(".unread")).to_have_count(0)


def test_invite_opened_as_a_link_leads_to_its_desk_and_leaves_the_address(
    make_phone: MakePhone, addresses: Addresses
) -> None:
    phone = make_phone()
    page = phone.open(addresses.invite)
    phone.choose_english()
    phone.agree()
    assert "#" not in page.url


def test_follow_up_names_the_report_that_it_is_about(spine: Spine, phone: Phone) -> None:
    phone.write(WORDS)
    phone.reports.first.click()
    phone.press("Write more about it")
    phone.heading("Write more about it")
    phone.press(WORDS.category)
    phone.page.get_by_label("What happened?").fill("The paint was washed off today.")
    phone.page.get_by_label("Today", exact=True).check()
    phone.seal()
    phone.send_everything()
    assert spine.pull()["opened"] == 2
    assert {str(report["text"]) for report in spine.reports()} == {
        WORDS.text,
        "The paint was washed off today.",
    }
