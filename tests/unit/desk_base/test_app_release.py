"""The release of the app that a desk stands for: none at first, pinned, signed, taken back."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from server.cli.desk_release import built_release
from server.cli.errors import CommandError
from server.desk.db import start_writing
from server.desk.keys.app_release import in_groups, pin_release
from tests.support.desk import DeskRoom
from tests.support.sources import ROOT

DIST = ROOT / "client_sync" / "phone" / "dist"


def _pin(room: DeskRoom, folder: Path | None) -> None:
    release = None if folder is None else built_release(folder)
    with room.work() as session:
        start_writing(session)
        pin_release(session, release, "command")
        session.commit()


def test_a_desk_stands_for_no_release_by_default(room: DeskRoom) -> None:
    directory = room.directory()
    assert (directory.app_release, directory.app_file) == ("", "")


def test_a_pinned_build_is_in_the_directory_after_the_next_pull_and_out_after_another(
    room: DeskRoom,
) -> None:
    version = room.directory().version
    _pin(room, DIST)
    room.pull()
    directory = room.directory()
    told = json.loads((DIST / "release.json").read_text())
    assert directory.app_release == told["release"]
    assert directory.app_file == hashlib.sha256((DIST / "notes.html").read_bytes()).hexdigest()
    assert directory.version == version + 1
    room.pull()
    assert room.directory().version == version + 1
    _pin(room, None)
    room.pull()
    assert room.directory().app_release == ""


def test_a_build_of_which_one_byte_was_changed_is_not_pinned(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    shutil.copytree(DIST, folder)
    assert built_release(folder).release
    changed = folder / "notes.html"
    changed.write_bytes(changed.read_bytes().replace(b"a", b"b", 1))
    with pytest.raises(CommandError, match=r"notes\.html"):
        built_release(folder)


def test_a_build_that_lists_other_files_is_not_pinned(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    shutil.copytree(DIST, folder)
    listing = folder / "release.json"
    listing.write_bytes(listing.read_bytes().replace(b'"v":1', b'"v":2'))
    with pytest.raises(CommandError, match="build the app anew"):
        built_release(folder)
    listing.unlink()
    with pytest.raises(CommandError, match="a built app"):
        built_release(folder)


def test_a_hash_is_written_so_that_it_can_be_read_aloud() -> None:
    assert in_groups("0123456789ab") == "0123 4567 89ab"
