"""Bring the real tus packages into a cache outside of the project's own packages.

Theory of operation: the folder's name holds a hash of lock and programs, so that a changed lock
makes a new folder and an unchanged one costs nothing. The programs stand beside the packages,
because Node looks for packages where a program stands. Packages are pinned by content, and none may
run a script.
"""

import shutil
import subprocess
from hashlib import blake2b
from pathlib import Path
from typing import Final

from tests.lab.children import ChildError
from tests.support.sources import ROOT

SOURCE: Final = Path(__file__).resolve().parent / "tus"
CACHE: Final = ROOT / ".cache" / "lab"
INSTALL: Final = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
MOST_SECONDS: Final = 300


class PeerMissingError(ChildError):
    """The tus packages cannot be had here."""


def tus_folder() -> Path:
    """Give a folder with `client.mjs`, `server.mjs` and their packages; make it if need be.

    Raises:
        PeerMissingError: When there is no npm, or it finds no packages.
    """
    files = [*sorted(SOURCE.glob("*.mjs")), *sorted(SOURCE.glob("*.json")), ROOT / ".npmrc"]
    key = blake2b(b"\n".join(path.read_bytes() for path in files), digest_size=8).hexdigest()
    folder = CACHE / f"tus-{key}"
    if (folder / "whole").is_file():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in files:
        shutil.copy(path, folder)
    _install(folder)
    (folder / "whole").touch()
    return folder


def _install(folder: Path) -> None:
    try:
        done = subprocess.run(
            INSTALL, cwd=folder, capture_output=True, text=True, check=False, timeout=MOST_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerMissingError(f"npm does not answer: {error}") from error
    if done.returncode:
        raise PeerMissingError(f"npm brought no tus packages: {done.stderr.strip()[-300:]}")
