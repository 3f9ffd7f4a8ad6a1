"""Four lanes over a real relay: words overtake pictures, a window that ends costs nothing."""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import MakePhone
from tests.browser.support.delivered import attachments_of
from tests.browser.support.phone import HANDED_OVER, WAITING, Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

PHOTO_SIDE: Final = 400
"""Pixels; some thirty chunks: more than two requests take."""

MOST_TURNS: Final = 2000
CALM_LANES: Final = 3  # a fourth is opened only where answers come out of order
MOST_LANES: Final = 4
REPORT_CLASS_BYTES: Final = 1280


class Line:
    """Stands between a page and the relay: counts what is under way, and can hold or drop it."""

    def __init__(self, page: Page, relay_url: str) -> None:
        """Stand in the way of every request to the relay."""
        self.sizes: list[int] = []
        self.kept: list[Route] = []
        self.most_under_way = 0
        self.holds_from: int | None = None
        page.route(f"{relay_url}**", self._meet)

    def _meet(self, route: Route) -> None:
        body = route.request.post_data_buffer or b""
        self.sizes.append(len(body))
        if self.holds_from is not None and len(self.sizes) > self.holds_from:
            self.kept.append(route)
            self.most_under_way = max(self.most_under_way, len(self.kept))
            return
        route.continue_()

    def let_go(self) -> None:
        """Let what was held up go on, and hold up nothing more."""
        self.holds_from = None
        for route in self.kept:
            route.continue_()
        self.kept.clear()

    def cut(self) -> None:
        """Break what is under way, and let what comes through."""
        self.holds_from = None
        for route in self.kept:
            route.abort()
        self.kept.clear()


def wait_for_size(line: Line, phone: Phone, before: int, size_bytes: int) -> None:
    """Wait until a request of some size was made."""
    for _turn in range(MOST_TURNS):
        if size_bytes in line.sizes[before:]:
            return
        phone.page.evaluate("() => 0")
    raise AssertionError(f"{line.sizes[before:]} came")


def wait_until_held(line: Line, phone: Phone, count: int) -> None:
    """Wait until so many requests are held up."""
    for _turn in range(MOST_TURNS):
        if len(line.kept) >= count:
            return
        phone.page.evaluate("() => 0")
    raise AssertionError(f"{len(line.kept)} of {count} requests came")


def test_media_go_by_several_lanes_and_all_arrive_once(
    standing: Spine, make_phone: MakePhone, tmp_path: Path, words: Words
) -> None:
    phone = joined(standing, make_phone)
    line = Line(phone.page, standing.addresses.relay_url)
    photo = tmp_path / "lanes.png"
    digest = write_photo(photo, PHOTO_SIDE)
    line.holds_from = 2
    phone.write(words, [photo])
    wait_until_held(line, phone, 2)
    assert 2 <= line.most_under_way <= 4
    line.let_go()
    phone.send_everything()
    standing.pull()
    (report,) = standing.reports(words.text)
    (attachment,) = attachments_of(report)
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)


def test_words_saved_while_pictures_travel_go_before_the_rest_of_them(
    standing: Spine, make_phone: MakePhone, tmp_path: Path, words: Words
) -> None:
    phone = joined(standing, make_phone)
    line = Line(phone.page, standing.addresses.relay_url)
    photo = tmp_path / "slow.png"
    write_photo(photo, PHOTO_SIDE)
    first = Words(text=f"{words.text} First.")
    line.holds_from = 2
    phone.write(first, [photo])
    wait_until_held(line, phone, CALM_LANES)
    before = len(line.sizes)
    phone.write(words)
    # The words leave on a lane of their own, or on the first one that is free.
    line.kept.pop(0).continue_()
    wait_for_size(line, phone, before, REPORT_CLASS_BYTES)
    assert line.sizes[before:].index(REPORT_CLASS_BYTES) <= 1, line.sizes
    assert CALM_LANES <= line.most_under_way <= MOST_LANES
    line.let_go()
    phone.send_everything()
    standing.pull()
    assert len(standing.reports(words.text)) == 1


def test_window_that_ends_in_the_middle_of_a_batch_loses_nothing_and_doubles_nothing(
    standing: Spine, make_phone: MakePhone, tmp_path: Path, words: Words
) -> None:
    phone = joined(standing, make_phone)
    line = Line(phone.page, standing.addresses.relay_url)
    photo = tmp_path / "window.png"
    digest = write_photo(photo, PHOTO_SIDE)
    line.holds_from = 2
    phone.write(words, [photo])
    wait_until_held(line, phone, 2)
    phone.lose_network()
    line.cut()
    phone.find_network()
    phone.send_everything()
    standing.pull()
    (report,) = standing.reports(words.text)
    (attachment,) = attachments_of(report)
    assert (attachment["sha256"], attachment["complete"]) == (digest, True)


def test_report_leaves_by_itself_when_the_network_is_back(
    standing: Spine, phone: Phone, words: Words
) -> None:
    phone.lose_network()
    phone.write(words)
    phone.shows(WAITING)
    phone.find_network()
    phone.shows(HANDED_OVER)


def test_send_now_begins_at_once_whatever_failed_before(
    standing: Spine, make_phone: MakePhone, words: Words
) -> None:
    phone = joined(standing, make_phone)
    line = Line(phone.page, standing.addresses.relay_url)
    line.holds_from = 0
    phone.write(words)
    wait_until_held(line, phone, 1)
    line.cut()
    phone.send_everything()
    phone.shows(HANDED_OVER)


def joined(standing: Spine, make_phone: MakePhone) -> Phone:
    """Make a phone that has joined, and whose requests a test can meet."""
    phone = make_phone(service_workers="block")
    phone.join(standing.addresses.invite)
    return phone
