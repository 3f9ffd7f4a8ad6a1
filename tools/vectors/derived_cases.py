"""Numbers and tags derived from keys and time; chunks of attachments."""

from datetime import UTC, datetime

from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.lengths import padme
from schemas.domain.sync import Stamp
from schemas.domain.vocabulary import AckStatus
from schemas.envelope.chunks import chunk_tags, plan, seal_chunk
from schemas.envelope.derived import ack_tag, mailbox_address
from schemas.envelope.keys import day_of, derive_keys, desk_id_of, week_of
from schemas.envelope.stamps import stamp_bits
from schemas.envelope.tokens import token_hash, tokens_of
from schemas.wire.exchange import encode_stamp
from tools.vectors.case import Case, bad, flipped, good, seeded
from tools.vectors.envelope_cases import key_fields

_ACK = seeded("ack key")
_MAILBOX = seeded("mailbox key")
_FILE_KEY = seeded("file key")


def _tags() -> list[Case]:
    cases = [
        good(
            f"the tag that says {status.name.lower()}",
            "ack_tag",
            {"ack_key": _ACK.hex(), "status": int(status)},
            {"tag": ack_tag(_ACK, status).hex()},
        )
        for status in AckStatus
    ]
    for week in (0, 2969, 2**32 - 1):
        address = mailbox_address(_MAILBOX, week)
        given = {"mbx_key": _MAILBOX.hex(), "week": week}
        cases.append(
            good(f"mailbox of week {week}", "mailbox_address", given, {"addr": address.hex()})
        )
    return cases


def _numbers() -> list[Case]:
    moments = (
        "1970-01-01T00:00:00",
        "1970-01-07T23:59:59",
        "2026-11-25T23:59:59",
        "2026-11-26T00:00:00",
    )
    cases = []
    for text in moments:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        given = {"unix_seconds": int(moment.timestamp())}
        cases.append(
            good(
                f"week and day of {text}",
                "week_of",
                given,
                {"week": week_of(moment), "day": day_of(moment)},
            )
        )
    lengths = (0, 1, 2, 7, 8, 9, 15, 33, 100, 513, 1000, 1603)
    out = {"padded": [padme(length) for length in lengths]}
    cases.append(good("counts padded by padme", "padme", {"lengths": list(lengths)}, out))
    root = seeded("root")
    cases.append(
        good("a desk's id", "desk_id", {"root": root.hex()}, {"desk_id": desk_id_of(root).hex()})
    )
    cek = seeded("cek")
    cases.append(
        good(
            "the three derived keys",
            "derive_keys",
            {"cek": cek.hex()},
            key_fields(derive_keys(cek)),
        )
    )
    stamp = Stamp(EnvelopeId(seeded("stamped id")), 2969, 77)
    payload = encode_stamp(stamp)
    cases.append(
        good(
            "the work of a stamp", "stamp", {"payload": payload.hex()}, {"bits": stamp_bits(stamp)}
        )
    )
    return cases


def _tokens() -> list[Case]:
    reply_key = seeded("reply key")
    cases = []
    for name in ("a relay", "another relay"):
        relay_key = RelayKey(seeded(name))
        made = tokens_of(reply_key, relay_key)
        given = {"reply_key": reply_key.hex(), "relay_key": relay_key.hex()}
        out = {
            "tokens": [one.hex() for one in made],
            "hashes": [token_hash(one).hex() for one in made],
        }
        cases.append(good(f"the tokens of a report at {name}", "tokens", given, out))
    return cases


def _refused() -> list[Case]:
    rest = seeded("some id").hex()
    ids = {
        "an id in upper case": rest.upper(),
        "an id of 63 digits": rest[:-1],
        "an id of 65 digits": rest + "0",
        "no id": "",
        "an id with a space": " " + rest[1:],
        "an id with a line break": rest + "\n",
        "an id with a prefix": "0x" + rest[2:],
        "an id with a letter that is no digit": "g" + rest[1:],
        "an id with digits of another script": "\u0661" * 64,
        "a short id of half the digits": rest[:32],
        "an id with a space behind": rest[1:] + " ",
        "two ids": rest * 2,
        "an id with dashes": rest[:31] + "-" + rest[32:],
    }
    cases = [bad(name, "report_id", {"text": text}, "bad-id") for name, text in ids.items()]
    payload = encode_stamp(Stamp(EnvelopeId(seeded("stamped id")), 2969, 77))
    stamps = {
        "no stamp": b"",
        "a stamp cut by one byte": payload[:-1],
        "a stamp with one byte more": payload + b"\x00",
        "a stamp without its id": payload[32:],
        "two stamps in one": payload * 2,
        "a stamp with half a nonce": payload[:-4],
        "a token instead of a stamp": payload[:32] + bytes(16),
    }
    cases += [
        bad(name, "stamp", {"payload": data.hex()}, "bad-stamp") for name, data in stamps.items()
    ]
    return cases


