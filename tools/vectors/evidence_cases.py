"""Cases of `evidence.json`: which manifest of evidence is believed.

Spec: docs/spec/evidence.md
"""

import json

from schemas.envelope.keys import SigningKey
from schemas.envelope.primitives import sha256
from tools.vectors.case import Case

_KEY = SigningKey(bytes(range(32)))
_OTHER = SigningKey(bytes(range(1, 33)))
_ORDER = 2**252 + 27742317777372353535851937790883648493


def _manifest(*paths: str, **changes: object) -> bytes:
    files = [
        {"path": path, "role": "original", "sha256": sha256(path.encode()).hex(), "size_bytes": 4}
        for path in paths
    ]
    content: dict[str, object] = {
        "desk": {"desk_id": "00" * 16, "key": _KEY.public.hex(), "name": "Test desk"},
        "files": files,
        "format": "tocsin-evidence-1",
        "scope": "case",
    }
    return json.dumps(content | changes, sort_keys=True, separators=(",", ":")).encode()


def _given(raw: bytes, signature: bytes | None = None, key: bytes = _KEY.public) -> dict[str, str]:
    made = _KEY.sign("", raw) if signature is None else signature
    return {"manifest": raw.hex(), "signature": made.hex(), "key": key.hex()}


def _malleable(raw: bytes) -> bytes:
    """The same signature with the group's order added: valid to a careless reader."""
    made = _KEY.sign("", raw)
    scalar = int.from_bytes(made[32:], "little") + _ORDER
    return made[:32] + scalar.to_bytes(32, "little")


def cases() -> list[Case]:
    """Give every case."""
    plain = _manifest("README.txt", "originals/0001.jpg")
    believed: list[Case] = [
        {"name": name, "op": "believe", "in": _given(raw), "out": {"files": count}}
        for name, raw, count in (
            ("a manifest of two files", plain, 2),
            ("a manifest of no file", _manifest(), 0),
        )
    ]
    refused = (
        ("another desk's signature", "bad-signature", _given(plain, _OTHER.sign("", plain))),
        ("another desk's key", "bad-signature", _given(plain, key=_OTHER.public)),
        ("one byte of the manifest changed", "bad-signature", _changed(plain)),
        ("a signature that was cut", "bad-signature", _given(plain, _KEY.sign("", plain)[:63])),
        ("a signature with the order added", "bad-signature", _given(plain, _malleable(plain))),
        ("a signature under a label", "bad-signature", _given(plain, _KEY.sign("t1.dir", plain))),
        ("a key that is no point", "bad-signature", _given(plain, key=b"\xff" * 32)),
        ("signed, and no JSON", "bad-manifest", _given(b"{")),
        ("signed, and a list", "bad-manifest", _given(b"[]")),
        ("signed, and of another format", "bad-manifest", _given(_manifest(format="other-1"))),
        ("signed, and says another key", "bad-manifest", _given(_manifest(desk={"key": "00"}))),
        ("a path that climbs", "bad-path", _given(_manifest("../desk.db"))),
        ("a path from the root", "bad-path", _given(_manifest("/etc/passwd"))),
        ("a path of another system", "bad-path", _given(_manifest("C:\\x"))),
        ("a hidden file", "bad-path", _given(_manifest("originals/.ssh"))),
        ("a path that ends a line", "bad-path", _given(_manifest("README.txt\n"))),
        ("a path that is there twice", "bad-path", _given(_manifest("a", "a"))),
    )
    return believed + [
        {"name": name, "op": "believe", "in": given, "refuse": kind}
        for name, kind, given in refused
    ]


def _changed(raw: bytes) -> dict[str, str]:
    return _given(raw[:-1] + b" ", _KEY.sign("", raw))
