"""Bring the real tus packages into a cache outside of the project's own packages."""

from pathlib import Path
from typing import Final

from tests.lab.children import ChildError
from tests.support.npm_folder import PackagesMissingError, npm_folder
from tests.support.sources import ROOT

SOURCE: Final = Path(__file__).resolve().parent / "tus"
CACHE: Final = ROOT / ".cache" / "lab"


class PeerMissingError(ChildError):
    """The tus packages cannot be had here."""


def tus_folder() -> Path:
    """Give a folder with `client.mjs`, `server.mjs` and their packages; make it if need be.

    Raises:
        PeerMissingError: When there is no npm, or it finds no packages.
    """
    try:
        return npm_folder(SOURCE, CACHE)
    except PackagesMissingError as error:
        raise PeerMissingError(f"tus: {error}") from error
