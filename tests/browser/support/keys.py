"""Moving about the app by keys alone, and seeing where one stands."""

from typing import Final

from playwright.sync_api import Locator, Page, expect

MOST_STEPS: Final = 120
"""More than any page has stops."""

STANDING: Final = """() => {
  const node = document.activeElement;
  if (node === null || node === document.body) return "nothing";
  const words = node.getAttribute("aria-label") ?? node.textContent;
  const name = `${node.tagName} ${node.id} ${words.slice(0, 40)}`;
  // A field inside a tile or a button is drawn by what is around it.
  const worn = node.matches("input") ? node.closest("label.plain, .tile") ?? node : node;
  const box = worn.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  if (right - left < 2 || bottom - top < 2) return `${name}: out of sight`;
  const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (!worn.contains(over) && !over?.contains(worn)) return `${name}: covered`;
  const { outlineStyle, outlineWidth } = getComputedStyle(worn);
  const hasRing = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  if (node.tabIndex >= 0 && !hasRing) return `${name}: no ring`;
  return "";
}"""
"""What is wrong with where the focus is; nothing where it is to be seen. Headings need no ring."""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the element is in focus."""
    for _press in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"no way by keyboard to {wanted}")


class Keyboard:
    """A person with keys alone, who never loses sight of where they stand."""

    def __init__(self, page: Page) -> None:
        """Sit down before a page."""
        self._page = page

    def stands(self) -> None:
        """Hold that something is in focus, and to be seen."""
        wrong = self._page.evaluate(STANDING)
        assert wrong == "", f"the focus: {wrong}"

    def arrive(self, heading: str) -> None:
        """Come to a page: its heading is in focus."""
        place = self._page.locator("h1")
        expect(place).to_have_text(heading)
        expect(place).to_be_focused()
        self.stands()

    def go_to(self, wanted: Locator) -> None:
        """Press Tab until the element is in focus; every stop on the way is to be seen.

        Behind the last stop the browser's own begin, where the page has no focus.
        """
        wanted.wait_for(state="attached")
        for _press in range(MOST_STEPS):
            self._page.keyboard.press("Tab")
            wrong = self._page.evaluate(STANDING)
            assert wrong in {"", "nothing"}, f"on the way: {wrong}"
            if wanted.evaluate("(node) => node === document.activeElement"):
                return
        raise AssertionError(f"no way by keyboard to {wanted}")

    def press(self, name: str, key: str = "Enter") -> None:
        """Go to the button that says so, and press it."""
        self.go_to(self._page.get_by_role("button", name=name, exact=True))
        self._page.keyboard.press(key)

    def check(self, label: str) -> None:
        """Choose the answer that says so: Tab comes to its group, arrows move in it."""
        wanted = self._page.get_by_label(label, exact=True)
        group = wanted.evaluate("(node) => node.name")
        inputs = self._page.locator(f"input[name='{group}']")
        self.go_to(inputs.nth(self._stop_of(inputs)))
        for _answer in range(inputs.count()):
            if wanted.evaluate("(node) => node === document.activeElement"):
                break
            self._page.keyboard.press("ArrowDown")
            self.stands()
        self._page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def choose(self, label: str, typed: str) -> None:
        """Choose from a list by its first letters."""
        wanted = self._page.get_by_label(label, exact=True)
        self.go_to(wanted)
        self._page.keyboard.type(typed)
        self.stands()

    def paste(self, text: str) -> None:
        """Paste into the field in focus."""
        self._page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        self._page.keyboard.press("Control+V")

    @staticmethod
    def _stop_of(inputs: Locator) -> int:
        """Of answers of one question Tab stops at the one chosen, or else at the first."""
        chosen: int = inputs.evaluate_all("(all) => Math.max(0, all.findIndex((a) => a.checked))")
        return chosen
