"""Bundle files: whole, cut, spoilt, and no bundle at all."""

import base64

from schemas.bundle.writer import write_bundle
from schemas.envelope.sealing import envelope_id
from schemas.wire.frames import FrameType, encode_frame
from tools.vectors.case import Case, bad, flipped, good, seeded
from tools.vectors.trust_cases import bridge, signed

_BLOBS = [seeded("carried 1", 1024), seeded("carried 2", 4096)]


def _reads(name: str, data: bytes, **out: object) -> Case:
    blank: dict[str, object] = {
        "invite": None,
        "directory": None,
        "ids": [],
        "pages": 0,
        "truncated": False,
        "damaged": False,
        "refused": 0,
    }
    return good(name, "read", {"bytes": data.hex()}, blank | out)


def bundle_cases() -> list[Case]:
    """List the cases of bundle.json."""
    whole = write_bundle(_BLOBS)
    ids = [envelope_id(blob).hex() for blob in _BLOBS]
    line = bridge()
    directory = signed()
    joining = write_bundle(invite=line, directory=directory)
    odd = write_bundle([*_BLOBS, bytes(1000)])
    text = base64.b64encode(whole)
    spoilt = text[:2000] + b"?" + text[2001:]
    over = b"TOCSINB1" + encode_frame(FrameType.PAD) * 8193
    cases = [
        _reads("two blobs", whole, ids=ids),
        _reads("nothing carried", write_bundle()),
        _reads("a joining bundle", joining, invite=line.url, directory=directory.hex()),
        _reads("with a board page", write_bundle(_BLOBS, pages=[b"page"]), ids=ids, pages=1),
        _reads("the end is missing", whole[:-40], ids=ids, truncated=True),
        _reads("cut inside of the second blob", whole[:2000], ids=ids[:1], truncated=True),
        _reads("cut after the header", whole[:8], truncated=True),
        _reads("a wrong digest", flipped(whole, -1), ids=ids, damaged=True),
        _reads("a blob of no bucket", odd, ids=ids, damaged=True, refused=1),
        _reads("as text in lines", base64.encodebytes(whole), ids=ids),
        _reads("as text, cut in the second blob", text[:2722], ids=ids[:1], truncated=True),
        _reads("as text with words behind", text + b"\n-- \nA friend", ids=ids),
        _reads("as text, spoilt in the second blob", spoilt, ids=ids[:1], truncated=True),
    ]
    refused = {
        "no bytes": b"",
        "a cut header": whole[:7],
        "another version": whole.replace(b"TOCSINB1", b"TOCSINB2"),
        "lower case": whole.replace(b"TOCSINB1", b"tocsinb1"),
        "a byte before the header": b"\x00" + whole,
        "a web page": b"<!doctype html><title>Sign in to the network</title>",
        "a zip file": b"PK\x03\x04" + bytes(60),
        "only zeros": bytes(64),
        "the beginning of the text form alone": text[:10],
        "the text form of another version": base64.b64encode(b"TOCSINB2" + bytes(40)),
        "the text form of something behind a space": b" " + text,
        "the text form in the alphabet of addresses": b"VE9DU0lOQj-_" + text[12:],
    }
    cases += [
        bad(name, "read", {"bytes": data.hex()}, "not-a-bundle") for name, data in refused.items()
    ]
    cases.append(bad("8193 frames", "read", {"bytes": over.hex()}, "too-large"))
    return cases
