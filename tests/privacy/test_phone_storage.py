"""What a phone keeps of a sealed report: nothing that could be read, in an exact list of places."""

from pathlib import Path
from typing import Final

import pytest

from tests.browser.conftest import make_phone, phone, standing
from tests.browser.support.phone import Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

__all__ = ["make_phone", "phone", "standing"]

pytestmark = pytest.mark.browser

CANARY: Final = Words(
    text="Zymurgist quokka saw nine lorries by the chapel of Vexholme.",
    place="Vexholme ferry steps",
)
MANY_STRIPS: Final = 128
"""What a store is made of from the first day, as `outbox/places.ts` says."""

SECRETS: Final = ("Zymurgist", "quokka", "Vexholme", "xylophone-7261")

EVERYTHING_KEPT: Final = """async () => {
  const text = (value) => {
    if (value instanceof Blob) return "";
    if (value instanceof ArrayBuffer) return String.fromCharCode(...new Uint8Array(value));
    if (ArrayBuffer.isView(value)) {
      return Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
        (byte) => String.fromCharCode(byte)).join("");
    }
    if (value !== null && typeof value === "object") {
      return Object.entries(value).map(([key, part]) => `${key}=${text(part)}`).join(";");
    }
    return String(value);
  };
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const kept = {};
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      const [keys, values] = [asked(objects.getAllKeys()), asked(objects.getAll())];
      kept[`indexedDB ${name}/${store}`] = [await keys, (await values).map(text).join("\\n")];
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const requests = await cache.keys();
    const bodies = await Promise.all(requests.map(async (r) => (await cache.match(r)).text()));
    kept[`cache ${name}`] = [requests.map((request) => request.url), bodies.join("\\n")];
  }
  for (const [name, area] of [["local", localStorage], ["session", sessionStorage]]) {
    kept[`${name}Storage`] = [Object.keys(area), Object.values(area).join("\\n")];
  }
  kept.cookies = [document.cookie === "" ? [] : [document.cookie], document.cookie];
  kept.history = [[JSON.stringify(history.state)], location.href + document.title];
  return kept;
}"""


def test_sealed_report_leaves_no_word_place_or_file_name_on_the_phone(
    phone: Phone, tmp_path: Path
) -> None:
    photo = tmp_path / "xylophone-7261.png"
    write_photo(photo)
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.write(CANARY, [photo])
    phone.close()
    phone.open()

    kept: dict[str, tuple[list[str], str]] = phone.page.evaluate(EVERYTHING_KEPT)
    assert_exactly_these_places(kept)
    for where, (keys, content) in kept.items():
        for secret in SECRETS:
            assert secret.lower() not in (content + " ".join(map(str, keys))).lower(), where


def assert_exactly_these_places(kept: dict[str, tuple[list[str], str]]) -> None:
    """Hold the list of what may be stored, and where; anything new must be written down here."""
    caches = [where for where in kept if where.startswith("cache ")]
    (cache,) = caches
    assert cache.startswith("cache tocsin-app-")
    assert set(kept) - {cache} == {
        "indexedDB notes/vault",
        "indexedDB notes/strips",
        "localStorage",
        "sessionStorage",
        "cookies",
        "history",
    }
    records = {"header", "marker", "settings", "head", "notes", "tries"}
    assert set(kept["indexedDB notes/vault"][0]) == records
    strips = [str(at) for at in kept["indexedDB notes/strips"][0]]
    assert strips == [str(at) for at in range(MANY_STRIPS)]
    assert kept["localStorage"][0] == kept["sessionStorage"][0] == kept["cookies"][0] == []
    assert kept["history"][0] == ["0"]


def test_phone_s_files_hold_no_word_of_a_report_before_or_after_sealing(
    standing: Spine, phone: Phone, tmp_path: Path
) -> None:
    photo = tmp_path / "xylophone-7261.png"
    write_photo(photo)
    profile = phone.profile
    phone.begin(CANARY)
    phone.add_files([photo])
    phone.close()
    assert places_with_secrets(profile) == []

    phone.open()
    phone.page.get_by_role("button", name="Go on writing").click()
    phone.seal()
    phone.send_everything()
    standing.pull()
    phone.send()
    phone.close()
    assert places_with_secrets(profile) == []


def places_with_secrets(profile: Path) -> list[str]:
    """Search every file of the browser's profile, in the encodings that browsers write."""
    found: list[str] = []
    for path in profile.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found.extend(
                f"{path.relative_to(profile)}: {secret}"
                for secret in SECRETS
                if any(secret.encode(code) in content for code in ("utf-8", "utf-16-le"))
            )
    return found
