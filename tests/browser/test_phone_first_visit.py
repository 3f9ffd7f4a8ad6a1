"""A first visit over a line that breaks, falls silent, or ends in a browser that stores nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from server.plumbing.headers import PHONE_POLICY
from tests.browser.conftest import MakePhone
from tests.browser.support.counted import CountedApp, counted_app
from tests.browser.support.phone import WAITING, Phone, Words
from tests.browser.support.spine import Spine
from tests.support.phone_build import DIST, files_needed, pieces_of

pytestmark = pytest.mark.browser

STORED: Final = """async () => {
  const names = [];
  for (const cache of await caches.keys()) {
    for (const { url } of await (await caches.open(cache)).keys()) {
      names.push(new URL(url).pathname.replace("/app/", "") || "./");
    }
  }
  return names;
}"""

ALL_STORED: Final = f"""async (wanted) => {{
  const stored = await ({STORED})();
  return wanted.every((name) => stored.includes(name));
}}"""

STORED_PIECES: Final = """async (least) => {
  const names = [];
  for (const cache of await caches.keys()) {
    for (const { url } of await (await caches.open(cache)).keys()) names.push(url);
  }
  return names.filter((url) => url.includes("/piece-")).length >= least;
}"""

POLICIES: Final = """async (names) => {
  const answers = await Promise.all(names.map((name) => caches.match(name)));
  return [...new Set(answers.map((one) => one.headers.get("content-security-policy")))];
}"""

KEPT_BEFORE_THE_CUT: Final = 4


@pytest.fixture
def app() -> Iterator[CountedApp]:
    """The app on a web server that can fall silent."""
    with counted_app() as served:
        yield served


@pytest.fixture
def visitor(chromium: Browser, tmp_path: Path, app: CountedApp) -> Iterator[Phone]:
    """A phone that has never seen the app."""
    phone = Phone(chromium.browser_type, tmp_path / "visitor", app.url)
    yield phone
    phone.close()


def is_piece(name: str) -> bool:
    return name.startswith("piece-")


def all_pieces() -> set[str]:
    """What an English phone needs."""
    return {name for pack in ("first", "rest", "after") for name in pieces_of(DIST, pack)}


def test_each_piece_comes_once_and_what_is_stored_are_files(
    visitor: Phone, app: CountedApp
) -> None:
    visitor.open()
    visitor.wait_until_offline_ready()
    assert {name for name in app.asked if is_piece(name)} == all_pieces()
    assert max(app.asked[name] for name in all_pieces()) == 1
    stored = visitor.page.evaluate(STORED)
    assert set(files_needed(DIST)) <= set(stored)
    assert [name for name in stored if is_piece(name)] == []


def test_visit_that_is_cut_goes_on_where_it_was(visitor: Phone, app: CountedApp) -> None:
    brought = set(pieces_of(DIST, "first")[:KEPT_BEFORE_THE_CUT])
    app.is_held = lambda name: is_piece(name) and name not in brought
    page = visitor.switch_on()
    page.goto(app.url)
    page.wait_for_function(f"async () => ({STORED_PIECES})({KEPT_BEFORE_THE_CUT})")
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible()
    assert float(bar.get_attribute("value") or 0) > 0
    visitor.close()
    app.is_held = lambda _name: False
    visitor.open()
    visitor.wait_until_offline_ready()
    assert {app.asked[name] for name in brought} == {1}
    assert {app.sent[name] for name in all_pieces()} == {1}


def test_cut_after_the_first_page_the_rest_comes_with_the_next_visit(
    visitor: Phone, app: CountedApp
) -> None:
    rest = pieces_of(DIST, "rest")
    app.is_held = lambda name: name in rest[1:]
    visitor.open()
    visitor.page.wait_for_function(f"async () => ({STORED_PIECES})(1)")
    visitor.close()
    app.is_held = lambda _name: False
    visitor.open()
    visitor.wait_until_offline_ready()
    visitor.page.wait_for_function(f"async () => !(await ({STORED_PIECES})(1))")
    assert set(files_needed(DIST)) <= set(visitor.page.evaluate(STORED))
    assert {app.sent[name] for name in rest} == {1}


def test_while_what_sends_is_on_its_way_the_app_opens_writes_seals_and_queues_without_a_network(
    visitor: Phone, app: CountedApp, standing: Spine, tmp_path: Path
) -> None:
    joining = tmp_path / "join.tocsin"
    standing.desk("invite", "--file", str(joining))
    after = pieces_of(DIST, "after")
    app.is_held = lambda name: name in after
    visitor.open()
    visitor.page.wait_for_function(ALL_STORED, arg=files_needed(DIST))
    visitor.lose_network()
    visitor.choose_english()
    visitor.join_by_file(joining)
    visitor.write(Words(text="Two lorries at the bridge since dawn.", place="Old bridge"))
    visitor.shows(WAITING)
    visitor.close()
    visitor.switch_on()
    visitor.lose_network()
    visitor.open()
    visitor.shows(WAITING)
    assert {app.sent[name] for name in after} == {0}


def test_piece_that_never_answers_is_asked_for_again(visitor: Phone, app: CountedApp) -> None:
    silent = pieces_of(DIST, "first")[1]
    app.is_held = lambda name: name == silent and app.asked[name] == 1
    visitor.open()
    visitor.wait_until_offline_ready()
    assert app.asked[silent] == 2
    assert app.sent[silent] == 1


def test_page_loads_as_any_page_does_where_pieces_are_blocked(
    visitor: Phone, app: CountedApp
) -> None:
    app.is_refused = is_piece
    visitor.open()
    visitor.wait_until_offline_ready()
    # The service worker has stored the same files by their own names.
    visitor.page.wait_for_function(ALL_STORED, arg=files_needed(DIST))


def test_page_loads_as_any_page_does_where_the_service_worker_is_blocked(
    visitor: Phone, app: CountedApp
) -> None:
    app.is_refused = lambda name: name == "sw.js"
    visitor.open()
    visitor.choose_english()
    visitor.heading("Join a desk")


def test_files_of_a_pack_keep_the_policy_that_their_piece_came_with(make_phone: MakePhone) -> None:
    phone = make_phone()
    phone.open()
    phone.wait_until_offline_ready()
    assert phone.page.evaluate(POLICIES, files_needed(DIST)) == [PHONE_POLICY]
