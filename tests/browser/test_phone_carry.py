"""Reports carried by hand: as a file to the desk, and by a phone for another phone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from schemas.bundle.writer import write_bundle
from tests.browser.conftest import MakePhone
from tests.browser.support.carrying import bring_in, take_out
from tests.browser.support.codes import (
    camera_before,
    film,
    keep_everything,
    put_together,
    read_bundle_off,
    show_codes,
)
from tests.browser.support.delivered import attachments_of
from tests.browser.support.phone import AT_DESK, HANDED_OVER, WAITING, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser


def test_file_carried_to_the_desk_needs_no_relay(
    standing: Spine, phone: Phone, tmp_path: Path, words: Words
) -> None:
    photo = tmp_path / "bridge.png"
    digest = write_photo(photo)
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words, [photo])
    bundle = take_out(phone, tmp_path / "carried.tocsin")

    standing.desk("import", str(bundle))
    (report,) = standing.reports(words.text)
    assert report["text"] == words.text
    (attachment,) = attachments_of(report)
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)
    phone.shows(WAITING)


def test_courier_delivers_what_it_cannot_read(
    standing: Spine, phone: Phone, make_phone: MakePhone, tmp_path: Path, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words)
    bundle = take_out(phone, tmp_path / "carried.tocsin")

    courier = make_phone()
    courier.join(standing.addresses.invite)
    assert "1 sealed piece taken to be carried." in bring_in(courier, bundle)
    assert "1 was here already." in bring_in(courier, bundle)
    assert courier.states() == []
    courier.send_everything()

    standing.pull()
    (report,) = standing.reports(words.text)
    assert report["text"] == words.text

    phone.find_network()
    phone.send()
    phone.shows(AT_DESK)
    standing.pull()
    assert len(standing.reports(words.text)) == 1


def test_joining_file_needs_no_network_to_join_and_to_seal(
    spine: Spine, make_phone_of_spine: MakePhone, tmp_path: Path, words: Words
) -> None:
    joining = tmp_path / "join.tocsin"
    spine.desk("invite", "--file", str(joining))
    phone = make_phone_of_spine()
    phone.open()
    phone.wait_until_offline_ready()
    phone.lose_network()
    spine.stop()

    phone.choose_english()
    phone.join_by_file(joining)
    phone.write(words)
    phone.shows(WAITING)

    spine.start()
    phone.find_network()
    phone.send_everything()
    assert spine.pull()["opened"] == 1


def test_file_that_is_no_bundle_is_refused_in_plain_words(phone: Phone, tmp_path: Path) -> None:
    wrong = tmp_path / "holiday.txt"
    wrong.write_text("nothing of ours", encoding="utf-8")
    phone.press("Carry reports by hand")
    phone.page.get_by_label("Open a file").set_input_files(wrong)
    expect(phone.page.get_by_role("alert")).to_contain_text("not a Tocsin bundle")


def test_report_carried_and_also_sent_is_at_the_desk_once(
    standing: Spine, phone: Phone, tmp_path: Path, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words)
    bundle = take_out(phone, tmp_path / "carried.tocsin")
    standing.desk("import", str(bundle))
    phone.find_network()
    phone.send_everything()
    phone.shows(HANDED_OVER)
    standing.pull()
    assert len(standing.reports(words.text)) == 1
    phone.send()
    phone.shows(AT_DESK)


def test_codes_on_the_screen_are_read_by_a_decoder_that_is_not_ours(
    standing: Spine, phone: Phone, tmp_path: Path, words: Words
) -> None:
    keep_everything(phone)
    phone.write(words)
    phone.lose_network()
    phone.write(Words(text=words.text + " Again."))
    show_codes(phone)
    bundle = tmp_path / "filmed.tocsin"
    bundle.write_bytes(read_bundle_off(phone))

    standing.desk("import", str(bundle))
    (report,) = standing.reports(words.text + " Again.")
    assert report["text"] == words.text + " Again."


def test_another_phone_s_camera_takes_what_a_screen_shows(
    standing: Spine, phone: Phone, make_phone: MakePhone, tmp_path: Path, words: Words
) -> None:
    keep_everything(phone)
    phone.lose_network()
    phone.write(words)
    show_codes(phone)
    pictures = film(phone, 4)

    courier = make_phone(**camera_before(pictures, tmp_path / "view.y4m"))
    courier.join(standing.addresses.invite)
    courier.press("Carry reports by hand")
    courier.press("Read another phone's codes")
    told = courier.page.locator(".notice.good")
    expect(told).to_contain_text(
        "That is everything. The other phone can stop.",
        timeout=180_000,  # a busy machine reads few pictures a second
    )
    expect(told).to_contain_text("1 sealed piece taken to be carried.")
    courier.press("Back")
    expect(courier.page.get_by_text("You are carrying 1 sealed piece for others.")).to_be_visible()
    courier.press("Back")
    courier.send_everything()

    standing.pull()
    (report,) = standing.reports(words.text)
    assert report["text"] == words.text


SHARING = """() => {
  window.shared = [];
  navigator.canShare = ({ files }) => files.every(({ type }) => type.startsWith("text/"));
  navigator.share = async ({ files }) => {
    if (window.turnsAway) throw new DOMException("", "AbortError");
    for (const file of files) shared.push([file.name, file.type, await file.text()]);
  };
}"""


def test_sheet_that_takes_text_only_gets_the_bundle_as_text(
    standing: Spine, phone: Phone, tmp_path: Path, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words)
    phone.page.evaluate(SHARING)
    phone.press("Carry reports by hand")
    phone.press("Share the file")
    expect(phone.page.locator(".notice.good")).to_contain_text("Shared:")
    ((name, kind, text),) = phone.page.evaluate("() => shared")
    assert (name, kind) == ("notes.txt", "text/plain")
    bundle = tmp_path / "shared.txt"
    bundle.write_text(text, encoding="ascii")
    standing.desk("import", str(bundle))
    (report,) = standing.reports(words.text)
    assert report["text"] == words.text

    phone.page.evaluate("() => { window.turnsAway = true; }")
    phone.press("Share the file")
    expect(phone.page.locator(".notice.good")).to_have_text("Not shared. Everything is still here.")


def test_files_dropped_on_the_page_are_carried(
    phone: Phone, make_phone: MakePhone, standing: Spine, tmp_path: Path, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words)
    bundle = take_out(phone, tmp_path / "carried.tocsin")

    courier = make_phone()
    courier.join(standing.addresses.invite)
    courier.press("Carry reports by hand")
    dropped = courier.page.evaluate_handle(
        """(bytes) => {
          const files = new DataTransfer();
          files.items.add(new File([new Uint8Array(bytes)], "a.tocsin"));
          files.items.add(new File([new Uint8Array(bytes).slice(0, 500)], "b.tocsin"));
          return files;
        }""",
        list(bundle.read_bytes()),
    )
    courier.page.dispatch_event(".drop", "dragover", {"dataTransfer": dropped})
    expect(courier.page.locator(".falling")).to_be_visible()
    courier.page.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    told = courier.page.locator(".notice.good")
    expect(told).to_contain_text("1 sealed piece taken to be carried.")
    expect(told).to_contain_text("damaged or cut short")
    expect(courier.page.locator(".falling")).to_have_count(0)


def test_report_leaves_as_text_messages_where_the_desk_takes_them(
    spine: Spine, make_phone_of_spine: MakePhone, tmp_path: Path, words: Words
) -> None:
    spine.desk("sms", "--number", "+250 788 000 111")
    spine.pull()
    phone = make_phone_of_spine()
    phone.join(spine.addresses.invite)
    keep_everything(phone)
    phone.lose_network()
    phone.begin(words)
    phone.press("No internet: send it as text messages")
    warning = phone.page.get_by_role("alert")
    expect(warning).to_contain_text("Your operator sees that you sent these messages")
    phone.press("Seal it for text messages")
    phone.heading("Send as text messages")
    links = phone.page.get_by_role("link", name="Open in messages")
    expect(links).not_to_have_count(0)
    addresses = [str(link.get_attribute("href")) for link in links.all()]
    assert {address.partition("?")[0] for address in addresses} == {"sms:+250788000111"}
    texts = [address.partition("body=")[2] for address in addresses]
    assert texts == phone.page.locator(".sealedtext").all_inner_texts()

    bundle = tmp_path / "messages.tocsin"
    bundle.write_bytes(write_bundle([put_together(texts[1:])]))
    spine.desk("import", str(bundle))
    (report,) = spine.reports(words.text)
    assert report["text"] == words.text

    phone.find_network()
    phone.press("Back")
    phone.send_everything()
    spine.pull()
    assert len(spine.reports(words.text)) == 1


def test_text_messages_are_not_spoken_of_unless_the_desk_takes_them(
    phone: Phone, words: Words
) -> None:
    phone.begin(words)
    expect(phone.page.get_by_role("button", name="Save and seal")).to_be_visible()
    expect(phone.page.get_by_text("text messages")).to_have_count(0)
