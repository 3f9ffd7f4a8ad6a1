"""Canonical JSON, reports and replies: what is read, and what is refused."""

from datetime import date

from schemas.domain.report import Reply
from schemas.domain.vocabulary import ReplyKind
from schemas.envelope.derived import seal_reply
from schemas.envelope.keys import derive_keys
from schemas.envelope.padding import deflate
from schemas.wire import canonical
from schemas.wire.reply import encode_reply
from tools.vectors.case import Case, SeededEntropy, bad, flipped, good, seeded

_KEYS = derive_keys(seeded("reply cek"))
_WEEK = 2969


def canonical_cases() -> list[Case]:
    """List the cases of canonical.json."""
    values: dict[str, object] = {
        "null": None,
        "true": True,
        "zero": 0,
        "the largest number": 2**53 - 1,
        "the smallest number": -(2**53 - 1),
        "an empty text": "",
        "what must be escaped": 'a "quote", a \\ and a\ttab\n\r\b\f\x00\x1f',
        "what must not be escaped": "/ <>&' \x7f \u2028 \u2029 é ﷽ 𝄞",
        "an empty list": [],
        "nested": {"b": [1, {"z": None, "a": "x"}], "a": {}, "B": False},
    }
    cases = [
        good(name, "decode", {"bytes": canonical.encode(value).hex()}, {"value": value})
        for name, value in values.items()
    ]
    refused: dict[str, bytes] = {
        "no bytes": b"",
        "white space": b'{"a": 1}',
        "a line break behind": b'{"a":1}\n',
        "keys out of order": b'{"b":1,"a":2}',
        "a key twice": b'{"a":1,"a":1}',
        "a key that is not ASCII": '{"é":1}'.encode(),
        "a fraction": b"1.5",
        "a fraction that is whole": b"1.0",
        "an exponent": b"1e3",
        "a number over 2^53 - 1": b"9007199254740992",
        "a number under minus 2^53 + 1": b"-9007199254740992",
        "minus zero": b"-0",
        "a leading zero": b"01",
        "not a number": b"NaN",
        "infinity": b"Infinity",
        "a byte-order mark": b"\xef\xbb\xbf1",
        "UTF-16": "1".encode("utf-16-le"),
        "bytes that are no UTF-8": b'"\xff"',
        "half of a surrogate pair": b'"\\ud800"',
        "half of a surrogate pair as bytes": b'"\xed\xa0\x80"',
        "a letter escaped without need": b'"\\u0061"',
        "a slash escaped without need": b'"\\/"',
        "upper-case hex in an escape": b'"\\u001F"',
        "a line break written as hex": b'"\\u000a"',
        "a control character not escaped": b'"\x01"',
        "a trailing comma": b"[1,]",
        "two documents": b"1 2",
        "a cut document": b'{"a":',
        "a comment": b"/* */1",
        "single quotes": b"'a'",
        "a list never closed": b"[" * 1000,
    }
    return cases + [
        bad(name, "decode", {"bytes": data.hex()}, "bad-json") for name, data in refused.items()
    ]


def _report(**changes: object) -> str:
    """Write a report with some fields changed; None takes a field away."""
    value: dict[str, object] = {
        "v": 1,
        "kind": "report",
        "category": "attack",
        "text": "Three trucks came at night.",
        "lang": "en",
        "source": "saw",
        "written_at": "2026-11-23T18:00:00Z",
        "observed": {"at": "2026-11-23T03:00:00Z", "precision": "hour"},
    }
    value.update(changes)
    return canonical.encode({k: v for k, v in value.items() if v is not None}).decode("utf-8")


def _manifest(**changes: object) -> dict[str, object]:
    return {
        "key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "sha256": "ab" * 32,
        "size_bytes": 40000,
        "n": 3,
        "class": 16384,
        "mime": "image/jpeg",
        "name": "photo 1.jpg",
    } | changes


