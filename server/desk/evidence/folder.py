"""A case as a folder that anybody can check: what it holds, its manifest, and its signature.

Theory of operation: a folder is a list of members, each a path and its bytes. Every path is made
here, of numbers and of endings that belong to the bytes; the name that a sender gave a file stands
in the manifest only, as text, so that it can lead nowhere. The manifest is written last, of what
was written, and signed as it is with the desk's root key.

Spec: docs/spec/evidence.md
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from schemas.envelope import primitives
from schemas.envelope.keys import SigningKey
from server.desk.evidence.readme import README

FORMAT: Final = "tocsin-evidence-1"
PEM_HEAD: Final = bytes.fromhex("302a300506032b6570032100")
"""SubjectPublicKeyInfo of Ed25519 before the key (RFC 8410)."""
ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
}
NO_LABEL: Final = ""
"""The manifest begins with a brace, as no other thing that a desk signs does; so standard tools can
check the signature of the file as it lies there."""


class Scope(StrEnum):
    """Whom a folder is for."""

    CASE = "case"
    SHARE = "share"


class Role(StrEnum):
    """What a file of the folder is."""

    README = "readme"
    REPORT = "report"
    ORIGINAL = "original"
    DERIVATIVE = "derivative"
    CUSTODY = "custody"


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """One file of the folder.

    Attributes:
        parts: Gives its bytes, a piece at a time.
        facts: What else the manifest says of it.
    """

    path: str
    role: Role
    sha256: str
    size_bytes: int
    parts: Callable[[], Iterable[bytes]]
    facts: dict[str, object]

    def __repr__(self) -> str:
        """Hide what it holds."""
        return f"<Member {self.path}>"

    def entry(self) -> dict[str, object]:
        """Give its entry of the manifest."""
        return self.facts | {
            "path": self.path,
            "role": self.role.value,
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
        }


@dataclass(frozen=True, slots=True)
class Maker:
    """Which desk makes the folder, who there, and when."""

    name: str
    desk_id: bytes
    key: SigningKey
    actor: str
    at: datetime


def of_bytes(path: str, role: Role, content: bytes, **facts: object) -> Member:
    """Make a member of bytes that are here."""
    return Member(
        path,
        role,
        primitives.sha256(content).hex(),
        len(content),
        lambda: (content,),
        dict(facts),
    )


def readme() -> Member:
    """Give the page that says how to check the folder."""
    return of_bytes("README.txt", Role.README, README.encode())


def manifest_of(members: Sequence[Member], maker: Maker, head: dict[str, object]) -> bytes:
    """Write the manifest.

    Args:
        members: Everything that it names.
        maker: Who makes the folder.
        head: What it says of the case.

    Returns:
        JSON: sorted keys, no spaces, UTF-8.
    """
    content = head | {
        "format": FORMAT,
        "made_at": maker.at.astimezone(UTC).isoformat(),
        "made_by": maker.actor,
        "desk": {
            "name": maker.name,
            "desk_id": maker.desk_id.hex(),
            "key": maker.key.public.hex(),
        },
        "files": [member.entry() for member in members],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def pem_of(key: bytes) -> bytes:
    """Write a public key as standard tools read it."""
    text = base64.b64encode(PEM_HEAD + key)
    return b"-----BEGIN PUBLIC KEY-----\n" + text + b"\n-----END PUBLIC KEY-----\n"


def whole(
    members: Sequence[Member], maker: Maker, head: dict[str, object]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Give every file of the folder: its path and its bytes."""
    for member in members:
        yield member.path, member.parts()
    manifest = manifest_of(members, maker, head)
    yield "manifest.json", (manifest,)
    yield "manifest.sig", (maker.key.sign(NO_LABEL, manifest),)
    yield "desk.pem", (pem_of(maker.key.public),)
