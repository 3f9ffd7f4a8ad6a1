"""The phone app's build: the same sources give the same bytes, wherever they are built."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from schemas.wire import canonical
from tests.support.sources import ROOT

PHONE: Final = Path("client_sync/phone")
PARTS: Final = ("src", "public", "tsconfig.json")
SHARED: Final = ("schemas/fingerprint",)
"""Words that the app and the desk have in common."""

BUILD_SECONDS: Final = 120


def copied_sources(folder: Path) -> Path:
    """Copy what the build reads into a folder, with the packages that go into the app."""
    for part in PARTS:
        source, to = ROOT / PHONE / part, folder / PHONE / part
        to.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, to)
    for shared in SHARED:
        shutil.copytree(ROOT / shared, folder / shared)
    shutil.copytree(ROOT / "tools" / "phone_build", folder / "tools" / "phone_build")
    shutil.copy(ROOT / "tools" / "build_phone.mjs", folder / "tools")
    shutil.copy(ROOT / "package.json", folder)
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    for name in (*wanted, "esbuild", "@esbuild"):
        shutil.copytree(ROOT / "node_modules" / name, folder / "node_modules" / name, symlinks=True)
    return folder


def build(folder: Path, zone: str) -> dict[str, bytes]:
    """Build the app there; every file by its name."""
    environment = {**os.environ, "TZ": zone, "LC_ALL": "C"}
    command = ("node", "tools/build_phone.mjs")
    subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, timeout=BUILD_SECONDS
    )
    return files_of(folder / PHONE / "dist")


def files_of(dist: Path) -> dict[str, bytes]:
    """Read a build."""
    found = (path for path in sorted(dist.rglob("*")) if path.is_file())
    return {path.relative_to(dist).as_posix(): path.read_bytes() for path in found}


def test_two_builds_in_two_folders_are_byte_identical(tmp_path: Path) -> None:
    one = build(copied_sources(tmp_path / "one"), "UTC")
    other = build(copied_sources(tmp_path / "deeper" / "and" / "other"), "Asia/Kathmandu")
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    # And the build that is served from this checkout is the same one.
    assert files_of(ROOT / PHONE / "dist") == one


def test_release_lists_every_file_with_its_hash() -> None:
    files = files_of(ROOT / PHONE / "dist")
    told = canonical.decode(files["release.json"])
    assert isinstance(told, dict)
    assert told["one_file"] == {"name": "notes.html", "sha256": _hash(files["notes.html"])}
    kept = {name for name in files if not name.endswith((".br", ".gz"))}
    assert told["files"] == {
        name: _hash(files[name]) for name in kept - {"release.json", "notes.html"}
    }
    assert told["release"] == _hash(canonical.encode(told["files"]))


@pytest.mark.parametrize("name", ["notes.html", "index.html", "sw.js"])
def test_no_file_tells_where_or_when_it_was_built(name: str) -> None:
    content = (ROOT / PHONE / "dist" / name).read_text()
    assert str(ROOT) not in content
    assert "/home/" not in content


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
