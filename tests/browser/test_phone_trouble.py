"""What goes wrong is said in plain words, and what was typed stays."""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePhone
from tests.browser.support.phone import FLAGS, WAITING, Phone, Words
from tests.browser.support.pictures import write_camera_view
from tests.browser.support.spine import Addresses, Spine

pytestmark = pytest.mark.browser

WORDS = Words(text="The well was filled with stones.")


FULL_STORAGE: Final = """() => {
  document.documentElement.dataset.full = "yes";
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...values) {
    if (document.documentElement.dataset.full === "yes") {
      throw new DOMException("the phone is full", "QuotaExceededError");
    }
    return put.apply(this, values);
  };
}"""
"""What a browser does when the phone is full: the write is refused."""


@pytest.mark.parametrize(
    "invite",
    [
        "",
        "hello",
        "https://example.org/",
        "https://example.org/#tocsin1.AAAA",
        "tocsin1 https://example.org/x k=AAAA d=AAAA n=Wrong",
    ],
)
def test_wrong_invite_is_refused_in_plain_words_and_stays_to_be_corrected(
    make_visitor: MakePhone, invite: str
) -> None:
    phone = make_visitor()
    phone.open()
    phone.choose_english()
    field = phone.page.get_by_label("Paste the invite here")
    field.fill(invite)
    phone.press("Show the desk")
    expect(phone.page.get_by_role("alert")).to_contain_text("not a valid invite")
    expect(field).to_have_value(invite)
    phone.heading("Join a desk")


def test_report_without_answers_says_what_is_missing_and_keeps_the_rest(visitor: Phone) -> None:
    visitor.press("Write a report")
    page = visitor.page
    page.get_by_label("What happened?").fill(WORDS.text)
    visitor.press("Save and seal")
    expect(page.get_by_role("alert")).to_contain_text("Choose what it is about")
    visitor.press(WORDS.category)
    visitor.press("Save and seal")
    expect(page.get_by_role("alert")).to_contain_text("Say when it happened")
    expect(page.get_by_label("What happened?")).to_have_value(WORDS.text)


def test_refused_position_leaves_the_words(visitor: Phone) -> None:
    visitor.context.clear_permissions()
    visitor.begin(WORDS)
    page = visitor.page
    page.get_by_label("Where did it happen?").fill("behind the market")
    visitor.press("Add where this phone is")
    expect(page.get_by_role("alert")).to_contain_text("Write the place in words instead")
    expect(page.get_by_label("Where did it happen?")).to_have_value("behind the market")
    expect(page.get_by_label("What happened?")).to_have_value(WORDS.text)


def test_position_is_asked_only_on_a_press_and_reaches_the_desk(
    spine: Spine, make_phone: MakePhone, addresses: Addresses
) -> None:
    phone = make_phone(
        permissions=["geolocation"], geolocation={"latitude": 33.1234, "longitude": 35.6789}
    )
    phone.join(addresses.invite)
    phone.begin(WORDS)
    expect(phone.page.get_by_text("Position added")).to_have_count(0)
    phone.press("Add where this phone is")
    expect(phone.page.get_by_text("Position added")).to_be_visible()
    phone.seal()
    phone.send_everything()
    spine.pull()
    (report,) = spine.reports()
    assert (report["lat"], report["lon"]) == (33.1234, 35.6789)


def test_refused_camera_names_the_other_ways_in(make_visitor: MakePhone) -> None:
    phone = make_visitor()
    phone.open()
    phone.choose_english()
    phone.press("Scan a code")
    expect(phone.page.get_by_role("alert")).to_contain_text("paste the link")
    phone.press("Back")
    phone.heading("Join a desk")


def test_code_held_before_the_camera_leads_to_the_desk(
    make_visitor: MakePhone, standing: Addresses, tmp_path: Path
) -> None:
    view = tmp_path / "view.y4m"
    write_camera_view(view, standing.invite)
    camera = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={view}",
    )
    phone = make_visitor(args=[*FLAGS, *camera])
    phone.open()
    phone.choose_english()
    phone.press("Scan a code")
    phone.agree()


def test_full_storage_is_said_and_the_text_stays_on_the_screen(spine: Spine, phone: Phone) -> None:
    phone.press("Write a report")
    phone.press(WORDS.category)
    page = phone.page
    page.evaluate(FULL_STORAGE)
    page.get_by_label("What happened?").fill(WORDS.text)
    expect(page.get_by_role("alert").first).to_contain_text("free some space")
    expect(page.get_by_label("What happened?")).to_have_value(WORDS.text)
    page.get_by_label("Today", exact=True).check()
    phone.press("Save and seal")
    expect(page.get_by_label("What happened?")).to_have_value(WORDS.text)

    page.evaluate("() => { document.documentElement.dataset.full = 'no'; }")
    phone.seal()
    phone.send_everything()
    spine.pull()
    assert [report["text"] for report in spine.reports()] == [WORDS.text]


def test_unreachable_relay_is_no_alarm(spine: Spine, phone: Phone) -> None:
    spine.stop()
    phone.write(WORDS)
    said = phone.send()
    assert said == "No relay could be reached. Nothing is lost; the phone tries again by itself."
    phone.shows(WAITING)
    assert "fail" not in phone.page.locator("body").inner_text().lower()


def test_forgotten_report_leaves_the_list_and_stays_at_the_desk(spine: Spine, phone: Phone) -> None:
    phone.write(WORDS)
    phone.send_everything()
    spine.pull()
    phone.reports.first.click()
    phone.press("Remove")
    phone.press("Remove it")
    phone.heading("Your reports")
    expect(phone.reports).to_have_count(0)
    assert len(spine.reports()) == 1


def test_erased_app_is_as_new(visitor: Phone) -> None:
    visitor.write(WORDS)
    visitor.press("Settings")
    visitor.press("Erase everything")
    visitor.press("Erase now")
    visitor.heading("Language")
    visitor.choose_english()
    visitor.heading("Join a desk")


def test_passphrase_shuts_the_app_and_opens_it_again(visitor: Phone) -> None:
    visitor.write(WORDS)
    visitor.press("Settings")
    visitor.press("Set a passphrase")
    page = visitor.page
    page.get_by_label("New passphrase").fill("four words of mine")
    page.get_by_label("The same once more").fill("four words of yours")
    visitor.press("Set this passphrase")
    expect(page.get_by_role("alert")).to_contain_text("not the same")
    page.get_by_label("The same once more").fill("four words of mine")
    visitor.press("Set this passphrase")
    visitor.heading("Settings")
    visitor.close()
    visitor.open()
    visitor.heading("Locked")
    visitor.page.get_by_label("Passphrase").fill("something else")
    visitor.press("Open")
    expect(visitor.page.get_by_role("alert")).to_contain_text("does not open the app")
    visitor.page.get_by_label("Passphrase").fill("four words of mine")
    visitor.press("Open")
    visitor.heading("Your reports")
    expect(visitor.reports).to_have_count(1)
