"""One report goes the whole way from a phone without a network to the desk and back."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePhone
from tests.browser.support.delivered import attachments_of
from tests.browser.support.phone import ANSWERED, AT_DESK, HANDED_OVER, WAITING, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser


def test_report_written_while_the_servers_are_stopped_reaches_the_desk_once_and_whole(
    spine: Spine, phone_of_spine: Phone, tmp_path: Path, words: Words
) -> None:
    phone = phone_of_spine
    photo = tmp_path / "street.png"
    digest = write_photo(photo)
    phone.wait_until_offline_ready()
    phone.lose_network()
    spine.stop()

    phone.write(words, [photo])
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

    # The words, two chunks of the photo's thumbnail, and five of the photo.
    assert spine.pull() == {"pulled": 8, "opened": 1, "quarantined": 0, "duplicates": 0}
    phone.shows(HANDED_OVER)
    phone.send()
    phone.shows(AT_DESK)

    spine.pull()
    (report,) = spine.reports()
    assert report["text"] == words.text
    assert (report["category"], report["place"]) == ("taken", words.place)
    (attachment,) = attachments_of(report)
    assert attachment["sha256"] == digest
    assert attachment["size_bytes"] == photo.stat().st_size
    assert (attachment["complete"], attachment["thumbnail"]) == (True, True)


def test_answer_of_the_desk_is_read_on_the_phone(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.write(words)
    phone.send_everything()
    standing.pull()
    (report,) = standing.reports(words.text)
    standing.desk("reply", str(report["report_id"]), "--text", "Thank you. Do not go back there.")
    standing.pull()

    phone.send()
    phone.shows(ANSWERED)
    phone.reports.first.click()
    expect(phone.page.get_by_text("Thank you. Do not go back there.")).to_be_visible()
    phone.press("Back")
    phone.shows(ANSWERED)
    expect(phone.page.locator(".unread")).to_have_count(0)


def test_invite_opened_as_a_link_leads_to_its_desk_and_leaves_the_address(
    make_phone: MakePhone, standing: Spine
) -> None:
    phone = make_phone()
    page = phone.open(standing.addresses.invite)
    phone.choose_english()
    phone.agree()
    assert "#" not in page.url


def test_follow_up_reaches_the_desk_as_a_report_of_its_own(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.write(words)
    phone.reports.first.click()
    phone.press("Write more about it")
    phone.heading("Write more about it")
    phone.press(words.category)
    more = f"They came back in the evening. {words.text}"
    phone.page.get_by_label("What happened?").fill(more)
    phone.page.get_by_label("Today", exact=True).check()
    phone.seal()
    phone.shows(HANDED_OVER)
    expect(phone.reports).to_contain_text(f"You wrote more · {HANDED_OVER}")
    standing.pull()
    assert len(standing.reports(words.text)) == len(standing.reports(more)) == 1
    phone.send()
    phone.shows(AT_DESK)
    expect(phone.reports).to_contain_text(f"You wrote more · {AT_DESK}")
