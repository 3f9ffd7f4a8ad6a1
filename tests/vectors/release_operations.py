"""What the operations on releases of the app mean in Python."""

from collections.abc import Mapping
from typing import Any

from schemas.envelope.primitives import sha256
from schemas.wire.release import decode_release


def decode(given: Mapping[str, Any]) -> dict[str, object]:
    """Read a list of files."""
    release = decode_release(bytes.fromhex(given["bytes"]), sha256)
    return {
        "release": release.release,
        "files": len(release.files),
        "one_file": [release.one_file_name, release.one_file_sha256],
    }
