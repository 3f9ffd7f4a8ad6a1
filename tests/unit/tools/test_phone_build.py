"""The phone app's build: the same sources give the same bytes, wherever they are built."""

import hashlib
from pathlib import Path

import pytest

from schemas.wire import canonical
from tests.support.phone_build import DIST, build, copied_sources, files_of
from tests.support.sources import ROOT


def test_two_builds_in_two_folders_are_byte_identical(tmp_path: Path) -> None:
    one = files_of(build(copied_sources(tmp_path / "one")))
    deeper = copied_sources(tmp_path / "deeper" / "and" / "other")
    other = files_of(build(deeper, "Asia/Kathmandu"))
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    # And the build that is served from this checkout is the same one.
    assert files_of(DIST) == one


def test_release_lists_every_file_with_its_hash() -> None:
    files = files_of(DIST)
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
    content = (DIST / name).read_text()
    assert str(ROOT) not in content
    assert "/home/" not in content


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
