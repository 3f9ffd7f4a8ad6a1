"""The tab dies in the middle of a step: nothing is lost, nothing doubled, nothing stuck."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import MakePhone
from tests.browser.support.carrying import bring_in, take_out
from tests.browser.support.delivered import attachments_of, delivered_once
from tests.browser.support.phone import AT_DESK, HANDED_OVER, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine
from tests.browser.support.steps import KEPT

pytestmark = pytest.mark.browser


def draft_is_kept(page: Page) -> None:
    """Wait until everything typed is on disk: the page then ticks its word that it is kept."""
    expect(page.locator(KEPT)).to_be_visible()


def test_tab_killed_while_joining_has_joined_or_has_not(
    standing: Spine, make_phone: MakePhone, words: Words
) -> None:
    phone = make_phone()
    page = phone.open()
    phone.choose_english()
    page.get_by_label("Paste the invite here").fill(standing.addresses.invite)
    phone.press("Show the desk")
    phone.press("It is the same: join")
    phone.kill_tab()
    if phone.page.locator("h1").inner_text() == "Join a desk":
        phone.page.get_by_label("Paste the invite here").fill(standing.addresses.invite)
        phone.press("Show the desk")
        phone.agree()
    phone.write(words)
    delivered_once(standing, phone, words)


def test_tab_killed_while_a_file_is_brought_in_takes_it_whole_the_next_time(
    standing: Spine, phone: Phone, make_phone: MakePhone, tmp_path: Path, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words)
    bundle = take_out(phone, tmp_path / "carried.tocsin")
    courier = make_phone()
    courier.join(standing.addresses.invite)
    courier.press("Carry reports by hand")
    courier.page.get_by_label("Open a file").set_input_files(bundle)
    courier.kill_tab()
    bring_in(courier, bundle)
    courier.send_everything()
    standing.pull()
    phone.find_network()
    delivered_once(standing, phone, words)


def test_tab_killed_while_typing_keeps_the_draft(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.begin(words)
    draft_is_kept(phone.page)
    phone.kill_tab()
    phone.page.get_by_role("button", name="Go on writing").click()
    expect(phone.page.get_by_label("What happened?")).to_have_value(words.text)
    phone.seal()
    delivered_once(standing, phone, words)


def test_tab_killed_while_a_photo_is_sealed_keeps_the_words(
    standing: Spine, phone: Phone, tmp_path: Path, words: Words
) -> None:
    photo = tmp_path / "list.png"
    digest = write_photo(photo, side=400)
    phone.begin(words)
    draft_is_kept(phone.page)
    phone.page.get_by_label("Add a file").set_input_files(photo)
    phone.kill_tab()
    phone.page.get_by_role("button", name="Go on writing").click()
    expect(phone.page.get_by_label("What happened?")).to_have_value(words.text)
    if phone.page.locator(".attached").count() == 0:
        phone.add_files([photo])
    phone.seal()
    delivered_once(standing, phone, words)
    (report,) = standing.reports(words.text)
    (attachment,) = attachments_of(report)
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)


def test_tab_killed_while_sealing_leaves_a_draft_or_a_report_never_both(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.begin(words)
    draft_is_kept(phone.page)
    phone.press("Save and seal")
    phone.kill_tab()
    drafts = phone.page.get_by_role("button", name="Go on writing")
    assert drafts.count() + phone.reports.count() == 1
    if drafts.count() == 1:
        drafts.click()
        phone.seal()
    delivered_once(standing, phone, words)


def test_tab_killed_before_the_relay_hears_it_sends_it_later(
    standing: Spine, phone: Phone, words: Words
) -> None:
    kill_during_exchange(standing, phone, words, reaches_relay=False)
    delivered_once(standing, phone, words)


def test_tab_killed_before_the_receipt_comes_stores_nothing_twice(
    standing: Spine, phone: Phone, words: Words
) -> None:
    kill_during_exchange(standing, phone, words, reaches_relay=True)
    delivered_once(standing, phone, words)


def kill_during_exchange(
    standing: Spine, phone: Phone, words: Words, *, reaches_relay: bool
) -> None:
    """Seal a report and kill the tab while its exchange with the relay is under way."""
    hold_exchanges(standing, phone.page, reach_relay=reaches_relay)
    phone.begin(words)
    phone.press("Save and seal")
    phone.heading("Saved and sealed")
    # The app sends by itself once something is sealed.
    wait_until_held(phone.page)
    phone.kill_tab()
    assert phone.states() != [AT_DESK]


def test_tab_killed_while_the_acknowledgement_comes_learns_it_again(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.write(words)
    phone.send_everything()
    phone.shows(HANDED_OVER)
    standing.pull()
    hold_exchanges(standing, phone.page, reach_relay=True)
    phone.press("Send now")
    wait_until_held(phone.page)
    phone.kill_tab()
    phone.send()
    phone.shows(AT_DESK)
    assert len(standing.reports(words.text)) == 1


def hold_exchanges(standing: Spine, page: Page, *, reach_relay: bool) -> None:
    """Keep every answer of the relay from the phone; mark the page once one is kept."""

    def hold(route: Route) -> None:
        if reach_relay:
            route.fetch()
        page.evaluate("() => { document.documentElement.dataset.held = 'yes'; }")

    page.route(f"{standing.addresses.relay_url}**", hold)


def wait_until_held(page: Page) -> None:
    """Wait for the mark that `hold_exchanges` makes."""
    page.locator("html[data-held=yes]").wait_for(state="attached")
