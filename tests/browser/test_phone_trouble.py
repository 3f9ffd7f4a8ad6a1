"""What goes wrong is said in plain words, and what was typed stays."""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePhone
from tests.browser.support.phone import FLAGS, WAITING, Phone, Words
from tests.browser.support.pictures import write_camera_view
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser


SET_FULL: Final = """(isFull) => {
  globalThis.isFull = isFull;
  globalThis.realPut ??= IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...values) {
    if (globalThis.isFull) throw new DOMException("the phone is full", "QuotaExceededError");
    return globalThis.realPut.apply(this, values);
  };
}"""
"""What a browser does when the phone is full: the write is refused."""


def set_full(page: Page, *, is_full: bool) -> None:
    """Let the phone be full for all who write: the page, and the worker beside it."""
    page.evaluate(SET_FULL, is_full)
    for worker in page.workers:
        worker.evaluate(SET_FULL, is_full)


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
    make_phone: MakePhone, invite: str
) -> None:
    phone = make_phone()
    phone.open()
    phone.choose_english()
    field = phone.page.get_by_label("Paste the invite here")
    field.fill(invite)
    phone.press("Show the desk")
    expect(phone.page.get_by_role("alert")).to_contain_text("not a valid invite")
    expect(field).to_have_value(invite)
    phone.heading("Join a desk")


def test_report_without_answers_says_what_is_missing_and_keeps_the_rest(
    phone: Phone, words: Words
) -> None:
    phone.press("Write a report")
    page = phone.page
    page.get_by_label("What happened?").fill(words.text)
    phone.press("Save and seal")
    expect(page.get_by_role("alert")).to_contain_text("Choose what it is about")
    phone.press(words.category)
    phone.press("Save and seal")
    expect(page.get_by_role("alert")).to_contain_text("Say when it happened")
    expect(page.get_by_label("What happened?")).to_have_value(words.text)


def test_refused_position_leaves_the_words(phone: Phone, words: Words) -> None:
    phone.context.clear_permissions()
    phone.begin(words)
    page = phone.page
    page.get_by_label("Where did it happen?").fill("behind the market")
    phone.press("Add where this phone is")
    expect(page.get_by_role("alert")).to_contain_text("Write the place in words instead")
    expect(page.get_by_label("Where did it happen?")).to_have_value("behind the market")
    expect(page.get_by_label("What happened?")).to_have_value(words.text)


def test_position_is_asked_only_on_a_press_and_reaches_the_desk(
    standing: Spine, make_phone: MakePhone, words: Words
) -> None:
    phone = make_phone(
        permissions=["geolocation"], geolocation={"latitude": 33.1234, "longitude": 35.6789}
    )
    phone.join(standing.addresses.invite)
    phone.begin(words)
    expect(phone.page.get_by_text("Position added")).to_have_count(0)
    phone.press("Add where this phone is")
    expect(phone.page.get_by_text("Position added")).to_be_visible()
    phone.seal()
    phone.send_everything()
    standing.pull()
    (report,) = standing.reports(words.text)
    assert (report["lat"], report["lon"]) == (33.1234, 35.6789)


def test_refused_camera_names_the_other_ways_in(make_phone: MakePhone) -> None:
    phone = make_phone()
    phone.open()
    phone.choose_english()
    phone.press("Scan a code")
    expect(phone.page.get_by_role("alert")).to_contain_text("paste the link")
    phone.press("Back")
    phone.heading("Join a desk")


def test_code_held_before_the_camera_leads_to_the_desk(
    make_phone: MakePhone, standing: Spine, tmp_path: Path
) -> None:
    view = tmp_path / "view.y4m"
    write_camera_view(view, standing.addresses.invite)
    camera = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={view}",
    )
    phone = make_phone(args=[*FLAGS, *camera])
    phone.open()
    phone.choose_english()
    phone.press("Scan a code")
    phone.agree()


def test_full_storage_is_said_and_the_text_stays_on_the_screen(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.press("Write a report")
    phone.press(words.category)
    page = phone.page
    set_full(page, is_full=True)
    page.get_by_label("What happened?").fill(words.text)
    expect(page.get_by_role("alert").first).to_contain_text("free some space")
    expect(page.get_by_label("What happened?")).to_have_value(words.text)
    page.get_by_label("Today", exact=True).check()
    phone.press("Save and seal")
    # The button rests while it is tried: what is said then was said of this press.
    expect(page.get_by_role("button", name="Save and seal", exact=True)).to_be_enabled()
    expect(page.get_by_role("alert").first).to_contain_text("free some space")
    expect(page.get_by_label("What happened?")).to_have_value(words.text)

    set_full(page, is_full=False)
    phone.seal()
    phone.send_everything()
    standing.pull()
    assert [report["text"] for report in standing.reports(words.text)] == [words.text]


def test_unreachable_relay_is_no_alarm(spine: Spine, phone_of_spine: Phone, words: Words) -> None:
    spine.stop()
    phone_of_spine.write(words)
    said = phone_of_spine.send()
    assert said == "No relay could be reached. Nothing is lost; the phone tries again by itself."
    phone_of_spine.shows(WAITING)
    assert "fail" not in phone_of_spine.page.locator("body").inner_text().lower()


def test_forgotten_report_leaves_the_list_and_stays_at_the_desk(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.write(words)
    phone.send_everything()
    standing.pull()
    phone.reports.first.click()
    phone.press("Remove")
    phone.press("Remove it")
    phone.heading("Your reports")
    expect(phone.reports).to_have_count(0)
    assert len(standing.reports(words.text)) == 1


def test_erased_app_is_as_new(phone: Phone, words: Words) -> None:
    phone.write(words)
    phone.press("Settings")
    phone.press("Erase everything")
    phone.press("Erase now")
    phone.heading("Language")
    phone.choose_english()
    phone.heading("Join a desk")


def test_passphrase_shuts_the_app_and_opens_it_again(phone: Phone, words: Words) -> None:
    phone.write(words)
    phone.press("Settings")
    phone.press("Lock and disguise")
    phone.press("Set a passphrase")
    page = phone.page
    page.get_by_label("New passphrase").fill("four words of mine")
    page.get_by_label("The same once more").fill("four words of yours")
    phone.press("Set this passphrase")
    expect(page.get_by_role("alert")).to_contain_text("not the same")
    page.get_by_label("The same once more").fill("four words of mine")
    phone.press("Set this passphrase")
    phone.heading("Lock and disguise")
    phone.close()
    phone.open()
    phone.heading("Locked")
    phone.page.get_by_label("Passphrase").fill("something else")
    phone.press("Open")
    expect(phone.page.get_by_role("alert")).to_contain_text("does not open the app")
    phone.page.get_by_label("Passphrase").fill("four words of mine")
    phone.press("Open")
    phone.heading("Your reports")
    expect(phone.reports).to_have_count(1)
