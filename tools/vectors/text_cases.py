"""Canonical JSON and replies: what is read, and what is refused."""

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
