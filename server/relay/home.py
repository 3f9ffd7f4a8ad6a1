"""The relay's own files: its signing key, its secret paths, the desk it serves.

Theory of operation: three small files in the relay's folder, each readable by its owner only.

- `relay.key`: the Ed25519 seed that signs receipts, 64 hex digits. Whoever has it can lie about
  receipts and can read nothing.
- `relay.paths`: the secret paths of the endpoint, one for each channel of distribution
  (`server.relay.channels`), so that a leaked one is taken out alone.
- `relay.desk`: the desk's id and its pull key, `DESK_ID PULL_KEY` in base64url. It is read at
  each desk request, so that admitting a desk needs no restart.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas.constants import DESK_ID_BYTES, KEY_BYTES, PUBLIC_KEY_BYTES
from schemas.domain.ids import DeskId
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.envelope.keys import SigningKey
from server.plumbing.db import FILE_MODE, FOLDER_MODE
from server.relay.channels import FIRST_LABEL, PATH_BYTES, PATHS_FILE, read_channels
from server.relay.errors import HomeError

KEY_FILE: Final = "relay.key"
DESK_FILE: Final = "relay.desk"


@dataclass(frozen=True, slots=True)
class AdmittedDesk:
    """The one desk a relay serves.

    Attributes:
        desk_id: 16 bytes.
        pull_key: Ed25519 public key that signs its requests.
    """

    desk_id: DeskId
    pull_key: bytes


@dataclass(frozen=True)
class RelayHome:
    """What the files say.

    Attributes:
        folder: Where they are.
        key: Signs receipts.
        paths: The endpoint's open paths; the first is the one that the directory names.
    """

    folder: Path
    key: SigningKey
    paths: tuple[str, ...]

    def desk(self) -> AdmittedDesk | None:
        """Read which desk is admitted now, if any.

        Raises:
            HomeError: The file is damaged.
        """
        try:
            text = (self.folder / DESK_FILE).read_text("ascii")
        except FileNotFoundError:
            return None
        words = text.split()
        if len(words) != 2:  # noqa: PLR2004 - the id and the key
            raise HomeError("run `python -m server relay admit` again")
        return parse_desk(words[0], words[1])


def init_home(folder: Path, entropy: Entropy = random_bytes) -> RelayHome:
    """Make what is missing of a relay's files, and read them.

    Args:
        folder: Made if missing.
        entropy: Where key and path come from.

    Returns:
        The same at every call.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    _write_new(folder / KEY_FILE, entropy(KEY_BYTES).hex())
    _write_new(folder / PATHS_FILE, f"/{encode_base64(entropy(PATH_BYTES))} {FIRST_LABEL}\n")
    return load_home(folder)


def load_home(folder: Path) -> RelayHome:
    """Read a relay's files.

    Args:
        folder: As `init_home` made it.

    Raises:
        HomeError: A file is missing or damaged.
    """
    try:
        seed = bytes.fromhex((folder / KEY_FILE).read_text("ascii").strip())
    except (OSError, ValueError):
        raise HomeError("the relay has no key yet: run `python -m server relay init`") from None
    if len(seed) != KEY_BYTES:
        raise HomeError("the relay's files are damaged: restore them from a backup")
    paths = tuple(channel.path for channel in read_channels(folder) if channel.is_open)
    return RelayHome(folder, SigningKey(seed), paths)


def admit_desk(folder: Path, desk: AdmittedDesk) -> None:
    """Let a desk pull from this relay, in place of the one before.

    Args:
        folder: The relay's folder.
        desk: The desk.
    """
    line = f"{encode_base64(desk.desk_id)} {encode_base64(desk.pull_key)}\n"
    beside = folder / f"{DESK_FILE}.new"
    beside.unlink(missing_ok=True)
    _write_new(beside, line)
    beside.replace(folder / DESK_FILE)


def parse_desk(desk_id: str, pull_key: str) -> AdmittedDesk:
    """Read a desk's line.

    Args:
        desk_id: base64url of 16 bytes.
        pull_key: base64url of 32 bytes.

    Raises:
        HomeError: One of them is something else.
    """
    try:
        desk = AdmittedDesk(DeskId(decode_base64(desk_id)), decode_base64(pull_key))
    except (ValueError, binascii.Error):
        raise HomeError("give the desk's id and pull key as the desk prints them") from None
    if len(desk.desk_id) != DESK_ID_BYTES or len(desk.pull_key) != PUBLIC_KEY_BYTES:
        raise HomeError("give the desk's id and pull key as the desk prints them")
    return desk


def encode_base64(raw: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode_base64(text: str) -> bytes:
    """Read base64url without padding; raises ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _write_new(path: Path, text: str) -> None:
    """Write a file that only its owner may read, unless it is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
