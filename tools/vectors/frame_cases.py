"""Frames, headers and the payloads without a signature."""

from collections.abc import Sequence

from schemas.constants import MAX_REQUEST_PAYLOAD_BYTES
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import (
    ExchangeProblem,
    MailboxEntry,
    MailboxPage,
    RelayPolicy,
    RequestHeader,
    ResponseHeader,
    Rest,
    Token,
)
from schemas.wire.classes import request_class_bytes, request_padding
from schemas.wire.exchange import (
    encode_mailbox,
    encode_policy,
    encode_problem,
    encode_request_header,
    encode_response_header,
    encode_token,
)
from schemas.wire.frames import FrameType, decode_frames, encode_frame
from schemas.wire.parts import encode_announce, encode_begun, encode_rest
from tools.vectors.case import Case, bad, good, seeded

_IDS = tuple(EnvelopeId(seeded(f"blob {number}")) for number in range(10))


def _frame_cases() -> list[Case]:
    two = encode_frame(FrameType.PUT, b"blob") + encode_frame(0x99, b"")
    limit = 8
    streams = {
        "no frames": b"",
        "two frames, one of a type nobody knows": two,
        "a frame of exactly the limit": encode_frame(FrameType.PAD, bytes(limit)),
    }
    frames = {
        "no frames": [],
        "two frames, one of a type nobody knows": [(1, b"blob"), (0x99, b"")],
        "a frame of exactly the limit": [(0, bytes(limit))],
    }
    cases = [
        good(
            name,
            "frames",
            {"bytes": data.hex(), "max_payload_bytes": limit},
            {
                "frames": [
                    {"type": kind, "payload": payload.hex()} for kind, payload in frames[name]
                ]
            },
        )
        for name, data in streams.items()
    ]
    refused = {
        "one byte of a header": b"\x01",
        "a header without its payload": b"\x01\x00\x00\x04",
        "a payload cut short": two[:6],
        "a length over the limit": encode_frame(FrameType.PAD, bytes(limit + 1)),
        "the longest length there is": b"\x01\xff\xff\xff",
    }
    return cases + [
        bad(name, "frames", {"bytes": data.hex(), "max_payload_bytes": limit}, "malformed-frame")
        for name, data in refused.items()
    ]


def _header_cases() -> list[Case]:
    first = encode_request_header(RequestHeader())
    later = encode_request_header(RequestHeader(3, 2**32 - 1, 0xBEEF, 77))
    desk = encode_request_header(RequestHeader(is_desk=True))
    further = encode_request_header(RequestHeader(3, 12, 0xBEEF, 77, wants_mailbox=False))
    answer = encode_response_header(ResponseHeader(20780, 12))

    def request(name: str, data: bytes, values: Sequence[object]) -> Case:
        names = (
            "directory_version",
            "board_cursor",
            "mailbox_prefix",
            "mailbox_cursor",
            "is_desk",
            "wants_mailbox",
        )
        out = {**dict(zip(names, values, strict=True)), "written": data.hex()}
        return good(name, "request_header", {"bytes": data.hex()}, out)

    refused = {
        "no bytes": b"",
        "15 bytes": first[:-1],
        "17 bytes": first + b"\x00",
        "protocol 2": b"\x02" + first[1:],
        "a reserved flag": first[:1] + b"\x04" + first[2:],
    }
    portal = {
        "a portal's page": b"<!doctyp",
        "an empty answer": b"",
        "7 bytes": answer[:-1],
        "another protocol": b"\x02" + answer[1:],
        "a flag in an answer": b"\x01\x01" + answer[2:],
    }
    return [
        request("a first request", first, (0, 0, 0, 0, False, True)),
        request("a later request", later, (3, 2**32 - 1, 0xBEEF, 77, False, True)),
        request("a further request of a run", further, (3, 12, 0xBEEF, 77, False, False)),
        request("a desk's request", desk, (0, 0, 0, 0, True, True)),
        good(
            "an answer",
            "response_header",
            {"bytes": answer.hex()},
            {"day": 20780, "board_head": 12},
        ),
        *(
            bad(name, "request_header", {"bytes": d.hex()}, "bad-header")
            for name, d in refused.items()
        ),
        *(
            bad(name, "response_header", {"bytes": d.hex()}, "bad-header")
            for name, d in portal.items()
        ),
    ]


