"""The seizure test: everything that a real Chromium keeps on disk, searched as a finder would.

A phone is shut off and its whole profile is a dump. What a finder looks for: words, places, file
names and image bytes of reports; how many there are; and, after the panic gesture, anything that an
unused app would not have.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.browser.conftest import MakePhone, make_phone, phone, standing
from tests.browser.support.codes import keep_everything
from tests.browser.support.locking import DECOY, panic, protect, turn_panic_on, unlock
from tests.browser.support.phone import Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

__all__ = ["make_phone", "phone", "standing"]

pytestmark = pytest.mark.browser

REPORTS: Final = 10
MANY: Final = 50
SECRETS: Final = ("Zymurgist", "quokka", "Vexholme", "xylophone-7261")
PHOTO_PART_BYTES: Final = 24
"""Bytes from the middle of a photo that no other file has by chance."""

LOG_BYTES: Final = 1_048_576
"""How far the browser's own logs may differ; what it writes there are references, not records."""

SHAPE: Final = """async () => {
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const sizeOf = (value) => {
    if (ArrayBuffer.isView(value)) return value.byteLength;
    if (value instanceof CryptoKey) return "key";
    if (typeof value === "string") return value.length;
    if (value === null || typeof value !== "object") return typeof value;
    return Object.entries(value).map(([name, part]) => `${name}:${sizeOf(part)}`).join();
  };
  const lines = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      const [keys, values] = [asked(objects.getAllKeys()), asked(objects.getAll())];
      const found = await values;
      for (const [at, key] of (await keys).entries()) {
        lines.push(`${name}/${store}/${key} ${sizeOf(found[at])}`);
      }
    }
    database.close();
  }
  return lines.sort();
}"""
"""Every record of every database: its name and the sizes of what is in it."""

OVERWRITTEN: Final = """async () => {
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open("notes");
    opening.onsuccess = () => resolve(opening.result);
  });
  const stores = [...database.objectStoreNames];
  const asked = database.transaction(stores, "readwrite");
  await new Promise((resolve) => {
    asked.oncomplete = resolve;
    asked.objectStore(stores[0]).count();
  });
  database.close();
}"""
"""A turn of one's own: what is being overwritten is so before it comes."""

MOST_TURNS: Final = 5000
"""Many times what the browser needs to remove what is no longer referred to."""

HEADER_SALT: Final = """async () => {
  const asked = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const database = await asked(indexedDB.open("notes"));
  const header = await asked(database.transaction("vault").objectStore("vault").get("header"));
  database.close();
  return Array.from(header.slots[0]);
}"""


def words(at: int) -> Words:
    return Words(
        text=f"Zymurgist quokka saw lorry {at} by the chapel of Vexholme.",
        place="Vexholme ferry steps",
    )


