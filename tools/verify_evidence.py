"""Check a folder of evidence without any other part of this project.

Theory of operation: `manifest.json` names every file of the folder with its SHA-256, and
`manifest.sig` is the desk's Ed25519 signature (RFC 8032) of the manifest's bytes. So four things
are checked: the signature, that every file is as it is named, that there is no other file, and that
each entry of the custody list is the text that was hashed. The signature is checked with whole
numbers alone, since Python's standard library has no Ed25519; it is slow, and nothing here is
secret. Whose key it is no program can tell: compare it with the desk's by another way.

Needs Python 3.9, no packages. Spec: docs/spec/evidence.md

    python verify_evidence.py FOLDER [--key HEX]
"""

import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FORMAT = "tocsin-evidence-1"
MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "desk.pem"
BESIDE = {MANIFEST, SIGNATURE, KEY}
PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}(/[A-Za-z0-9][A-Za-z0-9._-]{0,79}){0,2}")
READ_BYTES = 1 << 20

# Ed25519: the curve -x^2 + y^2 = 1 + d x^2 y^2 over the numbers modulo P; L is its order.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


class BrokenEvidenceError(Exception):
    """The folder is not as it was made.

    Attributes:
        slug: What kind of thing is wrong.
    """

    def __init__(self, slug: str, words: str) -> None:
        """Keep what is wrong."""
        self.slug = slug
        super().__init__(words)


def read_manifest(raw: bytes, signature: bytes, key: bytes) -> dict[str, Any]:
    """Believe a manifest that the key signed.

    Args:
        raw: Bytes of the manifest.
        signature: 64 bytes.
        key: 32 bytes.

    Returns:
        What it says; every path in it is harmless and there once.

    Raises:
        BrokenEvidenceError: `bad-signature`, `bad-manifest` or `bad-path`.
    """
    if not signed(key, raw, signature):
        raise BrokenEvidenceError("bad-signature", f"{MANIFEST}: the signature is not of this key")
    try:
        manifest = json.loads(raw)
        paths = [file["path"] for file in manifest["files"]]
        hashes = [file["sha256"] for file in manifest["files"]]
        right = manifest["format"] == FORMAT and manifest["desk"]["key"] == key.hex()
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenEvidenceError("bad-manifest", f"{MANIFEST}: not a manifest") from error
    if not right or not all(re.fullmatch("[0-9a-f]{64}", str(one)) for one in hashes):
        raise BrokenEvidenceError("bad-manifest", f"{MANIFEST}: of another format or another desk")
    if len(set(paths)) != len(paths) or not all(PATH.fullmatch(str(one)) for one in paths):
        raise BrokenEvidenceError("bad-path", f"{MANIFEST}: a path that no desk would write")
    return dict(manifest)


def check_custody(lines: Iterable[str]) -> int:
    """Check the list of who had what.

    Returns:
        How many entries it has.

    Raises:
        BrokenEvidenceError: `bad-custody`.
    """
    number, before = 0, ""
    count = 0
    for line in lines:
        try:
            fields = json.loads(line)
            entry = json.loads(fields["entry"])
            digest = hashlib.sha256(fields["entry"].encode()).hexdigest()
            follows = entry["number"] == number + 1
            right = digest == fields["hash"] and entry["number"] > number
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenEvidenceError("bad-custody", "custody: not an entry") from error
        if not right or (follows and before and entry["before"] != before):
            raise BrokenEvidenceError(
                "bad-custody", f"custody: entry {entry['number']} was changed"
            )
        number, before, count = entry["number"], digest, count + 1
    return count


