"""The relay's own files."""

import stat
from pathlib import Path

import pytest

from schemas.domain.ids import DeskId
from server.relay.channels import PATHS_FILE
from server.relay.errors import HomeError
from server.relay.home import (
    DESK_FILE,
    KEY_FILE,
    AdmittedDesk,
    admit_desk,
    init_home,
    load_home,
    parse_desk,
)

DESK = AdmittedDesk(DeskId(bytes(range(16))), bytes(range(32)))


def test_home_is_made_once(tmp_path: Path) -> None:
    first = init_home(tmp_path / "relay")
    again = init_home(tmp_path / "relay")
    assert (first.key.seed, first.paths) == (again.key.seed, again.paths)


def test_two_relays_have_different_keys_and_paths(tmp_path: Path) -> None:
    one, other = init_home(tmp_path / "one"), init_home(tmp_path / "other")
    assert one.key.seed != other.key.seed
    assert one.paths != other.paths


def test_path_has_128_random_bits(tmp_path: Path) -> None:
    home = init_home(tmp_path, entropy=lambda count: bytes([0xA5]) * count)
    assert home.paths == ("/paWlpaWlpaWlpaWlpaWlpQ",)


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    home = init_home(tmp_path / "relay")
    admit_desk(home.folder, DESK)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.folder.iterdir()}
    assert modes == {KEY_FILE: 0o600, PATHS_FILE: 0o600, DESK_FILE: 0o600}
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700


def test_admitted_desk_is_read_back(tmp_path: Path) -> None:
    home = init_home(tmp_path)
    assert home.desk() is None
    admit_desk(tmp_path, DESK)
    assert home.desk() == DESK


def test_one_relay_serves_one_desk(tmp_path: Path) -> None:
    home = init_home(tmp_path)
    admit_desk(tmp_path, DESK)
    other = AdmittedDesk(DeskId(bytes(16)), bytes(32))
    admit_desk(tmp_path, other)
    assert home.desk() == other


def test_relay_that_was_never_made_says_how(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="relay init"):
        load_home(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [(KEY_FILE, "zz"), (KEY_FILE, "00" * 31), (PATHS_FILE, ""), (PATHS_FILE, "no-slash")],
)
def test_damaged_file_is_not_guessed_at(tmp_path: Path, name: str, text: str) -> None:
    init_home(tmp_path)
    (tmp_path / name).write_text(text, "ascii")
    with pytest.raises(HomeError):
        load_home(tmp_path)


@pytest.mark.parametrize("text", ["", "one-word", "a b", "AAECAwQFBgcICQoLDA0ODw short"])
def test_damaged_desk_line_is_not_guessed_at(tmp_path: Path, text: str) -> None:
    home = init_home(tmp_path)
    (tmp_path / DESK_FILE).write_text(text, "ascii")
    with pytest.raises(HomeError):
        home.desk()


def test_desk_is_given_as_base64url() -> None:
    desk = parse_desk("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
    assert desk == DESK


def test_key_does_not_print_itself(tmp_path: Path) -> None:
    home = init_home(tmp_path)
    assert home.key.seed.hex() not in repr(home)
    assert str(home.key.seed) not in repr(home)
