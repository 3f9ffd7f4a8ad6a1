"""Updates of the app: only the release that the desk signed, whole, and never at a queue's cost."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import MakePhone
from tests.browser.support.counted import DIST, CountedApp, counted_app
from tests.browser.support.phone import WAITING, Phone, Words
from tests.browser.support.spine import Spine
from tests.support.phone_build import loader_of, next_release, release_name, release_of

pytestmark = pytest.mark.browser

CHANGED: Final = "This app is not the version that the desk signed"
NEWER: Final = "A newer version of this app is ready"
NAMED: Final = """async (release) => {
  const record = [release, ...Array(7).fill("0".repeat(64))].join("\\n");
  await (await caches.open("tocsin-trust")).put("trusted", new Response(record));
}"""
"""What a phone writes down when a verified directory names a release (release.md section 3)."""

UPDATED: Final = """async () => {
  const registration = await navigator.serviceWorker.ready;
  await registration.update().catch(() => undefined);
  const arriving = registration.installing ?? registration.waiting;
  if (arriving === null) return "none";
  while (!["installed", "activated", "redundant"].includes(arriving.state)) {
    await new Promise((resolve) => (arriving.onstatechange = resolve));
  }
  return arriving.state;
}"""
"""Let the browser look for an update; how far it came."""

SYNCING: Final = "() => navigator.serviceWorker.controller?.scriptURL.endsWith('/sw-sync.js')"

RECORD: Final = """async () =>
  (await (await (await caches.open("tocsin-trust")).match("trusted"))?.text()) ?? ''"""


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another release of the app."""
    return next_release(tmp_path_factory.mktemp("newer"))


@pytest.fixture
def app() -> Iterator[CountedApp]:
    """The app on a web server that can change its release."""
    with counted_app() as served:
        yield served


@pytest.fixture
def visitor(chromium: Browser, tmp_path: Path, app: CountedApp) -> Iterator[Phone]:
    """A phone that has the app as it was first served."""
    phone = Phone(chromium.browser_type, tmp_path / "visitor", app.url)
    phone.open()
    phone.wait_until_offline_ready()
    # The second visit: from now on the page comes from the phone itself.
    phone.open()
    # And the worker that syncs by itself has what it asks the network for.
    phone.page.wait_for_function(SYNCING)
    yield phone
    phone.close()


def colour(page: Page) -> str | None:
    """Tell the releases apart."""
    return page.locator("meta[name=theme-color]").first.get_attribute("content")


def test_update_that_the_desk_did_not_sign_is_not_taken(
    visitor: Phone, app: CountedApp, newer: Path
) -> None:
    visitor.page.evaluate(NAMED, release_of(DIST))
    app.folder = newer
    assert visitor.page.evaluate(UPDATED) in {"redundant", "none"}
    visitor.close()
    assert colour(visitor.open()) == "#f6f5f1"


def test_update_that_the_desk_signed_is_taken_when_the_app_is_opened_again(
    visitor: Phone, app: CountedApp, newer: Path
) -> None:
    visitor.page.evaluate(NAMED, release_of(newer))
    app.folder = newer
    before = app.sent.copy()
    assert visitor.page.evaluate(UPDATED) == "installed"
    # What did not change has the same name and is not asked for again.
    again = {name for name, count in app.sent.items() if 0 < before[name] < count}
    assert again <= {"index.html", "release.json", "sw.js", "sw-sync.js"}, again
    # New is only the loader, which knows its release's name.
    fetched = {name for name in app.sent if not before[name]} - {"release.json"}
    assert fetched == {loader_of(newer)}, fetched
    visitor.close()
    assert colour(visitor.open()) == "#f6f5f0"


def test_signed_update_of_which_one_file_was_changed_is_not_taken(
    visitor: Phone, app: CountedApp, newer: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(newer, changed)
    page = changed / "index.html"
    page.write_text(page.read_text().replace("<title>", "<title>!"))
    (changed / "index.html.gz").unlink()
    visitor.page.evaluate(NAMED, release_of(newer))
    app.folder = changed
    assert visitor.page.evaluate(UPDATED) in {"redundant", "none"}
    visitor.close()
    assert colour(visitor.open()) == "#f6f5f1"


def test_file_that_lies_in_the_store_before_a_signed_update_counts_only_when_it_is_the_signed_one(
    visitor: Phone, app: CountedApp, newer: Path
) -> None:
    visitor.page.evaluate(NAMED, release_of(newer))
    visitor.page.evaluate(
        """async (name) => (await caches.open(name)).put("./", new Response("not the app"))""",
        f"tocsin-app-{release_name(newer)}",
    )
    app.folder = newer
    assert visitor.page.evaluate(UPDATED) == "installed"
    visitor.close()
    assert colour(visitor.open()) == "#f6f5f0"


def test_phone_remembers_what_its_desk_stands_for_and_warns_of_anything_else(
    make_phone_of_spine: MakePhone, spine: Spine, newer: Path
) -> None:
    spine.desk("release", "--pin", str(DIST))
    spine.pull()
    phone = make_phone_of_spine()
    phone.join(spine.addresses.invite)
    phone.send()
    phone.page.wait_for_function(
        f"async (it) => (await ({RECORD})()).startsWith(it)", arg=release_of(DIST)
    )
    expect(phone.page.get_by_text(CHANGED)).to_have_count(0)
    phone.close()

    stranger = make_phone_of_spine()
    spine.desk("release", "--pin", str(newer))
    spine.pull()
    stranger.join(spine.addresses.invite)
    stranger.send()
    expect(stranger.page.get_by_text(CHANGED)).to_be_visible()
    # Who ran a signed one before is on the way to the newest, and is not frightened.
    phone.open()
    phone.send()
    phone.page.wait_for_function(
        f"async (it) => (await ({RECORD})()).startsWith(it)", arg=release_of(newer)
    )
    expect(phone.page.get_by_text(CHANGED)).to_have_count(0)


def test_update_while_offline_with_queued_reports_keeps_the_queue(
    chromium: Browser, tmp_path: Path, app: CountedApp, newer: Path, standing: Spine, words: Words
) -> None:
    phone = Phone(chromium.browser_type, tmp_path / "queued", app.url)
    phone.join(standing.addresses.invite)
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(words)
    phone.write(words)
    phone.shows(WAITING, WAITING)
    # The app's own site answers again, the relay does not.
    phone.context.route(f"{standing.addresses.relay_url}**", lambda route: route.abort())
    phone.find_network()
    app.folder = newer
    assert phone.page.evaluate(UPDATED) == "installed"
    expect(phone.page.get_by_text(NEWER)).to_be_visible()
    phone.close()

    phone.switch_on()
    phone.lose_network()
    assert colour(phone.open()) == "#f6f5f0"
    phone.shows(WAITING, WAITING)
    phone.find_network()
    phone.send_everything()
    standing.pull()
    assert len(standing.reports(words.text)) == 2
    phone.close()
