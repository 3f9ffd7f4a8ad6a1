"""The tab dies in the middle of a step: nothing is lost, nothing doubled, nothing stuck."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import MakePhone
from tests.browser.support.carrying import bring_in, take_out
from tests.browser.support.phone import AT_DESK, HANDED_OVER, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Addresses, Spine

pytestmark = pytest.mark.browser

WORDS = Words(text="Soldiers asked for the lists of the school.")


def delivered_once(spine: Spine, phone: Phone) -> None:
    """Send, pull and send again; the desk has the report once and the phone knows."""
    phone.send_everything()
    spine.pull()
    assert [report["text"] for report in spine.reports()] == [WORDS.text]
    phone.send()
    phone.shows(AT_DESK)


def draft_is_kept(page: Page) -> None:
    """Wait until what was typed is on disk: only then can a draft be thrown away."""
    expect(page.get_by_role("button", name="Throw this draft away")).to_be_visible()


def test_tab_killed_while_joining_has_joined_or_has_not(
    spine: Spine, make_phone: MakePhone, addresses: Addresses
) -> None:
    phone = make_phone()
    page = phone.open()
    phone.choose_english()
    page.get_by_label("Paste the invite here").fill(addresses.invite)
    phone.press("Show the desk")
    phone.press("It is the same: join")
    phone.kill_tab()
    if phone.page.locator("h1").inner_text() == "Join a desk":
        phone.page.get_by_label("Paste the invite here").fill(addresses.invite)
        phone.press("Show the desk")
        phone.agree()
    phone.write(WORDS)
    delivered_once(spine, phone)


def test_tab_killed_while_a_file_is_brought_in_takes_it_whole_the_next_time(
    spine: Spine, phone: Phone, make_phone: MakePhone, addresses: Addresses, tmp_path: Path
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(WORDS)
    bundle = take_out(phone, tmp_path / "carried.tocsin")
    courier = make_phone()
    courier.join(addresses.invite)
    courier.press("Carry reports by hand")
    courier.page.get_by_label("Open a file").set_input_files(bundle)
    courier.kill_tab()
    bring_in(courier, bundle)
    courier.send_everything()
    assert spine.pull()["opened"] == 1
    phone.find_network()
    delivered_once(spine, phone)


def test_tab_killed_while_typing_keeps_the_draft(spine: Spine, phone: Phone) -> None:
    phone.begin(WORDS)
    draft_is_kept(phone.page)
    phone.kill_tab()
    phone.page.get_by_role("button", name="Go on writing").click()
    expect(phone.page.get_by_label("What happened?")).to_have_value(WORDS.text)
    phone.seal()
    delivered_once(spine, phone)


def test_tab_killed_while_a_photo_is_sealed_keeps_the_words(
    spine: Spine, phone: Phone, tmp_path: Path
) -> None:
    photo = tmp_path / "list.png"
    digest = write_photo(photo, side=700)
    phone.begin(WORDS)
    draft_is_kept(phone.page)
    phone.page.get_by_label("Add a file").set_input_files(photo)
    phone.kill_tab()
    phone.page.get_by_role("button", name="Go on writing").click()
    expect(phone.page.get_by_label("What happened?")).to_have_value(WORDS.text)
    if phone.page.locator(".attached").count() == 0:
        phone.add_files([photo])
    phone.seal()
    delivered_once(spine, phone)
    (report,) = spine.reports()
    (attachment,) = list(report["attachments"])  # type: ignore[call-overload]
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)


def test_tab_killed_while_sealing_leaves_a_draft_or_a_report_never_both(
    spine: Spine, phone: Phone
) -> None:
    phone.begin(WORDS)
    draft_is_kept(phone.page)
    phone.press("Save and seal")
    phone.kill_tab()
    drafts = phone.page.get_by_role("button", name="Go on writing")
    assert drafts.count() + phone.reports.count() == 1
    if drafts.count() == 1:
        drafts.click()
        phone.seal()
    delivered_once(spine, phone)


def test_tab_killed_before_the_relay_hears_it_sends_it_later(
    spine: Spine, phone: Phone, addresses: Addresses
) -> None:
    kill_during_exchange(phone, addresses, reaches_relay=False)
    delivered_once(spine, phone)


def test_tab_killed_before_the_receipt_comes_stores_nothing_twice(
    spine: Spine, phone: Phone, addresses: Addresses
) -> None:
    kill_during_exchange(phone, addresses, reaches_relay=True)
    delivered_once(spine, phone)


def kill_during_exchange(phone: Phone, addresses: Addresses, *, reaches_relay: bool) -> None:
    """Seal a report and kill the tab while its exchange with the relay is under way."""
    hold_exchanges(phone.page, addresses, reach_relay=reaches_relay)
    phone.begin(WORDS)
    phone.press("Save and seal")
    phone.heading("Saved and sealed")
    # The app sends by itself once something is sealed.
    wait_until_held(phone.page)
    phone.kill_tab()
    assert phone.states() != [AT_DESK]


def test_tab_killed_while_the_acknowledgement_comes_learns_it_again(
    spine: Spine, phone: Phone, addresses: Addresses
) -> None:
    phone.write(WORDS)
    phone.send_everything()
    phone.shows(HANDED_OVER)
    spine.pull()
    hold_exchanges(phone.page, addresses, reach_relay=True)
    phone.press("Send now")
    wait_until_held(phone.page)
    phone.kill_tab()
    phone.send()
    phone.shows(AT_DESK)
    assert len(spine.reports()) == 1


def hold_exchanges(page: Page, addresses: Addresses, *, reach_relay: bool) -> None:
    """Keep every answer of the relay from the phone; mark the page once one is kept."""

    def hold(route: Route) -> None:
        if reach_relay:
            route.fetch()
        page.evaluate("() => { document.documentElement.dataset.held = 'yes'; }")

    page.route(f"{addresses.relay_url}**", hold)


def wait_until_held(page: Page) -> None:
    """Wait for the mark that `hold_exchanges` makes."""
    page.locator("html[data-held=yes]").wait_for(state="attached")
