"""When what a person did is on disk: the store's marker, which every commit draws anew."""

from typing import Final

from tests.browser.support.phone import Phone

MARKER: Final = """
  globalThis.keptMarker = () => new Promise((resolve) => {
    const opening = indexedDB.open("notes");
    // Looked for before there is a store: leave nothing behind that the app would take for one.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const database = opening.result;
      const asked = database.transaction("vault").objectStore("vault").get("marker");
      asked.onsuccess = () => {
        database.close();
        resolve(asked.result ?? null);
      };
    };
  });
"""
"""Read by a transaction of the page's own, which sees what page and worker have committed."""


class Kept:
    """Tells one commit from the next, from the next page that opens."""

    def __init__(self, phone: Phone) -> None:
        """Be able to look on every page that this phone opens from now on."""
        self._phone = phone
        phone.switch_on()
        phone.context.add_init_script(MARKER)

    def marker(self) -> str | None:
        """Read the marker of the last commit, once no sync writes any."""
        self._phone.page.wait_for_load_state("networkidle")
        marker: str | None = self._phone.page.evaluate("() => keptMarker()")
        return marker

    def wait_beyond(self, before: str | None) -> None:
        """Wait until there is a commit after the one with this marker."""
        self._phone.page.wait_for_function(
            "async (before) => await keptMarker() !== before",
            arg=before,
            polling=50,
        )
