"""How much a first visit loads, and that it asks nobody but its own origin."""

from typing import Final

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import MakePhone
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

FIRST_LOAD_BYTES: Final = 120 * 1024
"""From opening the link to the first page: half a minute at 32 kbit/s."""

WHOLE_APP_BYTES: Final = 180 * 1024
"""With what is stored for offline use: every language, the code reader, the home screen's icons."""


def body_bytes(requests: list[Request]) -> int:
    """Count what came over the wire as bodies, compressed as it came."""
    return sum(request.sizes()["responseBodySize"] for request in requests)


def test_first_load_is_small_and_asks_only_its_own_origin(
    make_phone: MakePhone, standing: Spine
) -> None:
    asked: list[Request] = []
    phone = make_phone(service_workers="block")

    def note(request: Request) -> None:
        asked.append(request)

    phone.switch_on().on("requestfinished", note)
    page = phone.open()
    page.wait_for_load_state("networkidle")

    names = [request.url for request in asked]
    assert any("main-" in name for name in names), names
    assert all(name.startswith(standing.addresses.phone_url) for name in names), names
    assert body_bytes(asked) <= FIRST_LOAD_BYTES, [
        (request.url, request.sizes()["responseBodySize"]) for request in asked
    ]


def test_whole_app_with_its_offline_store_is_small(make_phone: MakePhone, standing: Spine) -> None:
    phone = make_phone()
    phone.open()
    phone.wait_until_offline_ready()
    stored = phone.page.evaluate(
        """async () => {
          const [name] = await caches.keys();
          return (await (await caches.open(name)).keys()).map((request) => request.url);
        }"""
    )
    requests = [phone.context.request.get(url) for url in stored]
    assert all(response.ok for response in requests)
    sizes = [int(response.headers.get("content-length", "0")) for response in requests]
    assert all(sizes), "each answer says how long it is"
    assert sum(sizes) <= WHOLE_APP_BYTES
