"""The phone app in a real Chromium on the phone's side of the network, under orders.

Run as a program inside of the phone's namespace (`python -m tests.lab.browser_phone JOB`), it
starts the browser and answers orders, one JSON line each: `load` opens the app and waits until the
service worker has all it needs; `join`, `write` and `state` do what a person does. Times are
those of the monotonic clock that all programs of a cell share.
"""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from tests.browser.support.phone import FLAGS, Phone, Words
from tests.lab.certificates import Certificate
from tests.lab.children import Child
from tests.lab.clock import now_seconds
from tests.lab.world import World
from tests.support.phone_build import DIST, files_after, files_needed

WAIT_MILLISECONDS: Final = 180_000
_READY_SECONDS: Final = 120.0
_ORDER_SECONDS: Final = 240.0
_LOOK_MILLISECONDS: Final = 100

_BROUGHT: Final = """async () => {
  await navigator.serviceWorker.ready;
  await navigator.locks.request("tocsin-rest", () => undefined);
}"""
"""A worker is in charge, and nobody brings files any more."""

_STORED: Final = """async (wanted) => {
  await navigator.serviceWorker.ready;
  const [name] = (await caches.keys()).filter((one) => one.startsWith("tocsin-app-"));
  if (name === undefined) return false;
  const stored = (await (await caches.open(name)).keys()).map(({ url }) => url);
  return wanted.every((one) => stored.includes(new URL(one, document.baseURI).href));
}"""
"""Whether these files lie in the app's store, by name: this looks itself."""


class BrowserPhone:
    """A phone with the app in a browser, on a world's phone side."""

    def __init__(self, world: World, url: str, trusted: Sequence[Certificate]) -> None:
        """Start the browser there; it believes these certificates and no others."""
        job = {
            "url": url,
            "profile": str(world.folder / "profile"),
            "hosts": world.network.plan.hosts(),
            "pins": [pin_of(one) for one in trusted],
        }
        path = world.folder / "browser.json"
        path.write_text(json.dumps(job))
        command = (sys.executable, "-m", "tests.lab.browser_phone", str(path))
        self._child: Child = world.start(world.network.phone, *command)
        self._child.read_line(_READY_SECONDS)

    def do(self, order: str, **fields: str) -> dict[str, Any]:
        """Give an order and wait for its answer."""
        self._child.say(json.dumps({"do": order, **fields}))
        told: dict[str, Any] = json.loads(self._child.read_line(_ORDER_SECONDS))
        return told


def pin_of(certificate: Certificate) -> str:
    """Hash a certificate's public key as Chromium's list of trusted ones wants it."""
    command = ("openssl", "pkey", "-in", str(certificate.key), "-pubout", "-outform", "DER")
    public = subprocess.run(command, check=True, capture_output=True).stdout
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


# --- inside of the namespace ---------------------------------------------------------------


def flags_of(job: Mapping[str, Any]) -> list[str]:
    """Say how the browser is started: with the laboratory's names and certificates."""
    rules = ",".join(f"MAP {name} {address}" for name, address in job["hosts"].items())
    return [
        *FLAGS,
        f"--host-resolver-rules={rules}",
        f"--ignore-certificate-errors-spki-list={','.join(job['pins'])}",
    ]


class _Orders:
    """What the browser can be told to do."""

    def __init__(self, phone: Phone, url: str) -> None:
        self._phone = phone
        self._url = url

    def load(self, _order: Mapping[str, str]) -> dict[str, Any]:
        """Open the app for the first time; say when its page and its store stood."""
        page = self._phone.page
        began = now_seconds()
        page.goto(self._url, timeout=WAIT_MILLISECONDS, wait_until="commit")
        page.locator("h1").wait_for(timeout=WAIT_MILLISECONDS)
        first_page = now_seconds() - began
        page.wait_for_function(_STORED, arg=files_needed(DIST), polling=_LOOK_MILLISECONDS)
        installed = now_seconds() - began
        page.evaluate(_BROUGHT)
        return {
            "first_page": round(first_page, 2),
            "installed": round(installed, 2),
            "all_there": round(now_seconds() - began, 2),
            "is_stored": bool(page.evaluate(_STORED, files_after(DIST))),
        }

    def open_again(self, _order: Mapping[str, str]) -> dict[str, Any]:
        """Open the app once more; its first page must come."""
        page = self._phone.page
        page.goto(self._url, timeout=WAIT_MILLISECONDS)
        page.locator("h1").wait_for(timeout=WAIT_MILLISECONDS)
        return {"opens": True}

    def join(self, order: Mapping[str, str]) -> dict[str, Any]:
        """Join a desk by a file."""
        self._phone.choose_english()
        self._phone.join_by_file(Path(order["file"]))
        return {}

    def write(self, order: Mapping[str, str]) -> dict[str, Any]:
        """Write and seal a report."""
        self._phone.write(Words(text=order["text"]))
        return {}

    def state(self, _order: Mapping[str, str]) -> dict[str, Any]:
        """Say how the reports stand, and what the phone knows of its link."""
        online = bool(self._phone.page.evaluate("() => navigator.onLine"))
        return {"states": self._phone.states(), "online": online}


def main(path: str) -> int:
    """Start the browser and answer orders until the input ends."""
    job = json.loads(Path(path).read_text())
    with sync_playwright() as driver:
        phone = Phone(driver.chromium, Path(job["profile"]), job["url"], args=flags_of(job))
        phone.switch_on()
        phone.context.set_default_timeout(WAIT_MILLISECONDS)
        orders = _Orders(phone, job["url"])
        _tell({"ready": True})
        for line in sys.stdin:
            order = json.loads(line)
            _tell(getattr(orders, order["do"])(order))
        phone.close()
    return 0


def _tell(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