def _payload_cases() -> list[Case]:
    ids = b"".join(_IDS[:2])
    policy = encode_policy(RelayPolicy(12, 16384, 30))
    entry = MailboxEntry(seeded("addr", 16), seeded("cipher", 1024))
    page = encode_mailbox(MailboxPage(4, 0xB000, 9, (entry,)))
    problem = encode_problem(ExchangeProblem("slow-down", 429, retry=True))
    shown = [{"addr": entry.address.hex(), "cipher": entry.cipher.hex()}]
    cases = [
        good("two ids", "ids", {"payload": ids.hex()}, {"ids": [one.hex() for one in _IDS[:2]]}),
        good(
            "a policy",
            "policy",
            {"payload": policy.hex()},
            {"work_bits": 12, "max_batch_bytes": 16384, "retry_after_seconds": 30},
        ),
        good(
            "a mailbox with one reply",
            "mailbox",
            {"payload": page.hex()},
            {"bits": 4, "prefix": 0xB000, "cursor": 9, "entries": shown},
        ),
        good(
            "a problem",
            "problem",
            {"payload": problem.hex()},
            {"slug": "slow-down", "status": 429, "retry": True},
        ),
    ]
    refused = [
        ("no ids", "ids", b"", "bad-query"),
        ("half an id", "ids", ids[:40], "bad-query"),
        ("257 ids", "ids", bytes(257 * 32), "bad-query"),
        ("a short policy", "policy", policy[:-1], "bad-policy"),
        ("a long policy", "policy", policy + b"\x00", "bad-policy"),
        ("a mailbox cut short", "mailbox", page[:-1], "bad-mailbox"),
        ("a mailbox that counts one more", "mailbox", page[:8] + b"\x02" + page[9:], "bad-mailbox"),
        ("a prefix of 17 bits", "mailbox", b"\x11" + page[1:], "bad-mailbox"),
        ("no mailbox", "mailbox", b"", "bad-mailbox"),
        ("a problem that is a page", "problem", b"<html>", "bad-problem"),
        ("a problem without retry", "problem", b'{"slug":"storage","status":503}', "bad-problem"),
        (
            "a problem whose status is true",
            "problem",
            b'{"retry":true,"slug":"storage","status":true}',
            "bad-problem",
        ),
        (
            "a problem with more to it",
            "problem",
            b'{"a":1,"retry":true,"slug":"storage","status":503}',
            "bad-problem",
        ),
    ]
    return cases + [
        bad(name, op, {"payload": data.hex()}, slug) for name, op, data, slug in refused
    ]


def _class_cases() -> list[Case]:
    sizes = {
        "an idle poll": 16,
        "a poll that fills its class": 1280,
        "a report of 1 KiB": 16 + 4 + 1024,
        "4 bytes below a class": 1276,
        "3 bytes below a class": 1277,
        "1 byte below a class": 1279,
        "1 byte above a class": 1281,
        "a chunk and a question": 16 + 4 + 32 + 4 + 16384,
        "padding longer than one frame": 262144 + 257,
        "padding of a frame and 2 bytes": 1048576 + 256 - 65540 - 2,
        "the largest class": 1048832,
        "above the largest class": 1048833,
    }
    cases = []
    for name, size_bytes in sizes.items():
        class_bytes = request_class_bytes(size_bytes)
        frames = decode_frames(request_padding(size_bytes, class_bytes), MAX_REQUEST_PAYLOAD_BYTES)
        payloads = [len(frame.payload) for frame in frames]
        out = {"class_bytes": class_bytes, "pad_payloads_bytes": payloads}
        cases.append(good(name, "request_class", {"size_bytes": size_bytes}, out))
    return cases


def _token_cases() -> list[Case]:
    token = Token(_IDS[0], seeded("token", 16))
    payload = encode_token(token)
    out = {"id": _IDS[0].hex(), "secret": token.secret.hex(), "written": payload.hex()}
    refused = {
        "no token": b"",
        "a token without its id": payload[32:],
        "a token cut by one byte": payload[:-1],
        "a token with one byte more": payload + b"\x00",
        "a token of 32 bytes": payload + bytes(16),
        "two tokens in one": payload * 2,
        "a stamp instead of a token": payload[:44],
    }
    return [
        good("a token for a blob", "token", {"payload": payload.hex()}, out),
        *(
            bad(name, "token", {"payload": data.hex()}, "bad-token")
            for name, data in refused.items()
        ),
    ]


def _part_cases() -> list[Case]:
    announce = encode_announce(_IDS[:2])
    rest = encode_rest(Rest(_IDS[0], 5000, b"what was missing"))
    begun = encode_begun({0: 4096, 7: 16383})
    shown = {"id": _IDS[0].hex(), "offset_bytes": 5000, "content": b"what was missing".hex()}
    kept = {"begun": [{"place": 0, "kept_bytes": 4096}, {"place": 7, "kept_bytes": 16383}]}
    refused = [
        ("no tags", "announce", b"", "bad-announce"),
        ("half a tag", "announce", announce[:12], "bad-announce"),
        ("17 tags", "announce", bytes(17 * 8), "bad-announce"),
        ("a rest of nothing", "rest", rest[:36], "bad-rest"),
        ("a rest with nothing before it", "rest", rest[:32] + bytes(4) + b"all", "bad-rest"),
        ("a beginning without its count", "begun", begun[:1], "bad-begun"),
        ("beginnings cut short", "begun", begun[:-1], "bad-begun"),
        ("beginnings that count one more", "begun", b"\x00\x03" + begun[2:], "bad-begun"),
        ("a place over 255", "begun", encode_begun({256: 1}), "bad-begun"),
    ]
    return [
        good(
            "two tags",
            "announce",
            {"payload": announce.hex(), "ids": [one.hex() for one in _IDS[:2]]},
            {"tags": [one[:8].hex() for one in _IDS[:2]], "written": announce.hex()},
        ),
        good("a rest", "rest", {"payload": rest.hex()}, {**shown, "written": rest.hex()}),
        good("two beginnings", "begun", {"payload": begun.hex()}, kept),
        good("no beginnings", "begun", {"payload": encode_begun({}).hex()}, {"begun": []}),
        *(bad(name, op, {"payload": data.hex()}, slug) for name, op, data, slug in refused),
    ]


def frame_cases() -> list[Case]:
    """List the cases of frames.json."""
    parts = (
        *(_frame_cases, _header_cases, _payload_cases),
        _class_cases,
        _token_cases,
        _part_cases,
    )
    return [case for part in parts for case in part()]
