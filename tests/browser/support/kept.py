"""When what a person did is on disk: the browser's own word that a transaction is complete."""

from typing import Final

from tests.browser.support.phone import WAIT_MILLISECONDS, Phone

COUNT: Final = """
  globalThis.commits = 0;
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...names) {
    const begun = transaction.apply(this, names);
    if (begun.mode === "readwrite") {
      begun.addEventListener("complete", () => { globalThis.commits += 1; });
    }
    return begun;
  };
"""


class Kept:
    """Counts what the page has written to disk, from the next page that opens."""

    def __init__(self, phone: Phone) -> None:
        """Begin to count on every page that this phone opens from now on."""
        self._phone = phone
        phone.switch_on()
        phone.context.add_init_script(COUNT)

    def commits(self) -> int:
        """Tell how many transactions this page has completed, once no sync writes any."""
        self._phone.page.wait_for_load_state("networkidle")
        return int(self._phone.page.evaluate("() => globalThis.commits"))

    def wait_beyond(self, before: int) -> None:
        """Wait until more than `before` are complete."""
        self._phone.page.wait_for_function(
            "(before) => globalThis.commits > before", arg=before, timeout=WAIT_MILLISECONDS
        )
