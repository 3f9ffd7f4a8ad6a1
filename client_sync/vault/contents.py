"""What stands in the vault, and its canonical JSON.

Nothing here is visible without the passphrase: who the desk is, which reports were sent, the
keys that recognise their acknowledgements and open their replies, and drafts that could not be
sealed yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from client_sync.errors import VaultDamagedError
from schemas.constants import KEY_BYTES, MAX_DIRECTORY_BYTES, SIGNATURE_BYTES
from schemas.domain.ids import ReportId
from schemas.domain.report import Reply, Report
from schemas.envelope.keys import DerivedKeys, SigningKey
from schemas.errors import ContractError
from schemas.wire import canonical, codec
from schemas.wire.reply import decode_reply, encode_reply
from schemas.wire.report import decode_report, encode_report

PARCEL_BYTES = 16
_VERSION = 1
_HEX_ID = r"[0-9a-f]{64}"
_MOST_DIRECTORY_CHARACTERS = 2 * (MAX_DIRECTORY_BYTES + SIGNATURE_BYTES)
_NO_REPORTS: Mapping[ReportId, "KeptReport"] = MappingProxyType({})


@dataclass(frozen=True, slots=True, repr=False)
class KeptReport:
    """What a sender keeps of a sealed report: nothing that opens it.

    Attributes:
        keys: Recognise acknowledgements, find and open replies.
        parcel: Groups the report's blobs in the outbox; 16 random bytes.
        sealed_on: UTC day of sealing by the sender's clock.
        replies: What the desk answered, by number.
    """

    keys: DerivedKeys
    parcel: bytes
    sealed_on: date
    replies: tuple[Reply, ...] = ()

    def __repr__(self) -> str:
        """Hide keys and replies."""
        return "<KeptReport>"


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A finished report that waits for the desk's directory."""

    parcel: bytes
    report: Report

    def __repr__(self) -> str:
        """Hide the report."""
        return "<Draft>"


@dataclass(frozen=True, slots=True, repr=False)
class VaultContents:
    """Everything that only the passphrase opens.

    Attributes:
        invite: The bridge line joined with; pins relay key and root key.
        author: Signs this install's reports inside of the seal.
        directory: The newest signed directory accepted, or None before the first sync.
        seq: Number of the last report of this author; 0 before the first.
        prev: Its id.
    """

    invite: str
    author: SigningKey
    directory: bytes | None = None
    seq: int = 0
    prev: ReportId | None = None
    reports: Mapping[ReportId, KeptReport] = field(default_factory=lambda: _NO_REPORTS)
    drafts: tuple[Draft, ...] = ()

    def __repr__(self) -> str:
        """Hide everything."""
        return "<VaultContents>"

    def with_report(self, report_id: ReportId, kept: KeptReport) -> "VaultContents":
        """Keep one more report, and drop the draft it came from."""
        return replace(
            self,
            reports=MappingProxyType({**self.reports, report_id: kept}),
            drafts=tuple(draft for draft in self.drafts if draft.parcel != kept.parcel),
            seq=self.seq + 1,
            prev=report_id,
        )

    def with_reply(self, report_id: ReportId, reply: Reply) -> "VaultContents":
        """Keep one reply; a second copy of it changes nothing."""
        kept = self.reports[report_id]
        if any(known.number == reply.number for known in kept.replies):
            return self
        replies = tuple(sorted((*kept.replies, reply), key=lambda known: known.number))
        changed = replace(kept, replies=replies)
        return replace(self, reports=MappingProxyType({**self.reports, report_id: changed}))

    def reply_count(self) -> int:
        """Count the replies kept."""
        return sum(len(kept.replies) for kept in self.reports.values())

    def with_directory(self, signed: bytes) -> "VaultContents":
        """Replace the directory."""
        return replace(self, directory=signed)

    def with_draft(self, draft: Draft) -> "VaultContents":
        """Keep one more draft."""
        return replace(self, drafts=(*self.drafts, draft))


