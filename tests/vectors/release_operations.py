"""What the operations on releases of the app and on folders of evidence mean in Python."""

from collections.abc import Mapping
from typing import Any

from schemas.envelope.primitives import sha256
from schemas.errors import ContractError
from schemas.wire.release import decode_release
from tools.verify_evidence import BrokenEvidenceError, read_manifest


def decode(given: Mapping[str, Any]) -> dict[str, object]:
    """Read a list of files."""
    release = decode_release(bytes.fromhex(given["bytes"]), sha256)
    return {
        "release": release.release,
        "files": len(release.files),
        "one_file": [release.one_file_name, release.one_file_sha256],
    }


def believe(given: Mapping[str, Any]) -> dict[str, object]:
    """Believe a manifest that a key signed, by the verifier that needs nothing of us."""
    raw, signature, key = (bytes.fromhex(given[name]) for name in ("manifest", "signature", "key"))
    try:
        manifest = read_manifest(raw, signature, key)
    except BrokenEvidenceError as error:
        raise ContractError(error.slug) from error
    return {"files": len(manifest["files"])}
