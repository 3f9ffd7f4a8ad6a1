"""Reports carried by hand: as a file to the desk, and by a phone for another phone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePhone
from tests.browser.support.phone import AT_DESK, HANDED_OVER, WAITING, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Addresses, Spine

pytestmark = pytest.mark.browser

WORDS = Words(text="The bridge is closed and food is turned back.")


def take_out(phone: Phone, to: Path) -> Path:
    """Make the file of everything sealed and save it."""
    phone.press("Carry reports by hand")
    with phone.page.expect_download() as download:
        phone.press("Make the file")
    assert download.value.suggested_filename == "notes.tocsin"
    download.value.save_as(to)
    phone.press("Back")
    phone.heading("Your reports")
    return to


def bring_in(phone: Phone, file: Path) -> str:
    """Open a file that somebody gave; what the app says of it."""
    phone.page.get_by_role("button", name="Carry reports by hand").click()
    phone.page.get_by_label("Open a file").set_input_files(file)
    told = phone.page.locator(".notice.good")
    expect(told).to_be_visible()
    said = told.inner_text()
    phone.press("Back")
    phone.heading("Your reports")
    return said


def test_file_carried_to_the_desk_needs_no_relay(
    spine: Spine, phone: Phone, tmp_path: Path
) -> None:
    photo = tmp_path / "bridge.png"
    digest = write_photo(photo)
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(WORDS, [photo])
    bundle = take_out(phone, tmp_path / "carried.tocsin")

    spine.desk("import", str(bundle))
    (report,) = spine.reports()
    assert report["text"] == WORDS.text
    (attachment,) = list(report["attachments"])  # type: ignore[call-overload]
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)
    phone.shows(WAITING)


def test_courier_delivers_what_it_cannot_read(
    spine: Spine, phone: Phone, make_phone: MakePhone, addresses: Addresses, tmp_path: Path
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(WORDS)
    bundle = take_out(phone, tmp_path / "carried.tocsin")

    courier = make_phone()
    courier.join(addresses.invite)
    assert "1 sealed piece taken to be carried." in bring_in(courier, bundle)
    assert "1 was here already." in bring_in(courier, bundle)
    assert courier.states() == []
    courier.send_everything()

    assert spine.pull()["opened"] == 1
    (report,) = spine.reports()
    assert report["text"] == WORDS.text

    phone.find_network()
    phone.send()
    phone.shows(AT_DESK)
    assert spine.pull()["opened"] == 0


def test_file_that_is_no_bundle_is_refused_in_plain_words(phone: Phone, tmp_path: Path) -> None:
    wrong = tmp_path / "holiday.txt"
    wrong.write_text("nothing of ours", encoding="utf-8")
    phone.press("Carry reports by hand")
    phone.page.get_by_label("Open a file").set_input_files(wrong)
    expect(phone.page.get_by_role("alert")).to_contain_text("not a Tocsin bundle")


def test_report_carried_and_also_sent_is_at_the_desk_once(
    spine: Spine, phone: Phone, tmp_path: Path
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(WORDS)
    bundle = take_out(phone, tmp_path / "carried.tocsin")
    spine.desk("import", str(bundle))
    phone.find_network()
    phone.send_everything()
    phone.shows(HANDED_OVER)
    assert spine.pull()["opened"] == 0
    assert len(spine.reports()) == 1
    phone.send()
    phone.shows(AT_DESK)
