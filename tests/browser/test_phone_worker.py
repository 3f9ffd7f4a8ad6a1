"""What the worker does for the page: it seals what is kept and writes it."""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.support.delivered import delivered_once
from tests.browser.support.locking import panic, turn_panic_on
from tests.browser.support.phone import Phone, Words
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

COUNT_WRITES: Final = """
  globalThis.written = [];
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    globalThis.written.push(`${this.name} ${given[1]}`);
    return put.apply(this, given);
  };
"""
"""Remember what the page's own thread writes; a worker has an `IDBObjectStore` of its own."""

BIG_BYTES: Final = 12_000_000
"""Six batches: the gesture comes in the middle of them."""


def write_big_file(path: Path) -> Path:
    path.write_bytes(b"grain" * (BIG_BYTES // 5))
    return path


def test_page_s_own_thread_writes_nothing_of_what_is_kept(
    standing: Spine, phone: Phone, tmp_path: Path, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.context.add_init_script(COUNT_WRITES)
    phone.open()
    phone.heading("Your reports")
    phone.begin(words)
    # A file that is sealed shows that the worker's code is there: until then the page writes.
    (tmp_path / "note.txt").write_text("seven trucks")
    phone.add_files([tmp_path / "note.txt"])
    phone.page.evaluate("() => { globalThis.written.length = 0; }")
    phone.add_files([write_big_file(tmp_path / "film.bin")])
    phone.seal()
    written: list[str] = phone.page.evaluate("() => globalThis.written")
    assert [one for one in written if one.startswith(("vault head", "strips"))] == []
    delivered_once(standing, phone, words)


def test_panic_gesture_in_the_middle_of_sealing_leaves_a_notes_app(
    phone: Phone, tmp_path: Path, words: Words
) -> None:
    turn_panic_on(phone)
    phone.begin(words)
    phone.page.get_by_label("Add a file").set_input_files(write_big_file(tmp_path / "film.bin"))
    expect(phone.page.locator(".attached progress")).to_be_visible()
    panic(phone)
    for _opening in range(2):
        phone.heading("Notes")
        assert not phone.sees(words.text)
        phone.close()
        phone.open()
