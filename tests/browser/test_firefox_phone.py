"""The same steps in an unpatched Firefox: from the first minute to the desk's word."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser.support.delivered import attachments_of, delivered_once
from tests.browser.support.firefox_phone import FirefoxPhone
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine
from tests.browser.support.steps import AT_DESK, HANDED_OVER, KEPT, WAITING, Words

pytestmark = pytest.mark.browser

MakeFirefoxPhone = Callable[[Spine], FirefoxPhone]


@pytest.fixture
def make_firefox_phone(firefox_program: str, tmp_path: Path) -> Iterator[MakeFirefoxPhone]:
    """A maker of phones with Firefox, each with a storage of its own."""
    phones: list[FirefoxPhone] = []

    def make(servers: Spine) -> FirefoxPhone:
        profile = tmp_path / f"firefox-{len(phones)}"
        phones.append(FirefoxPhone(firefox_program, profile, servers.addresses.phone_url))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()


@pytest.fixture
def phone(make_firefox_phone: MakeFirefoxPhone, standing: Spine) -> FirefoxPhone:
    """A phone with Firefox that has joined the standing desk."""
    joined = make_firefox_phone(standing)
    joined.join(standing.addresses.invite)
    return joined


def test_report_written_without_a_network_reaches_the_desk_once_and_whole(
    standing: Spine, phone: FirefoxPhone, tmp_path: Path, words: Words
) -> None:
    photo = tmp_path / "street.png"
    digest = write_photo(photo)
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words, [photo])
    phone.shows(WAITING)

    phone.close()
    phone.switch_on()
    phone.lose_network()
    phone.open()
    phone.heading("Your reports")
    phone.shows(WAITING)

    phone.find_network()
    phone.send_everything()
    phone.shows(HANDED_OVER)
    standing.pull()
    phone.send()
    phone.shows(AT_DESK)
    (report,) = standing.reports(words.text)
    (attachment,) = attachments_of(report)
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)


def test_region_is_found_on_the_map_by_its_name(
    standing: Spine, phone: FirefoxPhone, words: Words
) -> None:
    phone.begin(replace(words, place=""))
    phone.press("Choose on a map")
    phone.wait_for("canvas.map")
    phone.fill("Search for a region", "nord-kivu")
    phone.wait_for("button", "Nord-Kivu, Congo - Kinshasa")
    phone.press("Nord-Kivu, Congo - Kinshasa")
    phone.wait_for("[role=status]", "Chosen: Nord-Kivu, Congo - Kinshasa")
    phone.seal()
    phone.send_everything()
    standing.pull()
    (report,) = standing.reports(words.text)
    assert report["place"] == "Nord-Kivu, Congo - Kinshasa"


def test_browser_killed_while_typing_keeps_the_draft(
    standing: Spine, phone: FirefoxPhone, words: Words
) -> None:
    phone.begin(words)
    phone.wait_for(KEPT)
    phone.kill()
    phone.open()
    phone.go_on_writing()
    assert phone.value("What happened?") == words.text
    phone.seal()
    delivered_once(standing, phone, words)


def test_browser_killed_while_sealing_leaves_a_draft_or_a_report_never_both(
    standing: Spine, phone: FirefoxPhone, words: Words
) -> None:
    phone.begin(words)
    phone.wait_for(KEPT)
    phone.press("Save and seal")
    phone.kill()
    phone.open()
    is_draft = phone.sees("Go on writing")
    assert is_draft + len(phone.states()) == 1
    if is_draft:
        phone.go_on_writing()
        phone.seal()
    delivered_once(standing, phone, words)


def test_browser_killed_while_sending_stores_nothing_twice(
    standing: Spine, phone: FirefoxPhone, words: Words
) -> None:
    phone.lose_network()
    phone.write(words)
    phone.find_network()
    phone.press("Send now")
    phone.kill()
    phone.open()
    delivered_once(standing, phone, words)


def test_screen_reader_hears_a_name_for_whatever_can_be_pressed(phone: FirefoxPhone) -> None:
    assert phone.unnamed_controls() == []
    phone.press("Write a report")
    assert phone.unnamed_controls() == []
