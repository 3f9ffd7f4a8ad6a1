"""A release of the phone app: its files and their hashes, as the build lists them.

Spec: docs/spec/release.md section 1
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schemas.errors import ContractError, ReleaseError
from schemas.wire import canonical

RELEASE_VERSION: Final = 1
MAX_RELEASE_BYTES: Final = 32768
"""Of release.json: 200 files with long names take less."""

MAX_FILES: Final = 200
MAX_NAME_CHARACTERS: Final = 100

_FIELDS: Final = frozenset({"v", "files", "one_file", "release"})
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._/-]*")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Release:
    """What the build says it built.

    Attributes:
        release: SHA-256 over `files`, hex: what a directory's `app_release` names.
        files: Name to SHA-256, hex.
        one_file_name: The app as one file.
        one_file_sha256: Its hash, hex: what a directory's `app_file` names.
    """

    release: str
    files: Mapping[str, str]
    one_file_name: str
    one_file_sha256: str


def decode_release(data: bytes, sha256: Callable[[bytes], bytes]) -> Release:
    """Parse release.json, whose own hash must be right.

    Args:
        data: At most 32768 bytes.
        sha256: The hash; this room holds no cryptography of its own.

    Raises:
        ReleaseError: `bad-release`.
    """
    if len(data) > MAX_RELEASE_BYTES:
        raise ReleaseError(hint="too large")
    try:
        value = canonical.decode(data)
    except ContractError as error:
        raise ReleaseError(hint="not canonical JSON") from error
    if not isinstance(value, dict) or set(value) != _FIELDS:
        raise ReleaseError(hint="not an object with the fields of the contract")
    if value["v"] is True or value["v"] != RELEASE_VERSION:
        raise ReleaseError(hint="another version")
    files = _files(value["files"])
    name, digest = _one_file(value["one_file"])
    release = sha256(canonical.encode(dict(files))).hex()
    if value["release"] != release or name in files:
        raise ReleaseError(hint="the release is not the hash of its files")
    return Release(release, files, name, digest)


def _files(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or not 1 <= len(value) <= MAX_FILES:
        raise ReleaseError(hint="check files")
    return MappingProxyType({_name(name): _hash(digest) for name, digest in value.items()})


def _one_file(value: object) -> tuple[str, str]:
    if not isinstance(value, dict) or set(value) != {"name", "sha256"}:
        raise ReleaseError(hint="check one_file")
    return _name(value["name"]), _hash(value["sha256"])


def _name(value: object) -> str:
    is_text = isinstance(value, str) and len(value) <= MAX_NAME_CHARACTERS
    if not is_text or not _NAME.fullmatch(str(value)) or ".." in str(value):
        raise ReleaseError(hint="a file's name")
    return str(value)


def _hash(value: object) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ReleaseError(hint="a file's hash")
    return value