def derived_cases() -> list[Case]:
    """List the cases of derived.json."""
    good_id = seeded("some id").hex()
    return [
        *_tags(),
        *_numbers(),
        *_tokens(),
        good("an id as people see it", "report_id", {"text": good_id}, {"id": good_id}),
        *_refused(),
    ]


def _chunk(name: str, index: int, size_bytes: int, class_bytes: int, data: bytes) -> Case:
    cut = plan(size_bytes, class_bytes)
    given = {
        "key": _FILE_KEY.hex(),
        "index": index,
        "n": cut.chunk_count,
        "class": class_bytes,
        "size_bytes": size_bytes,
        "data": data.hex(),
    }
    blob = seal_chunk(_FILE_KEY, index, cut, data)
    return good(name, "seal_chunk", given, {"blob": blob.hex()})


def _open_fields(index: int, count: int, blob: bytes) -> dict[str, object]:
    return {"key": _FILE_KEY.hex(), "index": index, "n": count, "blob": blob.hex()}


def chunk_cases() -> list[Case]:
    """List the cases of chunks.json."""
    plans = (
        (1, 16384),
        (16352, 16384),
        (16353, 16384),
        (26214400, 16384),
        (4064, 4096),
        (100000, 4096),
    )
    cases = [
        good(
            f"a file of {size} bytes in chunks of {kind}",
            "plan",
            {"size_bytes": size, "class": kind},
            {"n": plan(size, kind).chunk_count},
        )
        for size, kind in plans
    ]
    data = seeded("chunk data", 4064)
    cut = plan(9000, 4096)
    blob = seal_chunk(_FILE_KEY, 0, cut, data)
    tags = {"tags": [tag.hex() for tag in chunk_tags(_FILE_KEY, 3)]}
    cases += [
        _chunk("the first of three chunks", 0, 9000, 4096, data),
        _chunk("the last, filled with zeros", 2, 9000, 4096, data[:872]),
        _chunk("the only chunk of a small file", 0, 5, 16384, b"photo"),
        good("the handles of three chunks", "chunk_tags", {"key": _FILE_KEY.hex(), "n": 3}, tags),
        good("a chunk opens", "open_chunk", _open_fields(0, 3, blob), {"data": data.hex()}),
    ]
    return cases + _refused_chunks(blob, data)


def _refused_chunks(blob: bytes, data: bytes) -> list[Case]:
    refused_plans = ((0, 16384), (-1, 16384), (100, 8192), (100, 0))
    cases = [
        bad(
            f"a file of {size} bytes in chunks of {kind}",
            "plan",
            {"size_bytes": size, "class": kind},
            "bad-chunk",
        )
        for size, kind in refused_plans
    ]
    rows = {
        "opened as another chunk": _open_fields(1, 3, blob),
        "opened as the last of a shorter file": _open_fields(0, 1, blob),
        "an index past the end": _open_fields(3, 3, blob),
        "one bit of the handle flipped": _open_fields(0, 3, flipped(blob, 0)),
        "one bit of the data flipped": _open_fields(0, 3, flipped(blob, 1000)),
        "one bit of the AEAD's tag flipped": _open_fields(0, 3, flipped(blob, -1)),
        "a chunk cut short": _open_fields(0, 3, blob[:-1]),
        "a bucket that is no chunk class": _open_fields(0, 3, blob[:2048]),
        "no bytes": _open_fields(0, 3, b""),
    }
    cases += [bad(name, "open_chunk", given, "bad-chunk") for name, given in rows.items()]
    given = {"key": _FILE_KEY.hex(), "index": 0, "n": 3, "class": 4096, "size_bytes": 9000}
    cases.append(
        bad(
            "more data than a chunk has room for",
            "seal_chunk",
            given | {"data": (data + b"x").hex()},
            "bad-chunk",
        )
    )
    return cases