def verify(folder: Path, wanted_key: str = "") -> list[str]:
    """Check a folder.

    Args:
        folder: As it was exported and unpacked.
        wanted_key: The desk's key as it is known otherwise, 64 hex digits; empty if it is not.

    Returns:
        What was found, a line each.

    Raises:
        BrokenEvidenceError: Something is not as it was made.
    """
    key = _key_of(_bytes(folder / KEY))
    if wanted_key and key.hex() != wanted_key.lower():
        raise BrokenEvidenceError("bad-key", f"{KEY}: another desk's key: {key.hex()}")
    manifest = read_manifest(_bytes(folder / MANIFEST), _bytes(folder / SIGNATURE), key)
    _check_names(folder, {str(file["path"]) for file in manifest["files"]})
    for file in manifest["files"]:
        _check_file(folder, file)
    found = [f"the manifest is signed by the key {key.hex()}"]
    found.append(f"{len(manifest['files'])} files are as the manifest names them, and no others")
    for file in manifest["files"]:
        if file.get("role") == "custody":
            text = (folder / file["path"]).read_text(encoding="utf-8")
            found.append(f"{check_custody(text.splitlines())} entries of custody are unchanged")
    return found


def _check_names(folder: Path, named: "set[str]") -> None:
    there = set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BrokenEvidenceError("bad-file", f"{name!r}: neither a file nor a folder")
        if path.is_file():
            there.add(name)
    for name in sorted(there - named - BESIDE):
        raise BrokenEvidenceError("unknown-file", f"{name!r}: the manifest does not name it")
    for name in sorted(named - there):
        raise BrokenEvidenceError("missing-file", f"{name}: missing")


def _check_file(folder: Path, file: Mapping[str, Any]) -> None:
    digest, size = hashlib.sha256(), 0
    with (folder / file["path"]).open("rb") as content:
        while part := content.read(READ_BYTES):
            digest.update(part)
            size += len(part)
    if digest.hexdigest() != file["sha256"] or size != file.get("size_bytes"):
        raise BrokenEvidenceError("bad-file", f"{file['path']}: was changed")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BrokenEvidenceError("missing-file", f"{path.name}: cannot be read") from error


def _key_of(pem: bytes) -> bytes:
    """Read the key from its PEM: base64 of 12 fixed bytes and the key."""
    found = re.fullmatch(
        rb"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*", pem
    )
    der = _unbase64(found.group(1)) if found else b""
    if len(der) != 44 or der[:12].hex() != "302a300506032b6570032100":  # noqa: PLR2004 - RFC 8410
        raise BrokenEvidenceError("bad-key", f"{KEY}: not an Ed25519 key")
    return der[12:]


def _unbase64(text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except ValueError:
        return b""


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature is of this key over this message (RFC 8032, 5.1.7)."""
    if len(signature) != 64 or len(key) != 32:  # noqa: PLR2004 - sizes of Ed25519
        return False
    public, point = _point(key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or point is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    base = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    left = _times(scalar, base)
    right = _sum(point, _times(int.from_bytes(digest, "little") % L, public))
    return left == right


def _point(raw: bytes) -> "tuple[int, int] | None":
    """Read a point: its y, and in the highest bit whether its x is odd."""
    number = int.from_bytes(raw, "little")
    odd, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square or (x == 0 and odd):
        return None
    return (P - x if x & 1 != odd else x, y)


def _sum(one: "tuple[int, int]", other: "tuple[int, int]") -> "tuple[int, int]":
    (a, b), (c, d) = one, other
    shared = D * a * b * c * d % P
    x = (a * d + c * b) * pow(1 + shared, -1, P) % P
    return x, (b * d + a * c) * pow(1 - shared, -1, P) % P


def _times(count: int, point: "tuple[int, int] | None") -> "tuple[int, int]":
    found = (0, 1)
    while count and point is not None:
        if count & 1:
            found = _sum(found, point)
        point, count = _sum(point, point), count >> 1
    return found


def main(arguments: "list[str]") -> int:
    """Check the folder named on the command line; 0 says that it is as it was made."""
    key = arguments[2] if len(arguments) == 3 and arguments[1] == "--key" else ""  # noqa: PLR2004
    if len(arguments) != (3 if key else 1):
        print("usage: python verify_evidence.py FOLDER [--key HEX]", file=sys.stderr)
        return 2
    if not any((Path(arguments[0]) / one).is_file() for one in (MANIFEST, SIGNATURE, KEY)):
        print(f"{arguments[0]}: no folder of evidence, there is no {MANIFEST}", file=sys.stderr)
        return 1
    try:
        found = verify(Path(arguments[0]), key)
    except BrokenEvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(found))
    if not key:
        print("compare that key with the one the desk tells you by another way (--key HEX)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
