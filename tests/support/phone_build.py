"""Other builds of the phone app: the same sources elsewhere, or another release."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.support.sources import ROOT

PHONE: Final = Path("client_sync/phone")
DIST: Final = ROOT / PHONE / "dist"
_PARTS: Final = ("src", "public", "tsconfig.json")
_SHARED: Final = (
    "schemas/fingerprint",
    "schemas/forms",
)
"""Words and questions that the app and the desk have in common."""

_BUILD_SECONDS: Final = 120


def copied_sources(folder: Path) -> Path:
    """Copy what the build reads into a folder, with the packages that go into the app."""
    for part in _PARTS:
        source, to = ROOT / PHONE / part, folder / PHONE / part
        to.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, to)
    for shared in _SHARED:
        shutil.copytree(ROOT / shared, folder / shared)
    shutil.copytree(ROOT / "tools" / "phone_build", folder / "tools" / "phone_build")
    shutil.copy(ROOT / "tools" / "build_phone.mjs", folder / "tools")
    shutil.copy(ROOT / "package.json", folder)
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    for name in (*wanted, "esbuild", "@esbuild"):
        shutil.copytree(ROOT / "node_modules" / name, folder / "node_modules" / name, symlinks=True)
    return folder


def build(folder: Path, zone: str = "UTC") -> Path:
    """Build the app there, in some time zone; the folder of what was built."""
    environment = {**os.environ, "TZ": zone, "LC_ALL": "C"}
    command = ("node", "tools/build_phone.mjs")
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        timeout=_BUILD_SECONDS,
    )
    return folder / PHONE / "dist"


def next_release(folder: Path) -> Path:
    """Build a release that differs in the colour of one thing; the folder of what was built."""
    page = copied_sources(folder) / PHONE / "public" / "index.html"
    page.write_text(page.read_text().replace("#f6f5f1", "#f6f5f0"))
    return build(folder)


def release_of(dist: Path) -> str:
    """Read which release a build is."""
    return str(json.loads((dist / "release.json").read_text())["release"])


def files_needed(dist: Path) -> list[str]:
    """Name what must be stored so that the app opens, writes, seals and queues without a network.

    The service worker's own list says it; the page itself is `./`.
    """
    tiers = re.search(r'install:(\[".*?\]),rest:(\[".*?\])', (dist / "sw.js").read_text())
    assert tiers is not None
    return [*json.loads(tiers[1]), *json.loads(tiers[2])]


def files_after(dist: Path) -> list[str]:
    """Name what comes behind that: what sends, carries and shows sealed reports."""
    tier = re.search(r'after:(\[".*?"\])', (dist / "sw.js").read_text())
    assert tier is not None
    return list(json.loads(tier[1]))


def release_name(dist: Path) -> str:
    """Read how a release's store is called."""
    found = re.search(r'release:"([0-9a-f]{16})"', (dist / loader_of(dist)).read_text())
    assert found is not None
    return found[1]


def loader_of(dist: Path) -> str:
    """Name the script that a page loads first."""
    (loader,) = dist.glob("loader-*.js")
    return loader.name


def pieces_of(dist: Path, pack: str) -> list[str]:
    """Name the pieces of a pack that the loader brings: `first`, `rest`, or a language."""
    text = (dist / loader_of(dist)).read_text()
    found = re.search(rf"\b{pack}:{{pieces:(\[\[.*?\]\])", text)
    assert found is not None, pack
    return [name for name, _bytes in json.loads(found[1])]


def files_of(dist: Path) -> dict[str, bytes]:
    """Read a build."""
    found = (path for path in sorted(dist.rglob("*")) if path.is_file())
    return {path.relative_to(dist).as_posix(): path.read_bytes() for path in found}
