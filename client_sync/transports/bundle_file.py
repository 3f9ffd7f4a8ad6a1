"""Sealed bytes in a file: written whole or not at all, read with a limit."""

import os
from pathlib import Path

from client_sync.errors import ClientError
from client_sync.files import flush_folder
from schemas.bundle.reader import Bundle, read_bundle
from schemas.constants import MAX_BUNDLE_BYTES


def write_bundle_file(path: Path, bundle: bytes) -> None:
    """Write a bundle so that a reader never meets half of it.

    Args:
        path: Where to; what stands there is replaced.
        bundle: The whole file.

    Raises:
        ClientError: When it cannot be written.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(bundle)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        flush_folder(path.absolute().parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ClientError("the file cannot be written there; choose another place") from error


def read_bundle_file(path: Path) -> Bundle:
    """Read a bundle and salvage what is whole.

    Args:
        path: Which file.

    Returns:
        What it held.

    Raises:
        ClientError: When it cannot be read.
        BundleError: When it is no bundle, or over a limit.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BUNDLE_BYTES + 1)
    except OSError as error:
        raise ClientError("the file cannot be read; check its name and rights") from error
    return read_bundle(data)
