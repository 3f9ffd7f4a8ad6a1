"""Reports as text messages: sealed without a slot, cut, lost in part, put together."""

from collections.abc import Sequence

from schemas.bundle.sms_text import sms_texts
from schemas.bundle.symbols import SymbolWriter
from schemas.constants import AEAD_TAG_BYTES, SMS_PIECE_BYTES, SMS_SYMBOL_BYTES
from schemas.domain.directory import RecipientRecord
from schemas.domain.ids import DeskId
from schemas.envelope import primitives
from schemas.envelope.keys import Identity
from schemas.envelope.padding import deflate, pad
from schemas.envelope.sealing import body_keys, envelope_id, seal
from schemas.envelope.sms import DICTIONARY, seal_sms, sms_ad, sms_blob, sms_cek
from tools.vectors.case import Case, SeededEntropy, bad, flipped, good, seeded
from tools.vectors.envelope_cases import (
    DESK,
    DESK_ID,
    NEXT,
    STRANGER,
    WEEK,
    identity_fields,
    key_fields,
)

_SHORT = b'{"category":"attack","text":"Three trucks."}'
_LONG = (
    b'{"category":"taken","text":"' + b" ".join(b"%x" % (n * n * 31) for n in range(150)) + b'"}'
)
_TOO_LONG = b'{"text":"' + seeded("too long", 1100).hex().encode() + b'"}'


def _seals(name: str, plain_json: bytes, recipient: Identity = DESK) -> Case:
    entropy = SeededEntropy(name)
    record = RecipientRecord(WEEK, recipient.public)
    given = {
        "json": plain_json.decode(),
        "desk_id": DESK_ID.hex(),
        "recipient": recipient.public.hex(),
        "deflated": deflate(plain_json, DICTIONARY).hex(),
        "entropy": SeededEntropy(name)(32).hex(),
    }
    if plain_json is _TOO_LONG:
        return bad(name, "seal", given, "too-large")
    sealed = seal_sms(plain_json, recipient=record, desk_id=DESK_ID, entropy=entropy)
    out = {"blob": sealed.blob.hex(), "id": sealed.id.hex(), **key_fields(sealed.keys)}
    return good(name, "seal", given, out)


def _sealed(plain_json: bytes = _SHORT, desk_id: DeskId = DESK_ID) -> bytes:
    record = RecipientRecord(WEEK, DESK.public)
    entropy = SeededEntropy("opened")
    return seal_sms(plain_json, recipient=record, desk_id=desk_id, entropy=entropy).blob


def _built(padded: bytes) -> bytes:
    """Put a core together around a padded inner of our choice."""
    secret = seeded("sms ephemeral")
    ephemeral = primitives.x25519_public(secret)
    shared = primitives.x25519_shared(secret, DESK.public) or b""
    key, nonce = body_keys(sms_cek(shared, DESK_ID, ephemeral, DESK.public))
    return sms_blob(
        ephemeral + primitives.aead_seal(key, nonce, sms_ad(DESK_ID, ephemeral), padded)
    )


def _opening(blob: bytes, identities: Sequence[Identity] = (NEXT, DESK)) -> dict[str, object]:
    return {
        "desk_id": DESK_ID.hex(),
        "identities": [identity_fields(identity) for identity in identities],
        "blob": blob.hex(),
    }


