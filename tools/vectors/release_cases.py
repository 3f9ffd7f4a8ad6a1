"""Releases of the phone app: what is read, and what is refused."""

from schemas.envelope.primitives import sha256
from schemas.wire import canonical
from schemas.wire.release import decode_release
from tools.vectors.case import Case, bad, good, seeded

_FILES = {
    "index.html": seeded("index").hex(),
    "icons/app-ABCDEFGH.svg": seeded("icon").hex(),
    "sw.js": seeded("worker").hex(),
}
_ONE = {"name": "notes.html", "sha256": seeded("one file").hex()}


def _release(files: object = None, **change: object) -> bytes:
    """Write a release whose hash is right, with some fields changed."""
    listed = _FILES if files is None else files
    digest = sha256(canonical.encode(listed)).hex()
    value = {"v": 1, "files": listed, "one_file": _ONE, "release": digest, **change}
    return canonical.encode({name: item for name, item in value.items() if item is not ...})


def _refused() -> dict[str, bytes]:
    return {
        "no bytes": b"",
        "a list": b"[]",
        "a space behind": _release() + b" ",
        "format 2": _release(v=2),
        "true for a version": _release(v=True),
        "an unknown field": _release(w=1),
        "no files": _release({}),
        "files in a list": _release([]),
        "201 files": _release({f"f{n}.js": "ab" * 32 for n in range(201)}),
        "no one file": _release(one_file=...),
        "the hash of other files": _release(release="ab" * 32),
        "a hash in upper case": _release({"index.html": "AB" * 32}),
        "a hash that is too short": _release({"index.html": "ab" * 31}),
        "a name that climbs": _release({"icons/../../sw.js": "ab" * 32}),
        "a name from the root": _release({"/sw.js": "ab" * 32}),
        "a hidden name": _release({".env": "ab" * 32}),
        "a name with a space": _release({"a b.js": "ab" * 32}),
        "a name of 101 characters": _release({"a" * 101: "ab" * 32}),
        "the one file among the files": _release({**_FILES, "notes.html": "ab" * 32}),
        "a one file without its hash": _release(one_file={"name": "notes.html"}),
    }


def release_cases() -> list[Case]:
    """List the cases of release.json."""
    rows = {
        "three files": _release(),
        "one file": _release({"index.html": "ab" * 32}),
        "200 files": _release({f"f{n}.js": "ab" * 32 for n in range(200)}),
    }
    cases = []
    for name, data in rows.items():
        got = decode_release(data, sha256)
        out = {
            "release": got.release,
            "files": len(got.files),
            "one_file": [got.one_file_name, got.one_file_sha256],
        }
        cases.append(good(name, "decode", {"bytes": data.hex()}, out))
    refused = _refused().items()
    cases += [bad(name, "decode", {"bytes": data.hex()}, "bad-release") for name, data in refused]
    return cases
