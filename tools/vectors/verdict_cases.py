"""Receipts, HAVE and board pages: what a signature makes true, and what it does not."""

from collections.abc import Sequence

from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import Have, Receipt
from schemas.domain.vocabulary import AckStatus, PutStatus
from schemas.envelope.derived import ack_tag
from schemas.envelope.keys import SigningKey
from schemas.envelope.signing import FIRST_PREV, page_hash, sign_have, sign_page, sign_receipt
from schemas.wire.board import encode_page_body
from schemas.wire.exchange import encode_have, encode_receipt, pack_bitmap
from tools.vectors.case import Case, bad, flipped, good, seeded
from tools.vectors.trust_cases import DESK_ID

_RELAY = SigningKey(seeded("relay"))
_BOARD = SigningKey(seeded("board"))
_DAYS = (20780, 20810)
_IDS = tuple(EnvelopeId(seeded(f"blob {number}")) for number in range(10))


def _verdict(
    payload: bytes, ids: Sequence[EnvelopeId], relay: bytes = _RELAY.public
) -> dict[str, object]:
    return {"relay_key": relay.hex(), "ids": [one.hex() for one in ids], "payload": payload.hex()}


def _receipt(
    statuses: Sequence[PutStatus], ids: Sequence[EnvelopeId], signer: SigningKey = _RELAY
) -> bytes:
    sig = sign_receipt(signer, _DAYS, ids, statuses)
    return encode_receipt(Receipt(*_DAYS, tuple(statuses), sig))


def receipt_cases() -> list[Case]:
    """List the cases of receipts.json."""
    every = tuple(PutStatus)
    one = _receipt((PutStatus.STORED,), _IDS[:1])
    many = _receipt(every, _IDS[:5])
    out = {"day": _DAYS[0], "until_day": _DAYS[1]}
    cases = [
        good("one blob stored", "receipt", _verdict(one, _IDS[:1]), out | {"statuses": [0]}),
        good(
            "every status", "receipt", _verdict(many, _IDS[:5]), out | {"statuses": [0, 1, 2, 3, 4]}
        ),
    ]
    stranger = SigningKey(seeded("stranger relay"))
    refused = [
        ("no bytes", b"", _IDS[:1], "bad-receipt"),
        ("cut short", one[:-1], _IDS[:1], "bad-receipt"),
        ("a byte more", one + b"\x00", _IDS[:1], "bad-receipt"),
        ("an unknown status", one[:10] + b"\x05" + one[11:], _IDS[:1], "bad-receipt"),
        ("a count of none", one[:8] + b"\x00\x00" + one[11:], (), "bad-receipt"),
        ("for fewer blobs than were sent", one, _IDS[:2], "bad-receipt"),
        ("one bit of the signature flipped", flipped(one, -1), _IDS[:1], "bad-signature"),
        ("a later day written in", flipped(one, 7), _IDS[:1], "bad-signature"),
        ("full turned into stored", many[:12] + b"\x00" + many[13:], _IDS[:5], "bad-signature"),
        ("for another blob", one, _IDS[1:2], "bad-signature"),
        ("blobs in another order", many, _IDS[4::-1], "bad-signature"),
        (
            "signed by another relay",
            _receipt((PutStatus.STORED,), _IDS[:1], stranger),
            _IDS[:1],
            "bad-signature",
        ),
    ]
    cases += [bad(name, "receipt", _verdict(data, ids), slug) for name, data, ids, slug in refused]
    cases.append(
        bad(
            "shown under another relay's key",
            "receipt",
            _verdict(one, _IDS[:1], stranger.public),
            "bad-signature",
        )
    )
    return cases + _have_cases()


