"""What each operation of the vectors means in Python: fields in, fields out, or a ContractError."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from client_sync.trust import accept_directory
from schemas.bundle.erasure import coefficients
from schemas.bundle.reader import read_bundle
from schemas.bundle.sms_text import finished_sms, read_sms, sms_texts
from schemas.bundle.symbols import (
    Symbol,
    SymbolReader,
    bundle_writer,
    decode_symbol,
    encode_symbol,
    finished_bundle,
    read_code,
)
from schemas.constants import MAX_REQUEST_PAYLOAD_BYTES
from schemas.domain.directory import BackupRecord, BridgeLine, RecipientRecord
from schemas.domain.ids import BoardKey, DeskId, EnvelopeId, RelayKey, RootKey, envelope_id_of
from schemas.domain.lengths import padme
from schemas.domain.sync import MailboxEntry
from schemas.domain.vocabulary import AckStatus
from schemas.envelope import chunks, keys
from schemas.envelope.derived import ack_tag, mailbox_address, open_reply, seal_reply
from schemas.envelope.opening import Opener
from schemas.envelope.sealing import envelope_id, seal
from schemas.envelope.signing import (
    page_hash,
    verify_chain,
    verify_have,
    verify_page,
    verify_receipt,
)
from schemas.envelope.sms import seal_sms
from schemas.envelope.stamps import stamp_bits
from schemas.envelope.tokens import token_hash, tokens_of
from schemas.fingerprint import fingerprint_words
from schemas.wire import canonical, classes, exchange
from schemas.wire.board import decode_page
from schemas.wire.directory import decode_directory
from schemas.wire.frames import decode_frames
from schemas.wire.invite import format_bridge_line, parse_bridge_line, parse_invite
from schemas.wire.reply import decode_reply, encode_reply
from schemas.wire.report import decode_report, encode_report
from tests.vectors import form_operations, part_operations, place_operations, release_operations

Fields: TypeAlias = Mapping[str, Any]
Out: TypeAlias = dict[str, object]


class Replay:
    """An entropy source that gives back what a vector recorded."""

    def __init__(self, recorded: str) -> None:
        """Take the bytes in the order they were drawn, as hex."""
        self._rest = bytes.fromhex(recorded)

    def __call__(self, count: int) -> bytes:
        """Give the next bytes; a vector that records too few is at fault."""
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken + bytes(count - len(taken))


def _key_fields(derived: keys.DerivedKeys) -> Out:
    return {
        "ack_key": derived.ack.hex(),
        "mbx_key": derived.mailbox.hex(),
        "reply_key": derived.reply.hex(),
    }


def _open(given: Fields) -> Out:
    identities = [
        keys.Identity(each["week"], bytes.fromhex(each["secret"]), slots=each["slots"])
        for each in given["identities"]
    ]
    opener = Opener(DeskId(bytes.fromhex(given["desk_id"])), identities)
    opened = opener.open(bytes.fromhex(given["blob"]))
    return {
        "id": opened.id.hex(),
        "json": opened.plain_json.decode("utf-8"),
        "author": opened.author.hex() if opened.author else None,
        "week": opened.week,
        **_key_fields(opened.keys),
    }


def _seal(given: Fields) -> Out:
    record, backup, seed = given["recipient"], given["backup"], given["author_seed"]
    sealed = seal(
        given["json"].encode("utf-8"),
        recipient=RecipientRecord(
            record["week"], bytes.fromhex(record["key"]), record["suite"], record["slots"]
        ),
        desk_id=DeskId(bytes.fromhex(given["desk_id"])),
        backup=BackupRecord(bytes.fromhex(backup["key"]), backup["suite"]) if backup else None,
        author=keys.SigningKey(bytes.fromhex(seed)) if seed else None,
        smallest_bytes=given["smallest_bytes"],
        entropy=Replay(given["entropy"]),
    )
    return {"blob": sealed.blob.hex(), "id": sealed.id.hex(), **_key_fields(sealed.keys)}


def _ack_tag(given: Fields) -> Out:
    return {"tag": ack_tag(bytes.fromhex(given["ack_key"]), AckStatus(given["status"])).hex()}


def _mailbox_address(given: Fields) -> Out:
    return {"addr": mailbox_address(bytes.fromhex(given["mbx_key"]), given["week"]).hex()}


def _week_of(given: Fields) -> Out:
    moment = datetime.fromtimestamp(given["unix_seconds"], UTC)
    return {"week": keys.week_of(moment), "day": keys.day_of(moment)}


def _stamp(given: Fields) -> Out:
    return {"bits": stamp_bits(exchange.decode_stamp(bytes.fromhex(given["payload"])))}


def _seal_chunk(given: Fields) -> Out:
    cut = chunks.plan(given["size_bytes"], given["class"])
    data = bytes.fromhex(given["data"])
    return {"blob": chunks.seal_chunk(bytes.fromhex(given["key"]), given["index"], cut, data).hex()}


def _open_chunk(given: Fields) -> Out:
    key, blob = bytes.fromhex(given["key"]), bytes.fromhex(given["blob"])
    return {"data": chunks.open_chunk(key, given["index"], given["n"], blob).hex()}


def _reply_keys(given: Fields) -> keys.DerivedKeys:
    mailbox, reply = bytes.fromhex(given["mbx_key"]), bytes.fromhex(given["reply_key"])
    return keys.DerivedKeys(bytes(32), mailbox, reply)


def _seal_reply(given: Fields) -> Out:
    plain = given["json"].encode("utf-8")
    entry = seal_reply(_reply_keys(given), given["week"], plain, Replay(given["entropy"]))
    return {"addr": entry.address.hex(), "cipher": entry.cipher.hex()}


def _open_reply(given: Fields) -> Out:
    entry = MailboxEntry(bytes.fromhex(given["addr"]), bytes.fromhex(given["cipher"]))
    return {"json": open_reply(_reply_keys(given), entry).decode("utf-8")}


def _accept(given: Fields) -> Out:
    root = RootKey(bytes.fromhex(given["pinned_root"]))
    held = given["held"]
    before = accept_directory(bytes.fromhex(held), root) if held else None
    trusted = accept_directory(bytes.fromhex(given["signed"]), root, before)
    return {"version": trusted.directory.version, "json": trusted.plain_json.decode("utf-8")}


def _line(bridge: BridgeLine) -> Out:
    return {
        "url": bridge.url,
        "relay_key": bridge.relay_key.hex(),
        "root_key": bridge.root_key.hex() if bridge.root_key else None,
        "name": bridge.name,
        "extra": [list(pair) for pair in bridge.extra],
        "line": format_bridge_line(bridge),
    }


def _frames(given: Fields) -> Out:
    frames = decode_frames(bytes.fromhex(given["bytes"]), given["max_payload_bytes"])
    return {"frames": [{"type": each.type, "payload": each.payload.hex()} for each in frames]}


def _request_header(given: Fields) -> Out:
    header = exchange.decode_request_header(bytes.fromhex(given["bytes"]))
    return {
        "directory_version": header.directory_version,
        "board_cursor": header.board_cursor,
        "mailbox_prefix": header.mailbox_prefix,
        "mailbox_cursor": header.mailbox_cursor,
        "is_desk": header.is_desk,
        "wants_mailbox": header.wants_mailbox,
        "written": exchange.encode_request_header(header).hex(),
    }


def _request_class(given: Fields) -> Out:
    class_bytes = classes.request_class_bytes(given["size_bytes"])
    padding = classes.request_padding(given["size_bytes"], class_bytes)
    frames = decode_frames(padding, MAX_REQUEST_PAYLOAD_BYTES)
    payloads = [len(each.payload) for each in frames]
    return {"class_bytes": class_bytes, "pad_payloads_bytes": payloads}


def _tokens(given: Fields) -> Out:
    relay_key = RelayKey(bytes.fromhex(given["relay_key"]))
    made = tokens_of(bytes.fromhex(given["reply_key"]), relay_key)
    hashes = [token_hash(one).hex() for one in made]
    return {"tokens": [one.hex() for one in made], "hashes": hashes}


def _response_header(given: Fields) -> Out:
    header = exchange.decode_response_header(bytes.fromhex(given["bytes"]))
    return {"day": header.day, "board_head": header.board_head}


def _policy(given: Fields) -> Out:
    policy = exchange.decode_policy(bytes.fromhex(given["payload"]))
    return {
        "work_bits": policy.work_bits,
        "max_batch_bytes": policy.max_batch_bytes,
        "retry_after_seconds": policy.retry_after_seconds,
    }


def _mailbox(given: Fields) -> Out:
    page = exchange.decode_mailbox(bytes.fromhex(given["payload"]))
    entries = [{"addr": each.address.hex(), "cipher": each.cipher.hex()} for each in page.entries]
    return {"bits": page.bits, "prefix": page.prefix, "cursor": page.cursor, "entries": entries}


def _problem(given: Fields) -> Out:
    problem = exchange.decode_problem(bytes.fromhex(given["payload"]))
    return {"slug": problem.slug, "status": problem.status, "retry": problem.retry}


def _asked(given: Fields) -> tuple[RelayKey, list[EnvelopeId], bytes]:
    ids = [EnvelopeId(bytes.fromhex(one)) for one in given["ids"]]
    return RelayKey(bytes.fromhex(given["relay_key"])), ids, bytes.fromhex(given["payload"])


def _receipt(given: Fields) -> Out:
    relay_key, ids, payload = _asked(given)
    receipt = exchange.decode_receipt(payload)
    days = (receipt.day, receipt.until_day)
    verify_receipt(relay_key, days, ids, receipt.statuses, receipt.sig)
    return {"day": days[0], "until_day": days[1], "statuses": [int(s) for s in receipt.statuses]}


def _have(given: Fields) -> Out:
    relay_key, ids, payload = _asked(given)
    have = exchange.decode_have(payload)
    days = (have.day, have.until_day)
    verify_have(relay_key, days, ids, exchange.pack_bitmap(have.held), have.sig)
    return {"day": days[0], "until_day": days[1], "held": list(have.held)[: len(ids)]}


def _page(given: Fields) -> Out:
    raw = bytes.fromhex(given["page"])
    page = decode_page(raw)
    desk_id = DeskId(bytes.fromhex(given["desk_id"]))
    verify_page(BoardKey(bytes.fromhex(given["board_key"])), desk_id, raw)
    verify_chain(page.seq, page.prev, given["last_seq"], bytes.fromhex(given["last_hash"]))
    tags = [tag.hex() for tag in page.tags]
    return {"seq": page.seq, "day": page.day, "tags": tags, "hash": page_hash(raw).hex()}


def _read(given: Fields) -> Out:
    bundle = read_bundle(bytes.fromhex(given["bytes"]))
    return {
        "invite": bundle.invite.url if bundle.invite else None,
        "directory": bundle.directory.hex() if bundle.directory else None,
        "ids": [envelope_id(blob).hex() for blob in bundle.blobs],
        "pages": len(bundle.pages),
        "truncated": bundle.truncated,
        "damaged": bundle.damaged,
        "refused": bundle.refused,
    }


def _show(given: Fields) -> Out:
    writer = bundle_writer(bytes.fromhex(given["bundle"]), given["symbol_bytes"])
    return {"symbols": [writer.symbol(index).hex() for index in given["indices"]]}


def _collect(given: Fields) -> Out:
    symbols = [decode_symbol(bytes.fromhex(one)) for one in given["symbols"]]
    reader = SymbolReader(symbols[0])
    for symbol in symbols:
        reader.add(symbol)
    return {"bundle": finished_bundle(reader).hex()}


def _seal_sms(given: Fields) -> Out:
    sealed = seal_sms(
        given["json"].encode("utf-8"),
        recipient=RecipientRecord(0, bytes.fromhex(given["recipient"])),
        desk_id=DeskId(bytes.fromhex(given["desk_id"])),
        entropy=Replay(given["entropy"]),
    )
    return {"blob": sealed.blob.hex(), "id": sealed.id.hex(), **_key_fields(sealed.keys)}


def _collect_sms(given: Fields) -> Out:
    symbols = [read_sms(text) for text in given["texts"]]
    reader = SymbolReader(symbols[0])
    for symbol in symbols:
        reader.add(symbol)
    return {"blob": finished_sms(reader).hex()}


def _symbol(given: Fields) -> Out:
    symbol: Symbol = decode_symbol(bytes.fromhex(given["bytes"]))
    return {
        "pieces": symbol.pieces,
        "index": symbol.index,
        "tag": symbol.tag.hex(),
        "payload": symbol.payload.hex(),
    }


def _recipient(given: Fields) -> Out:
    directory = decode_directory(given["json"].encode("utf-8"))
    return {"week": directory.recipient_for(given["week"]).week}


OPERATIONS: Mapping[tuple[str, str], Callable[[Fields], Out]] = MappingProxyType(
    {
        ("envelope", "open"): _open,
        ("envelope", "seal"): _seal,
        ("derived", "ack_tag"): _ack_tag,
        ("derived", "mailbox_address"): _mailbox_address,
        ("derived", "week_of"): _week_of,
        ("derived", "padme"): lambda given: {"padded": [padme(n) for n in given["lengths"]]},
        ("derived", "desk_id"): lambda given: {
            "desk_id": keys.desk_id_of(bytes.fromhex(given["root"])).hex()
        },
        ("derived", "derive_keys"): lambda given: _key_fields(
            keys.derive_keys(bytes.fromhex(given["cek"]))
        ),
        ("derived", "stamp"): _stamp,
        ("derived", "tokens"): _tokens,
        ("derived", "report_id"): lambda given: {"id": envelope_id_of(given["text"]).hex()},
        ("chunks", "plan"): lambda given: {
            "n": chunks.plan(given["size_bytes"], given["class"]).chunk_count
        },
        ("chunks", "chunk_tags"): lambda given: {
            "tags": [t.hex() for t in chunks.chunk_tags(bytes.fromhex(given["key"]), given["n"])]
        },
        ("chunks", "seal_chunk"): _seal_chunk,
        ("chunks", "open_chunk"): _open_chunk,
        ("canonical", "decode"): lambda given: {
            "value": canonical.decode(bytes.fromhex(given["bytes"]))
        },
        ("report", "decode"): lambda given: {
            "json": encode_report(decode_report(given["json"].encode("utf-8"))).decode("utf-8")
        },
        ("reply", "decode"): lambda given: {
            "json": encode_reply(decode_reply(given["json"].encode("utf-8"))).decode("utf-8")
        },
        ("reply", "seal"): _seal_reply,
        ("reply", "open"): _open_reply,
        ("directory", "accept"): _accept,
        ("directory", "recipient"): _recipient,
        ("fingerprint", "words"): lambda given: {
            "words": list(fingerprint_words(bytes.fromhex(given["desk_id"]), given["language"]))
        },
        **form_operations.OPERATIONS,
        ("invite", "parse_invite"): lambda given: _line(parse_invite(given["text"])),
        ("invite", "parse_bridge_line"): lambda given: _line(parse_bridge_line(given["text"])),
        ("release", "decode"): release_operations.decode,
        ("evidence", "believe"): release_operations.believe,
        ("places", "read"): place_operations.read,
        ("frames", "frames"): _frames,
        ("frames", "request_class"): _request_class,
        ("frames", "token"): part_operations.token,
        ("frames", "announce"): part_operations.announce,
        ("frames", "rest"): part_operations.rest,
        ("frames", "begun"): part_operations.begun,
        ("frames", "request_header"): _request_header,
        ("frames", "response_header"): _response_header,
        ("frames", "ids"): lambda given: {
            "ids": [one.hex() for one in exchange.decode_ids(bytes.fromhex(given["payload"]))]
        },
        ("frames", "policy"): _policy,
        ("frames", "mailbox"): _mailbox,
        ("frames", "problem"): _problem,
        ("receipts", "receipt"): _receipt,
        ("receipts", "have"): _have,
        ("board", "page"): _page,
        ("bundle", "read"): _read,
        ("sms", "seal"): _seal_sms,
        ("sms", "open"): _open,
        ("sms", "texts"): lambda given: {"texts": sms_texts(bytes.fromhex(given["blob"]))},
        ("sms", "collect"): _collect_sms,
        ("symbols", "coefficients"): lambda given: {
            "coefficients": coefficients(
                bytes.fromhex(given["tag"]), given["pieces"], given["index"]
            ).hex()
        },
        ("symbols", "show"): _show,
        ("symbols", "collect"): _collect,
        ("symbols", "symbol"): _symbol,
        ("symbols", "code"): lambda given: {
            "symbol": encode_symbol(read_code(given["text"])).hex()
        },
    }
)
