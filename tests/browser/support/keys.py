"""Moving about a page by keys alone."""

from typing import Final

from playwright.sync_api import Locator, Page

MOST_STEPS: Final = 60
"""More than any page has stops."""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the element is in focus."""
    for _press in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"no way by keyboard to {wanted}")
