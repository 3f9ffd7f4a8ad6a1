"""How much a first visit loads, and that it asks nobody but its own origin."""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Request

from tests.browser.conftest import MakePhone
from tests.browser.support.counted import counted_app
from tests.browser.support.phone import Phone
from tests.browser.support.spine import Spine
from tests.support.phone_build import DIST, files_needed, loader_of, pieces_of

pytestmark = pytest.mark.browser

FIRST_LOAD_BYTES: Final = 120 * 1024
"""From opening the link to the first page: half a minute at 32 kbit/s."""

MOST_QUESTIONS: Final = 2000

INSTALL_BYTES: Final = 120 * 1024
"""Until the app opens without a network, in one language: page, loader, service worker, first pack.

Less than a third of what an installed app may weigh in all (`tools/phone_build/budgets.mjs`).
"""

REST_BYTES: Final = 64 * 1024
"""What comes behind it, while the page stands: all else that cannot wait for a network.

Writing and sealing, the lock, the notes that a decoy opens, what cleans a photo, and behind them
sending, threads and settings are among it: 16 s of a line of 32 kbit/s.
"""


def body_bytes(requests: list[Request]) -> int:
    """Count what came over the wire as bodies, compressed as it came."""
    return sum(request.sizes()["responseBodySize"] for request in requests)


def test_first_load_is_small_and_asks_only_its_own_origin(
    make_phone: MakePhone, standing: Spine
) -> None:
    asked: list[Request] = []
    phone = make_phone()

    def note(request: Request) -> None:
        asked.append(request)

    phone.switch_on().on("requestfinished", note)
    # As in a private window: the page loads its files as any page does.
    phone.context.add_init_script("delete Navigator.prototype.serviceWorker")
    page = phone.open()
    page.wait_for_load_state("networkidle")

    names = [request.url for request in asked]
    assert any("main-" in name for name in names), names
    assert not any("piece-" in name for name in names), names
    assert all(name.startswith(standing.addresses.phone_url) for name in names), names
    assert body_bytes(asked) <= FIRST_LOAD_BYTES, [
        (request.url, request.sizes()["responseBodySize"]) for request in asked
    ]


def test_first_visit_and_install_load_nothing_twice(chromium: Browser, tmp_path: Path) -> None:
    with counted_app() as app:
        phone = Phone(chromium.browser_type, tmp_path / "phone", app.url, locale="fr-FR")
        phone.open()
        phone.wait_until_offline_ready()
        language = stored_language(phone)
        sent, spent = app.sent.copy(), app.body_bytes.copy()
        phone.close()

    # What is stored the service worker at most asks about, and is told "unchanged".
    assert {name for name, count in sent.items() if count > 1} == set(), sent
    # Nothing that is in a piece comes by itself.
    assert set(files_needed(DIST)) & set(sent) == {loader_of(DIST)}, sent
    rest = [*pieces_of(DIST, "rest"), *pieces_of(DIST, "after")]
    assert sum(bytes_ for name, bytes_ in spent.items() if name not in rest) <= INSTALL_BYTES, spent
    assert sum(spent[name] for name in rest) <= REST_BYTES, spent
    assert language.startswith("messages.fr-"), language
    assert not any(name.startswith(("messages", "decode-")) for name in sent), sent
    assert set(pieces_of(DIST, "ar")).isdisjoint(sent), sent


def test_app_opens_without_a_network_after_its_first_visit(
    chromium: Browser, tmp_path: Path
) -> None:
    with counted_app() as app:
        phone = Phone(chromium.browser_type, tmp_path / "phone", app.url)
        phone.open()
        phone.wait_until_offline_ready()
        url = app.url
    page = phone.page
    page.goto(url)
    phone.choose_english()
    phone.heading("Join a desk")
    phone.close()


def stored_language(phone: Phone) -> str:
    """Wait until the language that is spoken is stored; its file's name."""
    for _question in range(MOST_QUESTIONS):
        stored = phone.page.evaluate(
            """async () => {
              const [name] = await caches.keys();
              const stored = await (await caches.open(name)).keys();
              return stored.map(({ url }) => url.split("/").at(-1));
            }"""
        )
        spoken = [name for name in stored if name.startswith("messages.")]
        if spoken:
            return str(spoken[0])
    raise AssertionError("no language was stored")
