"""The key with which this desk speaks to its relays.

Theory of operation: a locked desk goes on fetching sealed blobs, so this one key must be readable
without the storage key. It lies in a file of its own that only the desk's account may read. It
opens no report: whoever steals it can fetch what is sealed, and make a relay forget it.
"""

import os
from pathlib import Path
from typing import Final

from schemas.constants import KEY_BYTES
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import SigningKey
from server.desk.keys.errors import NotFoundedError
from server.plumbing.config import DeskConfig

FILE: Final = "pull.key"
FILE_MODE: Final = 0o600


def pull_key_path(config: DeskConfig) -> Path:
    """Tell where the key lies."""
    return config.home / FILE


def make_pull_key(config: DeskConfig) -> SigningKey:
    """Make the key, or read the one that an interrupted founding left."""
    path = pull_key_path(config)
    if not path.exists():
        config.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, random_bytes(KEY_BYTES))
    return read_pull_key(config)


def read_pull_key(config: DeskConfig) -> SigningKey:
    """Read the key.

    Raises:
        NotFoundedError: It is missing or cut.
    """
    path = pull_key_path(config)
    seed = path.read_bytes() if path.exists() else b""
    if len(seed) != KEY_BYTES:
        raise NotFoundedError("pull.key is missing: restore it from a backup, or found the desk")
    return SigningKey(seed)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all.

    Args:
        path: Where; its folder exists.
        content: What.
    """
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