def _good_reports() -> dict[str, str]:
    place = {
        "text": "near the old mill",
        "lat_e5": -9000000,
        "lon_e5": 18000000,
        "precision": "settlement",
        "area": "XX-A1",
    }
    return {
        "the least a report can be": _report(lang="und", source="unsaid"),
        "every optional field": _report(
            place=place, attachments=[_manifest()], seq=2, prev="0f" * 32, about="1e" * 32
        ),
        "a place in words": _report(place={"text": "قرية النخيل"}),
        "an empty place": _report(place={}),
        "eight attachments": _report(attachments=[_manifest() for _ in range(8)]),
        "the longest text": _report(text="é" * 8000),
        "text outside the first plane counts characters": _report(text="𝄞" * 8000),
        "line breaks and tabs": _report(text="first\nsecond\tthird"),
        "a language with a script": _report(lang="zh-Hant-TW"),
        "a chunk class for slow links": _report(
            attachments=[_manifest(**{"class": 4096, "n": 10})]
        ),
    }


def _bad_reports() -> dict[str, str]:
    plain = _report()
    return {
        "no document": "",
        "a list": "[]",
        "an empty object": "{}",
        "not canonical": plain.replace(":", ": ", 1),
        "version 2": _report(v=2),
        "version true": _report(v=True),
        "version as text": _report(v="1"),
        "another kind": _report(kind="reply"),
        "no category": _report(category=None),
        "an unknown category": _report(category="weather"),
        "no text": _report(text=None),
        "an empty text": _report(text=""),
        "a text of 8001 characters": _report(text="a" * 8001),
        "U+0000 in the text": _report(text="a\x00b"),
        "a number as text": _report(text=7),
        "a language of one letter": _report(lang="e"),
        "a language with a space": _report(lang="en us"),
        "a language of 17 characters": _report(lang="en-12345678-12345"),
        "an unknown source": _report(source="told"),
        "a time without its Z": _report(written_at="2026-11-23T18:00:00"),
        "a time with an offset": _report(written_at="2026-11-23T18:00:00+00:00"),
        "a time with fractions": _report(written_at="2026-11-23T18:00:00.5Z"),
        "the 31st of November": _report(written_at="2026-11-31T18:00:00Z"),
        "the 25th hour": _report(written_at="2026-11-23T25:00:00Z"),
        "no observed time": _report(observed=None),
        "an unknown precision": _report(
            observed={"at": "2026-11-23T03:00:00Z", "precision": "minute"}
        ),
        "observed with another field": _report(
            observed={"at": "2026-11-23T03:00:00Z", "precision": "day", "zone": "UTC"}
        ),
        "an unknown field": _report(mood="calm"),
        "null for an optional field": plain[:-1].replace('"lang"', '"about":null,"lang"') + "}",
        "latitude alone": _report(place={"lat_e5": 1}),
        "latitude past the pole": _report(place={"lat_e5": 9000001, "lon_e5": 0}),
        "longitude past the date line": _report(place={"lat_e5": 0, "lon_e5": -18000001}),
        "a place of 201 characters": _report(place={"text": "a" * 201}),
        "an area in lower case": _report(place={"area": "xx-a1"}),
        "no attachments in a list": _report(attachments=[]),
        "nine attachments": _report(attachments=[_manifest() for _ in range(9)]),
        "a key of 31 bytes": _report(
            attachments=[_manifest(key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg")]
        ),
        "a key with padding": _report(
            attachments=[_manifest(key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
        ),
        "a hash in upper case": _report(attachments=[_manifest(sha256="AB" * 32)]),
        "an empty attachment": _report(attachments=[_manifest(size_bytes=0, n=1)]),
        "an attachment over 25 MiB": _report(attachments=[_manifest(size_bytes=26214401, n=1664)]),
        "a number of chunks that does not fit": _report(attachments=[_manifest(n=2)]),
        "another chunk class": _report(attachments=[_manifest(**{"class": 8192})]),
        "a mime type without a slash": _report(attachments=[_manifest(mime="jpeg")]),
        "a mime type in upper case": _report(attachments=[_manifest(mime="image/JPEG")]),
        "a name with a slash": _report(attachments=[_manifest(name="../photo.jpg")]),
        "a name with a backslash": _report(attachments=[_manifest(name="a\\b")]),
        "a name with a line break": _report(attachments=[_manifest(name="a\nb")]),
        "a name of 121 characters": _report(attachments=[_manifest(name="a" * 121)]),
        "a sequence of zero": _report(seq=0),
        "an id in upper case": _report(prev="0F" * 32),
        "a short id": _report(about="1e" * 31),
    }


def report_cases() -> list[Case]:
    """List the cases of report.json."""
    cases = [
        good(name, "decode", {"json": text}, {"json": text})
        for name, text in _good_reports().items()
    ]
    return cases + [
        bad(name, "decode", {"json": text}, "bad-report") for name, text in _bad_reports().items()
    ]


def _reply_json(**changes: object) -> str:
    value: dict[str, object] = {
        "v": 1,
        "n": 1,
        "kind": "reply",
        "text": "Thank you. Stay away from the road.",
        "lang": "en",
        "sent_on": "2026-11-24",
    }
    value.update(changes)
    return canonical.encode({k: v for k, v in value.items() if v is not None}).decode("utf-8")


def _key_fields() -> dict[str, object]:
    return {"mbx_key": _KEYS.mailbox.hex(), "reply_key": _KEYS.reply.hex()}


def _sealed_replies() -> list[Case]:
    plain = encode_reply(Reply(1, ReplyKind.REPLY, "شكراً لك", "ar", date(2026, 11, 24)))
    entropy = SeededEntropy("reply")
    entry = seal_reply(_KEYS, _WEEK, plain, entropy)
    given = _key_fields() | {
        "week": _WEEK,
        "json": plain.decode("utf-8"),
        "deflated": deflate(plain).hex(),
        "entropy": bytes(entropy.given).hex(),
    }
    sealed = {"addr": entry.address.hex(), "cipher": entry.cipher.hex()}
    long = _key_fields() | {
        "week": _WEEK,
        "json": '"' + seeded("long", 1000).hex() + '"',
        "entropy": "00" * 24,
    }
    refused = {
        "one bit of the nonce flipped": (entry.address, flipped(entry.cipher, 0)),
        "one bit of the text flipped": (entry.address, flipped(entry.cipher, 500)),
        "under another address": (flipped(entry.address, 0), entry.cipher),
        "a byte short": (entry.address, entry.cipher[:-1]),
        "a byte long": (entry.address, entry.cipher + b"\x00"),
        "no bytes": (entry.address, b""),
    }
    opened = _key_fields() | sealed
    return [
        good("sealed for a week", "seal", given, sealed),
        bad("deflates to more than 983 bytes", "seal", long, "too-large"),
        good("opened", "open", opened, {"json": plain.decode("utf-8")}),
        bad(
            "under another report's key",
            "open",
            opened | {"reply_key": seeded("other").hex()},
            "bad-reply",
        ),
        *(
            bad(name, "open", _key_fields() | {"addr": a.hex(), "cipher": c.hex()}, "bad-reply")
            for name, (a, c) in refused.items()
        ),
    ]


def reply_cases() -> list[Case]:
    """List the cases of reply.json."""
    texts = {
        "a reply": _reply_json(),
        "a question": _reply_json(kind="question", n=2),
        "a safety text": _reply_json(kind="safety", lang="fr"),
        "the longest reply": _reply_json(text="a" * 2000),
    }
    refused = {
        "version 2": _reply_json(v=2),
        "number zero": _reply_json(n=0),
        "an unknown kind": _reply_json(kind="order"),
        "an empty text": _reply_json(text=""),
        "a text of 2001 characters": _reply_json(text="a" * 2001),
        "a day with a time": _reply_json(sent_on="2026-11-24T00:00:00Z"),
        "the 30th of February": _reply_json(sent_on="2026-02-30"),
        "no language": _reply_json(lang=None),
        "an unknown field": _reply_json(from_="desk"),
        "not canonical": _reply_json() + " ",
        "a text for a document": '"hello"',
    }
    cases = [good(name, "decode", {"json": text}, {"json": text}) for name, text in texts.items()]
    cases += [bad(name, "decode", {"json": text}, "bad-reply") for name, text in refused.items()]
    return cases + _sealed_replies()