def files_of(profile: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(profile.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(profile), path.read_bytes()


def places_with(profile: Path, needles: list[bytes]) -> list[str]:
    return [
        f"{name}: {needle!r}"
        for name, content in files_of(profile)
        for needle in needles
        if needle in content
    ]


def secrets_of(*photos: Path) -> list[bytes]:
    """Every secret in the encodings that browsers write, and a part of each photo."""
    texts = [secret.encode(code) for secret in SECRETS for code in ("utf-8", "utf-16-le")]
    middles = [photo.stat().st_size // 2 for photo in photos]
    parts = [
        photo.read_bytes()[middle : middle + PHOTO_PART_BYTES]
        for photo, middle in zip(photos, middles, strict=True)
    ]
    return texts + parts


def kept_files(profile: Path) -> list[int]:
    """Sizes of the files in which the browser keeps large records."""
    folders = profile.glob("**/IndexedDB/*.indexeddb.blob")
    return sorted(
        path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()
    )


def wait_until_overwritten(phone: Phone, count: int) -> None:
    """Wait until the browser has new files in the place of those of before, and has removed those.

    A phone that is shut off in between may keep files of before, sealed under a key that is gone:
    docs/threat-model.md says so.
    """
    for _turn in range(MOST_TURNS):
        phone.page.evaluate(OVERWRITTEN)
        if len(kept_files(phone.profile)) == count:
            return
    raise AssertionError(f"{len(kept_files(phone.profile))} files, {count} before")


def log_bytes(profile: Path) -> int:
    """How much the browser's own logs of the database take."""
    folders = profile.glob("**/IndexedDB/*.indexeddb.leveldb")
    return sum(path.stat().st_size for folder in folders for path in folder.iterdir())


def test_ten_reports_leave_neither_word_place_file_name_nor_image_on_the_disk(
    phone: Phone, tmp_path: Path
) -> None:
    photo = tmp_path / "xylophone-7261.png"
    write_photo(photo)
    keep_everything(phone)
    phone.lose_network()
    for at in range(REPORTS):
        phone.write(words(at), [photo] if at == 0 else [])
    phone.close()
    assert places_with(phone.profile, secrets_of(photo)) == []
    phone.open()
    protect(phone)
    phone.close()
    assert places_with(phone.profile, secrets_of(photo)) == []


def test_removed_draft_and_file_leave_nothing_readable_while_they_can_be_brought_back_and_after(
    phone: Phone, tmp_path: Path
) -> None:
    photo = tmp_path / "xylophone-7261.png"
    write_photo(photo)
    keep_everything(phone)
    phone.lose_network()
    phone.begin(words(1))
    phone.add_files([photo])
    phone.press(f"Remove {photo.name}")
    phone.wait_for("#removed", photo.name)
    phone.press("Undo")
    phone.wait_for(".attached", photo.name, "sealed")
    phone.press("Throw this draft away")
    phone.press("Throw it away")
    phone.wait_for("#removed", "Draft removed.")
    phone.close()
    assert places_with(phone.profile, secrets_of(photo)) == []
    phone.open()
    phone.heading("Your reports")
    phone.close()
    assert places_with(phone.profile, secrets_of(photo)) == []


def test_search_finds_image_bytes_and_words_where_they_are(tmp_path: Path) -> None:
    photo = tmp_path / "xylophone-7261.png"
    write_photo(photo)
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "History").write_bytes(b"..." + "quokka".encode("utf-16-le") + photo.read_bytes())
    assert len(places_with(profile, secrets_of(photo))) == len(("quokka", "image"))


def test_locked_phones_with_nothing_and_with_fifty_reports_look_the_same(
    make_phone: MakePhone, standing: Spine
) -> None:
    shapes: list[list[str]] = []
    sizes: list[list[int]] = []
    logs: list[int] = []
    for count in (0, MANY):
        phone = make_phone()
        phone.join(standing.addresses.invite)
        keep_everything(phone)
        phone.lose_network()
        for at in range(count):
            phone.write(words(at))
        protect(phone)
        phone.close()
        phone.open()
        phone.heading("Locked")
        shapes.append(phone.page.evaluate(SHAPE))
        phone.close()
        sizes.append(kept_files(phone.profile))
        logs.append(log_bytes(phone.profile))
    assert shapes[0] == shapes[1]
    assert sizes[0] == sizes[1]
    assert abs(logs[0] - logs[1]) < LOG_BYTES, logs


def test_decoy_shows_notes_and_its_dump_has_the_shape_of_any_other(
    make_phone: MakePhone, standing: Spine, tmp_path: Path
) -> None:
    shapes: list[list[str]] = []
    for has_decoy in (False, True):
        phone = make_phone()
        phone.join(standing.addresses.invite)
        phone.write(words(1))
        protect(phone, decoy=has_decoy)
        phone.close()
        phone.open()
        phone.heading("Locked")
        if has_decoy:
            unlock(phone, DECOY)
            phone.heading("Notes")
            body = phone.page.locator("body").inner_text()
            assert not re.search("report|desk|seal|relay|tocsin", body, re.IGNORECASE), body
            assert phone.page.get_by_role("button", name="Back", exact=True).count() == 0
        shapes.append(phone.page.evaluate(SHAPE))
        phone.close()
        assert places_with(phone.profile, secrets_of()) == []
    assert shapes[0] == shapes[1]


def test_panic_wipes_and_leaves_what_an_unused_app_leaves(
    make_phone: MakePhone, standing: Spine
) -> None:
    shapes: list[list[str]] = []
    sizes: list[list[int]] = []
    for count in (0, REPORTS):
        phone = make_phone()
        phone.join(standing.addresses.invite)
        keep_everything(phone)
        phone.lose_network()
        for at in range(count):
            phone.write(words(at))
        protect(phone)
        turn_panic_on(phone)
        slot = bytes(phone.page.evaluate(HEADER_SALT))
        before = len(kept_files(phone.profile))
        panic(phone)
        phone.heading("Notes")
        wait_until_overwritten(phone, before)
        phone.close()
        phone.open()
        phone.heading("Notes")
        shapes.append(phone.page.evaluate(SHAPE))
        phone.close()
        sizes.append(kept_files(phone.profile))
        assert places_with(phone.profile, [*secrets_of(), slot]) == []
    assert shapes[0] == shapes[1]
    assert sizes[0] == sizes[1]
