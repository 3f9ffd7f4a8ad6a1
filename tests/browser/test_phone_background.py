"""What waits on the phone leaves by itself when the network is back and no page is open."""

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.support.phone import Phone, Words
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

MOST_TURNS = 1000
SYNCING = "() => navigator.serviceWorker.controller?.scriptURL.endsWith('/sw-sync.js')"
MOST_PULLS = 100


def _registration(session: CDPSession, page: Page) -> str:
    """Find the id under which the browser knows the app's service worker."""
    found: list[str] = []

    def note(event: dict[str, list[dict[str, str]]]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"])

    session.on("ServiceWorker.workerRegistrationUpdated", note)
    session.send("ServiceWorker.enable")
    for _turn in range(MOST_TURNS):
        if found:
            return found[0]
        # Each question to the page lets the browser's own messages in.
        page.evaluate("() => 0")
    raise AssertionError("the browser knows no service worker")


def test_service_worker_hands_over_when_no_page_is_open(
    spine: Spine, phone_of_spine: Phone
) -> None:
    phone = phone_of_spine
    phone.wait_until_offline_ready()
    # From the second visit on there is the worker that syncs.
    phone.page.reload()
    phone.page.wait_for_function(SYNCING)
    spine.stop()
    phone.write(Words())
    origin = str(phone.page.evaluate("() => location.origin"))
    session = phone.context.new_cdp_session(phone.page)
    registration = _registration(session, phone.page)

    phone.page.goto("about:blank")
    spine.start()
    wake = {"origin": origin, "registrationId": registration, "tag": "tocsin-sync"}
    session.send("ServiceWorker.dispatchSyncEvent", {**wake, "lastChance": False})

    for _pull in range(MOST_PULLS):
        if spine.pull()["opened"] == 1:
            break
    (report,) = spine.reports()
    assert report["text"] == Words().text
