"""Check a proof of dropping without any other part of this project.

Theory of operation: three things are checked, each by its own signature. A relay's receipts: it
said, on a day, that it holds these blobs until another. The desk's board: its pages follow one
another without a gap. And what is missing: none of the tags that would acknowledge a blob stands
on the board between the day of its receipt and the end of the time allowed. What this shows and
what it does not is written in docs/spec/sync.md section 11. Needs Python 3.10 and PyNaCl.

    python tools/verify_proof.py proof.json [--json]
"""

import base64
import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from nacl.exceptions import BadSignatureError  # noqa: TID251  # independent of the project
from nacl.signing import VerifyKey  # noqa: TID251  # independent of the project

NAME = "tocsin-proof-1"
ALLOWED_DAYS = 2  # 48 hours
ID_BYTES, TAG_BYTES, SIG_BYTES = 32, 8, 64
HEAD_BYTES = 10  # day, until day, count
PAGE_HEAD_BYTES = 43  # version, number, day, previous page's hash, count
RECEIPT, HAVE = 0x81, 0x82
STORED, DUPLICATE = 0, 1
Json: TypeAlias = Any  # what `json` gives; checked as it is read
SPEAKS_FOR = {"text": (1, 2, 3, 4, 5), "chunk": (2, 5)}  # statuses that say the desk has it


class BrokenProofError(Exception):
    """The proof does not hold; the text says what is wrong."""


@dataclass(frozen=True)
class Page:
    """A page of the board whose signature and place were checked."""

    seq: int
    day: int
    tags: frozenset[bytes]


@dataclass(frozen=True)
class Finding:
    """What the proof shows of one blob at one relay; days are counted from 1970.

    Attributes:
        acknowledged_day: Day of the first page that has word of it; None: no page has.
        board_until_day: Day of the newest page that was shown.
        tags_meanwhile: How much the desk said of other reports between the receipt and the end of
            the time allowed; with 0 it may have been silent altogether.
    """

    id: str
    relay_key: str
    held_day: int
    until_day: int
    acknowledged_day: int | None
    board_until_day: int
    tags_meanwhile: int


def verify(content: Json) -> list[Finding]:
    """Check a proof.

    Args:
        content: The parsed JSON.

    Returns:
        A `Finding` for each blob that a relay had signed for and the desk had no word of in time.

    Raises:
        BrokenProofError: When any part of it does not hold.
    """
    try:
        if content["proof"] != NAME:
            raise BrokenProofError("this is no proof of dropping")
        pages = _pages(content)
        return [_finding(receipt, pages) for receipt in content["receipts"] if _is_missed(receipt)]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BrokenProofError("a field is missing or malformed") from error


def _is_missed(receipt: dict[str, Json]) -> bool:
    """Check every receipt, and tell whether it is one that a blob was missed under."""
    _held(receipt)
    return receipt["is_missed"] is True


def _finding(receipt: dict[str, Json], pages: list[Page]) -> Finding:
    held_day, until_day = _held(receipt)
    if not pages or pages[-1].day < held_day + ALLOWED_DAYS:
        raise BrokenProofError("the board shown ends before the time allowed was over")
    if pages[0].seq != 1 and pages[0].day > held_day:
        raise BrokenProofError("the board shown begins after the receipt")
    tags = {
        _hash(bytes([status]), TAG_BYTES, "t1.tag", _bytes(receipt["ack_key"]))
        for status in SPEAKS_FOR[receipt["kind"]]
    }
    days = [page.day for page in pages if page.tags & tags]
    if days and days[0] < held_day + ALLOWED_DAYS:
        raise BrokenProofError("the desk acknowledged a blob in time")
    in_time = range(held_day, held_day + ALLOWED_DAYS + 1)
    return Finding(
        id=receipt["id"],
        relay_key=receipt["relay_key"],
        held_day=held_day,
        until_day=until_day,
        acknowledged_day=days[0] if days else None,
        board_until_day=pages[-1].day,
        tags_meanwhile=sum(len(page.tags) for page in pages if page.day in in_time),
    )