def _open_cases() -> list[Case]:
    blob = _sealed()
    sealed = seal_sms(
        _SHORT,
        recipient=RecipientRecord(WEEK, DESK.public),
        desk_id=DESK_ID,
        entropy=SeededEntropy("opened"),
    )
    out = {
        "id": envelope_id(blob).hex(),
        "json": _SHORT.decode(),
        "author": None,
        "week": WEEK,
        **key_fields(sealed.keys),
    }
    room = 2 * SMS_PIECE_BYTES - 32 - AEAD_TAG_BYTES
    packed = deflate(_SHORT, DICTIONARY)
    ordinary = seal(
        _SHORT,
        recipient=RecipientRecord(WEEK, DESK.public),
        desk_id=DESK_ID,
        entropy=SeededEntropy("ordinary"),
    ).blob
    refused = {
        "another desk's": (_sealed(desk_id=DeskId(bytes(16))), "not-for-us"),
        "a changed body": (flipped(blob, 100), "not-for-us"),
        "a changed key": (flipped(blob, 3), "not-for-us"),
        "a key that is zero": (bytes(32) + blob[32:], "not-for-us"),
        "nothing but zeros": (bytes(1024), "not-for-us"),
        "a byte behind the core": (blob[:500] + b"\x01" + blob[501:], "not-for-us"),
        "a core with no zeros behind it": (blob[:226], "bad-size"),
        "an ordinary envelope with its end cut off": (
            ordinary[:904] + bytes(120),
            "not-for-us",
        ),
        "no mark before the zeros": (_built(bytes(room)), "bad-padding"),
        "nothing inside": (_built(pad(b"", room)), "bad-version"),
        "another version": (_built(pad(b"\x02" + packed, room)), "bad-version"),
        "packed without the words": (_built(pad(b"\x01" + b"\xff\xff", room)), "bad-deflate"),
        "bytes behind the stream": (_built(pad(b"\x01" + packed + b"?", room)), "bad-deflate"),
    }
    return [
        good("a short report", "open", _opening(blob), out),
        bad("a stranger's identity", "open", _opening(blob, [STRANGER]), "not-for-us"),
        *(bad(name, "open", _opening(b), slug) for name, (b, slug) in refused.items()),
    ]


def _text_cases() -> list[Case]:
    blob, longer = _sealed(), _sealed(_LONG)
    texts, more = sms_texts(blob), sms_texts(longer)
    wrong_tag = SymbolWriter(blob[:226], b"none", SMS_SYMBOL_BYTES)
    nine = SymbolWriter(bytes(9 * SMS_PIECE_BYTES), b"none", SMS_SYMBOL_BYTES)
    loose = SymbolWriter(blob[:226].ljust(339, b"\x00"), envelope_id(blob)[:4], SMS_SYMBOL_BYTES)
    refused = {
        "one message only": (texts[:1], "not-yet"),
        "the same message twice": ([texts[0]] * 2, "not-yet"),
        "messages of two reports": ([texts[0], more[1]], "other-source"),
        "a changed letter": ([texts[0], texts[1][:-1] + _other(texts[1][-1])], "bad-source"),
        "a message cut by one": ([texts[0][:-1]], "bad-text"),
        "a message of nothing": ([""], "bad-text"),
        "a person's words": (["Where are you? Call me. " * 8], "bad-text"),
        "a letter outside": (["é" + texts[0][1:]], "bad-text"),
        "a space inside": ([texts[0][:80] + " " + texts[0][81:]], "bad-text"),
        "a wrong tag": ([_letters(wrong_tag.symbol(n)) for n in range(2)], "bad-source"),
        "more pieces than a report has": ([_letters(nine.symbol(0))], "bad-symbol"),
        "a core larger than it need be": (
            [_letters(loose.symbol(n)) for n in range(3)],
            "bad-source",
        ),
    }
    cases = [
        good("three messages of a short report", "texts", {"blob": blob.hex()}, {"texts": texts}),
        good("messages of a longer one", "texts", {"blob": longer.hex()}, {"texts": more}),
        bad("an ordinary blob", "texts", {"blob": seeded("no", 1024).hex()}, "too-large"),
        bad("a blob of another size", "texts", {"blob": bytes(2048).hex()}, "too-large"),
    ]
    whole = {
        "all of them": texts,
        "the first is lost": texts[1:],
        "the last two, the other way round, with line ends": [f" {texts[2]}\r\n", texts[1]],
        "each of them twice": [text for text in texts for _ in range(2)],
    }
    out = {"blob": blob.hex()}
    cases += [good(n, "collect", {"texts": list(given)}, out) for n, given in whole.items()]
    return cases + [
        bad(name, "collect", {"texts": given}, slug) for name, (given, slug) in refused.items()
    ]


def _letters(symbol: bytes) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."
    bits = int.from_bytes(symbol, "big")
    return "".join(alphabet[bits >> shift & 63] for shift in range(954, -1, -6))


def _other(letter: str) -> str:
    return "B" if letter != "B" else "C"


def sms_cases() -> list[Case]:
    """List the cases of sms.json."""
    return [
        _seals("a short report", _SHORT),
        _seals("a long report", _LONG),
        _seals("too long for eight messages", _TOO_LONG),
        *(
            {**case, "name": f"opened: {case['name']}"} if case["op"] == "open" else case
            for case in _open_cases()
        ),
        *_text_cases(),
    ]