class _KeptSchema(Schema):
    id = fields.String(required=True, validate=codec.text(64, 64, _HEX_ID))
    ack = codec.Base64Bytes(KEY_BYTES, required=True)
    mailbox = codec.Base64Bytes(KEY_BYTES, required=True)
    reply = codec.Base64Bytes(KEY_BYTES, required=True)
    parcel = codec.Base64Bytes(PARCEL_BYTES, required=True)
    sealed_on = codec.Day(required=True)
    replies = fields.List(fields.String(), required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> tuple[ReportId, KeptReport]:
        kept = KeptReport(
            keys=DerivedKeys(loaded["ack"], loaded["mailbox"], loaded["reply"]),
            parcel=loaded["parcel"],
            sealed_on=loaded["sealed_on"],
            replies=tuple(decode_reply(text.encode("utf-8")) for text in loaded["replies"]),
        )
        return ReportId(loaded["id"]), kept


class _DraftSchema(Schema):
    parcel = codec.Base64Bytes(PARCEL_BYTES, required=True)
    report = fields.String(required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Draft:
        return Draft(loaded["parcel"], decode_report(loaded["report"].encode("utf-8")))


class _ContentsSchema(Schema):
    v = fields.Integer(strict=True, required=True, validate=validate.Equal(_VERSION))
    invite = fields.String(required=True)
    author = codec.Base64Bytes(KEY_BYTES, required=True)
    directory = fields.String(validate=codec.text(1, _MOST_DIRECTORY_CHARACTERS))
    seq = fields.Integer(strict=True, required=True, validate=validate.Range(0))
    prev = fields.String(validate=codec.text(64, 64, _HEX_ID))
    reports = fields.List(fields.Nested(_KeptSchema), required=True)  # in the order of writing
    drafts = fields.List(fields.Nested(_DraftSchema), required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> VaultContents:
        directory, prev = loaded.get("directory"), loaded.get("prev")
        return VaultContents(
            invite=loaded["invite"],
            author=SigningKey(loaded["author"]),
            directory=codec.from_base64url(directory) if directory is not None else None,
            seq=loaded["seq"],
            prev=ReportId(prev) if prev is not None else None,
            reports=MappingProxyType(dict(loaded["reports"])),
            drafts=tuple(loaded["drafts"]),
        )


_SCHEMA = _ContentsSchema()


def decode_contents(raw: bytes) -> VaultContents:
    """Parse what an opened vault held.

    Raises:
        VaultDamagedError: When it is not what this version writes.
    """
    try:
        return codec.load(
            _SCHEMA, canonical.decode(raw), VaultContents, lambda hint: ContractError("", hint)
        )
    except (ContractError, ValueError) as error:
        raise VaultDamagedError("the vault was written by another version; update") from error


def encode_contents(contents: VaultContents) -> bytes:
    """Write the contents as canonical JSON."""
    value: dict[str, object] = {
        "v": _VERSION,
        "invite": contents.invite,
        "author": codec.to_base64url(contents.author.seed),
        "seq": contents.seq,
        "reports": [_kept_to_json(key, kept) for key, kept in contents.reports.items()],
        "drafts": [
            {
                "parcel": codec.to_base64url(draft.parcel),
                "report": encode_report(draft.report).decode("utf-8"),
            }
            for draft in contents.drafts
        ],
    }
    if contents.directory is not None:
        value["directory"] = codec.to_base64url(contents.directory)
    if contents.prev is not None:
        value["prev"] = contents.prev
    return canonical.encode(value)


def _kept_to_json(report_id: ReportId, kept: KeptReport) -> dict[str, object]:
    return {
        "id": report_id,
        "ack": codec.to_base64url(kept.keys.ack),
        "mailbox": codec.to_base64url(kept.keys.mailbox),
        "reply": codec.to_base64url(kept.keys.reply),
        "parcel": codec.to_base64url(kept.parcel),
        "sealed_on": kept.sealed_on.isoformat(),
        "replies": [encode_reply(reply).decode("utf-8") for reply in kept.replies],
    }
