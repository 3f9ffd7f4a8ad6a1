"""Hard days of a phone: dying tabs, no network, no room, a wrong clock, a long queue."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from schemas.constants import SECONDS_PER_DAY
from tests.browser.conftest import MakePhone
from tests.browser.support.delivered import attachments_of, delivered_once
from tests.browser.support.kept import Kept
from tests.browser.support.many import write_many
from tests.browser.support.phone import AT_DESK, HANDED_OVER, WAITING, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

MANY: Final = 200


def go_on_writing(phone: Phone) -> None:
    """Open the one draft again."""
    phone.page.get_by_role("button", name="Go on writing").click()


def writing(phone: Phone, words: Words, photo: Path) -> list[Callable[[], None]]:
    """Give the steps of writing a report, each of which leaves something on disk."""
    return [
        lambda: phone.press(words.category),
        lambda: phone.fill("What happened?", words.text),
        lambda: phone.check(words.when),
        lambda: phone.fill("Where did it happen?", words.place),
        lambda: phone.add_files([photo]),
    ]


def test_tab_that_crashes_after_every_step_loses_nothing_and_doubles_nothing(
    standing: Spine, make_phone: MakePhone, tmp_path: Path, words: Words
) -> None:
    phone = make_phone()
    kept = Kept(phone)
    phone.join(standing.addresses.invite)
    photo = tmp_path / "street.png"
    digest = write_photo(photo)
    phone.crash_tab()
    phone.press("Write a report")
    for step in writing(phone, words, photo):
        before = kept.marker()
        step()
        kept.wait_beyond(before)
        phone.crash_tab()
        go_on_writing(phone)
    expect(phone.page.get_by_label("What happened?")).to_have_value(words.text)
    phone.press("Save and seal")
    phone.heading("Saved and sealed")
    phone.crash_tab()
    expect(phone.reports).to_have_count(1)
    phone.send_everything()
    phone.crash_tab()
    phone.shows(HANDED_OVER)
    delivered_once(standing, phone, words)
    phone.crash_tab()
    phone.shows(AT_DESK)
    (report,) = standing.reports(words.text)
    assert (report["category"], report["place"]) == ("taken", words.place)
    (attachment,) = attachments_of(report)
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)


def test_network_that_comes_and_goes_at_every_step_costs_nothing(
    standing: Spine, phone: Phone, tmp_path: Path, words: Words
) -> None:
    photo = tmp_path / "street.png"
    write_photo(photo)
    phone.wait_until_offline_ready()
    steps: list[Callable[[], None]] = [
        lambda: phone.press("Write a report"),
        *writing(phone, words, photo),
        phone.seal,
        lambda: phone.shows(WAITING),
    ]
    for step in steps:
        phone.find_network()
        phone.lose_network()
        step()
    phone.find_network()
    delivered_once(standing, phone, words)


def limit_storage(phone: Phone, origin: str, room_bytes: int) -> Callable[[], None]:
    """Let the browser refuse what goes beyond so much more; the function returned lifts that."""
    session = phone.context.new_cdp_session(phone.page)
    used = session.send("Storage.getUsageAndQuota", {"origin": origin})["usage"]
    quota = {"origin": origin, "quotaSize": used + room_bytes}
    session.send("Storage.overrideQuotaForOrigin", quota)

    def lift() -> None:
        session.send("Storage.overrideQuotaForOrigin", {"origin": origin})

    return lift


def test_phone_that_is_full_when_the_app_first_opens_says_so_and_opens_when_there_is_room(
    standing: Spine, make_phone: MakePhone, words: Words
) -> None:
    phone = make_phone()
    phone.switch_on()
    lift = limit_storage(phone, standing.addresses.phone_url.removesuffix("/app/"), 100_000)
    phone.open()
    phone.heading("The app could not open")
    assert "free some space" in phone.wait_for(".notice.care")
    lift()
    phone.join(standing.addresses.invite)
    phone.write(words)
    delivered_once(standing, phone, words)


def test_phone_that_is_full_later_still_seals_a_report_with_a_photo(
    standing: Spine, phone: Phone, tmp_path: Path, words: Words
) -> None:
    photo = tmp_path / "large.png"
    digest = write_photo(photo, side=700)
    phone.wait_until_offline_ready()
    # The room for what waits was taken on the first day: a full phone does not lose a report.
    limit_storage(phone, standing.addresses.phone_url.removesuffix("/app/"), 0)
    phone.write(words, [photo])
    delivered_once(standing, phone, words)
    (report,) = standing.reports(words.text)
    (attachment,) = attachments_of(report)
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)


def evict(phone: Phone, kinds: str) -> None:
    """Let the browser throw away what it keeps for the app, as it does on a phone that is full."""
    origin = phone.page.evaluate("() => location.origin")
    phone.page.goto("about:blank")
    session = phone.context.new_cdp_session(phone.page)
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": kinds})


def test_app_s_files_that_were_evicted_come_again_and_what_waits_is_still_there(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words)
    evict(phone, "cache_storage,service_workers")
    phone.find_network()
    phone.open()
    phone.heading("Your reports")
    phone.wait_until_offline_ready()
    delivered_once(standing, phone, words)


def test_phone_whose_storage_was_evicted_begins_as_new_and_joins_again(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.write(words)
    evict(phone, "all")
    phone.join(standing.addresses.invite)
    expect(phone.reports).to_have_count(0)
    again = Words(text=f"{words.text} Again.")
    phone.write(again)
    delivered_once(standing, phone, again)


@pytest.mark.parametrize(("days", "said"), [(365, "ahead"), (-365, "behind")])
def test_clock_that_is_wrong_by_a_year_is_said_and_the_report_arrives(
    standing: Spine, make_phone: MakePhone, words: Words, days: int, said: str
) -> None:
    phone = make_phone()
    now_seconds = float(phone.switch_on().evaluate("() => Date.now() / 1000"))
    phone.context.clock.set_fixed_time(now_seconds + days * SECONDS_PER_DAY)
    phone.join(standing.addresses.invite)
    phone.write(words)
    phone.send_everything()
    phone.shows(HANDED_OVER)
    assert "days " + said in phone.wait_for(".notice.care", "date seems")
    delivered_once(standing, phone, words)


def test_two_tabs_at_once_send_each_report_once(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    other = phone.second_tab()
    second = Words(text=f"{words.text} In the other tab.")
    phone.begin(words)
    other.begin(second)
    phone.seal()
    other.seal()
    phone.shows(WAITING, WAITING)
    other.shows(WAITING, WAITING)

    phone.find_network()
    phone.press("Send now")
    other.press("Send now")
    phone.shows(HANDED_OVER, HANDED_OVER)
    other.shows(HANDED_OVER, HANDED_OVER)
    standing.pull()
    assert len(standing.reports(words.text)) == len(standing.reports(second.text)) == 1


def test_two_hundred_reports_wait_outlive_the_app_and_arrive_once_each(
    spine: Spine, phone_of_spine: Phone, words: Words
) -> None:
    phone = phone_of_spine
    phone.wait_until_offline_ready()
    phone.lose_network()
    write_many(phone, words, MANY)
    expect(phone.reports).to_have_count(MANY)
    phone.close()
    phone.open()
    expect(phone.reports).to_have_count(MANY)
    phone.send_everything()
    assert spine.pull()["opened"] == MANY
    reports = json.loads(spine.desk("reports", "--json", "--limit", str(2 * MANY)))
    assert len(reports) == MANY
    assert {report["text"] for report in reports} == {f"{words.text} {n}" for n in range(MANY)}
