"""Every decoder of the contract, fed noise and damaged truth: its own error or nothing."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from client_sync.errors import TransportError
from client_sync.sync.answer import parse_answer
from client_sync.trust import accept_directory
from schemas.bundle.reader import read_bundle
from schemas.bundle.sms_text import read_sms
from schemas.bundle.symbols import SymbolReader, decode_symbol, finished_bundle, read_code
from schemas.constants import MAX_RESPONSE_PAYLOAD_BYTES
from schemas.domain.ids import DeskId, RootKey
from schemas.domain.sync import MailboxEntry
from schemas.envelope import padding
from schemas.envelope.chunks import open_chunk
from schemas.envelope.derived import open_reply
from schemas.envelope.keys import Identity, derive_keys
from schemas.envelope.opening import Opener
from schemas.errors import ContractError
from schemas.framework import load_framework
from schemas.wire import canonical, desk_exchange, exchange
from schemas.wire.board import decode_page
from schemas.wire.directory import decode_directory
from schemas.wire.frames import FrameDecoder, OversizeFrameError, decode_frames, encode_frame
from schemas.wire.invite import parse_bridge_line, parse_invite
from schemas.wire.reply import decode_reply
from schemas.wire.report import decode_report
from tools.make_vectors import VECTORS

DESK_ID = DeskId(bytes(16))


def collected(data: bytes) -> bytes:
    """Take noise for the pieces of a source, as a camera might."""
    symbols = [decode_symbol(data[at : at + 40]) for at in range(0, max(1, len(data)), 40)]
    reader = SymbolReader(symbols[0])
    for symbol in symbols:
        reader.add(symbol)
    return finished_bundle(reader)


DECODERS: dict[str, Callable[[bytes], object]] = {
    "canonical": canonical.decode,
    "report": decode_report,
    "reply": decode_reply,
    "directory": decode_directory,
    "signed directory": lambda data: accept_directory(data, RootKey(bytes(32))),
    "page": decode_page,
    "frames": decode_frames,
    "request header": exchange.decode_request_header,
    "response header": exchange.decode_response_header,
    "ids": exchange.decode_ids,
    "stamp": exchange.decode_stamp,
    "receipt": exchange.decode_receipt,
    "have": exchange.decode_have,
    "mailbox": exchange.decode_mailbox,
    "mailbox entry": exchange.decode_mailbox_entry,
    "policy": exchange.decode_policy,
    "problem": exchange.decode_problem,
    "proof": desk_exchange.decode_proof,
    "pull": desk_exchange.decode_pull,
    "envelope frame": desk_exchange.decode_envelope,
    "pulled": desk_exchange.decode_pulled,
    "done": desk_exchange.decode_done,
    "bundle": read_bundle,
    "bundle body": lambda data: read_bundle(b"TOCSINB1" + data),
    "code": lambda data: read_code(data.decode("utf-8", "replace")),
    "symbols": collected,
    "text message": lambda data: read_sms(data.decode("utf-8", "replace")),
    "blob of text messages": lambda data: Opener(DESK_ID, [Identity(1, bytes(range(32)))]).open(
        data[:904].ljust(1024, b"\x00")
    ),
    "blob": Opener(DESK_ID, [Identity(1, bytes(range(32)))]).open,
    "chunk": lambda data: open_chunk(bytes(32), 0, 3, data),
    "reply cipher": lambda data: open_reply(
        derive_keys(bytes(32)), MailboxEntry(bytes(16), data.ljust(1024, b"\x00")[:1024])
    ),
    "inflate": lambda data: padding.inflate(data, 1000),
    "unpad": padding.unpad,
    "taxonomy": lambda data: load_framework(data.decode("utf-8", "replace")),
    "bridge line": lambda data: parse_bridge_line(data.decode("utf-8", "replace")),
    "invite": lambda data: parse_invite(data.decode("utf-8", "replace")),
    "invite link": lambda data: parse_invite("https://a/#tocsin1." + data.decode("latin-1")),
}


@lru_cache
def _truths() -> list[bytes]:
    """Collect every byte string and text of the vectors: damaged truth is the best noise."""
    found: set[bytes] = set()
    for path in VECTORS.glob("*.json"):
        for case in json.loads(path.read_text("utf-8"))["cases"]:
            for value in case["in"].values():
                found.update(_bytes_of(value))
    return sorted((data for data in found if len(data) < 5000), key=lambda data: (len(data), data))


def _bytes_of(value: Any) -> list[bytes]:  # noqa: ANN401  # any JSON
    if not isinstance(value, str):
        return []
    try:
        return [bytes.fromhex(value)]
    except ValueError:
        return [value.encode("utf-8", "surrogatepass")]


@st.composite
def damaged_truth(draw: st.DrawFn) -> bytes:
    """Take a true byte string and cut, flip, insert or repeat some of it."""
    data = bytearray(draw(st.sampled_from(_truths())))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        kind = draw(st.sampled_from(["flip", "cut", "insert", "remove", "repeat"]))
        if kind == "flip" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[at:]
        elif kind == "insert":
            data[at:at] = draw(st.binary(max_size=8))
        elif kind == "remove":
            del data[at : at + 4]
        else:
            data += data[at:]
    return bytes(data)


@pytest.mark.parametrize("name", list(DECODERS))
@settings(max_examples=150)
@given(data=st.one_of(st.binary(max_size=300), damaged_truth()))
@example(data=b"")
@example(data=b"[" * 100_000)
@example(data=b'{"a":' * 20_000)
@example(data=b"9" * 10_000)
@example(data=b'"\\ud800"')
@example(data="\u0661".encode() * 64)
def test_a_decoder_raises_its_own_error_or_nothing(name: str, data: bytes) -> None:
    assert len(_refusal(DECODERS[name], data)) < 300


def _refusal(decode: Callable[[bytes], object], data: bytes) -> str:
    try:
        decode(data)
    except ContractError as error:
        return str(error)
    return ""


@given(st.binary(max_size=400), st.booleans())
def test_an_answer_is_parsed_or_is_no_relays(body: bytes, is_whole: bool) -> None:
    try:
        parsed = parse_answer(b"\x01\x00" + body, is_whole=is_whole)
    except TransportError:
        return
    assert parsed.policy() is None or parsed.policy()
    parsed.problem()
    parsed.mailbox()


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=60)), max_size=8), st.data())
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    frames: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    stream = b"".join(encode_frame(kind, payload) for kind, payload in frames)
    decoder = FrameDecoder(MAX_RESPONSE_PAYLOAD_BYTES)
    out = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        out += decoder.feed(stream[:size])
        stream = stream[size:]
    decoder.close()
    assert [(frame.type, frame.payload) for frame in out] == frames


@given(st.binary(max_size=100), st.integers(65, 2**24 - 1))
def test_a_length_over_the_limit_is_refused_from_its_header_alone(
    whole: bytes, length: int
) -> None:
    payload = whole[:64]
    stream = encode_frame(1, payload) + b"\x01" + length.to_bytes(3, "big")
    with pytest.raises(OversizeFrameError) as caught:
        FrameDecoder(64).feed(stream)
    assert [frame.payload for frame in caught.value.frames] == [payload]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.text(st.characters(max_codepoint=127), max_size=8), children, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_canonical_json_comes_back_and_has_one_form(value: object) -> None:
    encoded = canonical.encode(value)
    assert canonical.decode(encoded) == value
    assert canonical.encode(canonical.decode(encoded)) == encoded


@given(st.text(alphabet='{}[]",:0123456789truefalsn \\u', max_size=40))
def test_what_canonical_json_accepts_it_writes_the_same(text: str) -> None:
    data = text.encode()
    try:
        value = canonical.decode(data)
    except ContractError:
        return
    assert canonical.encode(value) == data