def _have_cases() -> list[Case]:
    held = (True, False, True, True, False, False, False, False, False, True)
    bitmap = pack_bitmap(held)
    payload = encode_have(Have(*_DAYS, held, sign_have(_RELAY, _DAYS, _IDS, bitmap)))
    stray = payload[:11] + b"\x41" + payload[12:]
    refused = [
        ("a HAVE of no bytes", b"", _IDS, "bad-receipt"),
        ("a HAVE cut short", payload[:-1], _IDS, "bad-receipt"),
        ("unused bits set", stray, _IDS, "bad-receipt"),
        ("a HAVE for fewer ids", payload, _IDS[:8], "bad-receipt"),
        ("a bit turned to held", flipped(payload, 10, 6), _IDS, "bad-signature"),
        ("a HAVE for other ids", payload, _IDS[::-1], "bad-signature"),
    ]
    out = {"day": _DAYS[0], "until_day": _DAYS[1], "held": list(held)}
    return [
        good("ten ids asked for", "have", _verdict(payload, _IDS), out),
        *(bad(name, "have", _verdict(data, ids), slug) for name, data, ids, slug in refused),
    ]


def _page(seq: int, prev: bytes, tags: Sequence[bytes], signer: SigningKey = _BOARD) -> bytes:
    return sign_page(signer, DESK_ID, encode_page_body(seq, 20780 + seq, prev, tags))


def _page_fields(page: bytes, last_seq: int = 0, last_hash: bytes = b"") -> dict[str, object]:
    return {
        "board_key": _BOARD.public.hex(),
        "desk_id": DESK_ID.hex(),
        "page": page.hex(),
        "last_seq": last_seq,
        "last_hash": last_hash.hex(),
    }


def _signed_body(body: bytes) -> bytes:
    return sign_page(_BOARD, DESK_ID, body)


def board_cases() -> list[Case]:
    """List the cases of board.json."""
    tags = sorted(ack_tag(seeded(f"ack {number}"), AckStatus.ACCEPTED) for number in range(3))
    first = _page(1, FIRST_PREV, tags)
    second = _page(2, page_hash(first), [])
    full = _page(3, page_hash(second), sorted(seeded(f"tag {number}", 8) for number in range(500)))

    def reads(name: str, page: bytes, count: int, last_seq: int = 0, last: bytes = b"") -> Case:
        seq = int.from_bytes(page[1:5], "big")
        listed = [page[43 + 8 * i : 51 + 8 * i].hex() for i in range(count)]
        out = {"seq": seq, "day": 20780 + seq, "tags": listed, "hash": page_hash(page).hex()}
        return good(name, "page", _page_fields(page, last_seq, last), out)

    body = encode_page_body(1, 20781, FIRST_PREV, tags)
    unsorted = body[:43] + tags[1] + tags[0] + tags[2]
    doubled = body[:43] + tags[0] + tags[0] + tags[2]
    many = (
        body[:41]
        + (501).to_bytes(2, "big")
        + b"".join(sorted(seeded(f"t{n}", 8) for n in range(501)))
    )
    wrong = [
        ("no bytes", b"", "bad-page"),
        ("cut short", first[:-1], "bad-page"),
        ("version 2", _signed_body(b"\x02" + body[1:]), "bad-page"),
        ("page zero", _signed_body(body[:1] + bytes(4) + body[5:]), "bad-page"),
        ("tags out of order", _signed_body(unsorted), "bad-page"),
        ("a tag twice", _signed_body(doubled), "bad-page"),
        ("501 tags", _signed_body(many), "bad-page"),
        ("a count that does not fit", _signed_body(body[:42] + b"\x02" + body[43:]), "bad-page"),
        ("one bit of a tag flipped", flipped(first, 50), "bad-signature"),
        (
            "signed by another key",
            _page(1, FIRST_PREV, tags, SigningKey(seeded("x"))),
            "bad-signature",
        ),
    ]
    return [
        reads("the first page", first, 3),
        reads("an empty page that follows", second, 0, 1, page_hash(first)),
        reads("a full page as an anchor", full, 500),
        *(bad(name, "page", _page_fields(data), slug) for name, data, slug in wrong),
        bad("a page is missing in between", "page", _page_fields(full, 1, page_hash(first)), "gap"),
        bad("a page seen before", "page", _page_fields(first, 1, page_hash(first)), "gap"),
        bad(
            "it follows another page", "page", _page_fields(second, 1, seeded("other page")), "fork"
        ),
        bad(
            "another desk's page",
            "page",
            _page_fields(first) | {"desk_id": "00" * 16},
            "bad-signature",
        ),
    ]