def _held(receipt: dict[str, Json]) -> tuple[int, int]:
    """Check a receipt; give the day it was signed and the day it promised."""
    ids, payload = _bytes(receipt["ids"]), _bytes(receipt["payload"])
    relay_key = _bytes(receipt["relay_key"])
    names = [ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES)]
    count = int.from_bytes(payload[8:HEAD_BYTES], "big")
    days, said, sig = payload[:8], payload[HEAD_BYTES:-SIG_BYTES], payload[-SIG_BYTES:]
    if count != len(names):
        raise BrokenProofError("a receipt speaks of other blobs")
    if receipt["frame_type"] == RECEIPT and len(said) == count:
        pairs = b"".join(name + said[i : i + 1] for i, name in enumerate(names))
        message = b"t1.receipt" + relay_key + days + pairs
        held = [status in (STORED, DUPLICATE) for status in said]
    elif receipt["frame_type"] == HAVE and len(said) == -(-count // 8):
        message = b"t1.have" + relay_key + days + ids + said
        held = [bool(said[i // 8] >> (7 - i % 8) & 1) for i in range(count)]
    else:
        raise BrokenProofError("a receipt has another form")
    _check(relay_key, message, sig, "a receipt was not signed by the relay named")
    at = names.index(bytes.fromhex(receipt["id"]))
    if not held[at]:
        raise BrokenProofError("a receipt does not say that the blob is held")
    return int.from_bytes(days[:4], "big"), int.from_bytes(days[4:], "big")


def _pages(content: dict[str, Json]) -> list[Page]:
    """Check the board's pages, each by its signature and by the one before."""
    desk_id, board_key = _bytes(content["desk_id"]), _bytes(content["board_key"])
    pages: list[Page] = []
    before = None
    for raw in map(_bytes, content["pages"]):
        body, sig = raw[:-SIG_BYTES], raw[-SIG_BYTES:]
        _check(board_key, b"t1.board" + desk_id + body, sig, "a page is not the desk's")
        seq, day = int.from_bytes(body[1:5], "big"), int.from_bytes(body[5:9], "big")
        if before is not None and (seq != pages[-1].seq + 1 or body[9:41] != before):
            raise BrokenProofError("a page of the board is missing or was moved")
        tags = body[PAGE_HEAD_BYTES:]
        cut = [tags[at : at + TAG_BYTES] for at in range(0, len(tags), TAG_BYTES)]
        pages.append(Page(seq, day, frozenset(cut)))
        before = _hash(raw, ID_BYTES, "t1.page")
    return pages


def _check(key: bytes, message: bytes, sig: bytes, otherwise: str) -> None:
    try:
        VerifyKey(key).verify(message, sig)
    except (BadSignatureError, ValueError) as error:
        raise BrokenProofError(otherwise) from error


def _hash(data: bytes, size: int, person: str, key: bytes = b"") -> bytes:
    return hashlib.blake2b(
        data, digest_size=size, key=key, person=person.encode("ascii").ljust(16, b"\x00")
    ).digest()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def main(arguments: list[str]) -> int:
    """Check the file named; say what it shows, or what is wrong with it."""
    names = [one for one in arguments if one != "--json"]
    if len(names) != 1:
        print("usage: python tools/verify_proof.py FILE [--json]", file=sys.stderr)
        return 2
    try:
        findings = verify(json.loads(Path(names[0]).read_text("utf-8")))
    except (OSError, ValueError) as error:
        print(f"the file cannot be read: {type(error).__name__}", file=sys.stderr)
        return 1
    except BrokenProofError as error:
        print(f"not a proof: {error}", file=sys.stderr)
        return 1
    if "--json" in arguments:
        print(json.dumps([asdict(finding) for finding in findings]))
        return 0
    for finding in findings:
        print(_sentence(finding))
    print(f"{len(findings)} receipts without an acknowledgement in time; all signatures hold.")
    return 0


def _sentence(finding: Finding) -> str:
    first = finding.acknowledged_day
    said = (
        f"the desk's board has no word of it until day {finding.board_until_day}"
        if first is None
        else f"the desk's first word of it is of day {first}"
    )
    return (
        f"relay {finding.relay_key[:12]} signed on day {finding.held_day} that it holds"
        f" {finding.id[:16]} until day {finding.until_day}; {said}; it said"
        f" {finding.tags_meanwhile} other things in the time allowed."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
