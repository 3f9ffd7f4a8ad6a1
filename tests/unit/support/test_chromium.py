"""The browser is found where a person named it, and drawn pages are really drawn."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.chromium import chromium_path


def test_a_named_chromium_comes_before_an_installed_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = tmp_path / "my-browser"
    named.touch(mode=0o700)
    monkeypatch.setenv("TOCSIN_CHROMIUM", str(named))
    assert chromium_path() == str(named)


def test_no_chromium_is_found_on_an_empty_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TOCSIN_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium_path() is None


@pytest.mark.browser
def test_chromium_runs_scripts_and_lays_out_arabic_from_the_right(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content('<html dir="rtl"><span id="word">جرس</span></html>')
    box = page.locator("#word").bounding_box()
    assert box is not None
    width = page.evaluate("document.documentElement.clientWidth")
    assert box["x"] > width / 2
    page.close()
