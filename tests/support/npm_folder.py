"""Bring npm packages that only a bench or the laboratory wants, apart from the project's own.

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

from tests.support.sources import ROOT

INSTALL: Final = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
MOST_SECONDS: Final = 300


class PackagesMissingError(Exception):
    """The packages cannot be had here."""


def npm_folder(source: Path, cache: Path) -> Path:
    """Give a folder with the programs of another and their packages; make it if need be.

    Args:
        source: has programs (`*.mjs`), `package.json` and its lock.
        cache: where such folders are kept.

    Returns:
        A folder of its own for just these programs and packages.

    Raises:
        PackagesMissingError: When there is no npm, or it finds no packages.
    """
    files = [*sorted(source.glob("*.mjs")), *sorted(source.glob("*.json")), ROOT / ".npmrc"]
    key = blake2b(b"\n".join(path.read_bytes() for path in files), digest_size=8).hexdigest()
    folder = cache / f"{source.name}-{key}"
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
        raise PackagesMissingError(f"npm does not answer: {error}") from error
    if done.returncode:
        raise PackagesMissingError(f"npm brought no packages: {done.stderr.strip()[-300:]}")
