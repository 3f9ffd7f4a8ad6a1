"""A directory to canonical JSON and back. Signing it is ``envelope.signing``.

Spec: docs/spec/directory.md section 2
"""

from itertools import pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from schemas.constants import (
    BUCKETS_BYTES,
    DESK_ID_BYTES,
    DIRECTORY_VERSION,
    MAX_ATTACHMENT_BYTES,
    MAX_DESK_NAME_CHARACTERS,
    MAX_FORMS,
    MAX_RECIPIENTS,
    MAX_RELAYS,
    MAX_ROOT_CHAIN,
    MAX_SLOTS,
    MIN_SLOTS,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    SUITE_1,
)
from schemas.domain.directory import BackupRecord, Directory, Policy, RecipientRecord, RootLink
from schemas.domain.ids import BoardKey, DeskId, RootKey
from schemas.errors import ContractError, DirectoryError, InviteError
from schemas.wire import canonical, codec
from schemas.wire.invite import format_bridge_line, parse_bridge_line

_SMS_NUMBER = r"\+?[0-9]{3,15}\Z"  # a short code, or ITU-T E.164
_MOST_VERSION = 2**32 - 1
_MOST_FORMS = 2**31
_KNOWN_SUITES = (SUITE_1,)


def _whole(least: int, most: int) -> fields.Integer:
    return fields.Integer(strict=True, required=True, validate=validate.Range(least, most))


def _is_object(value: object) -> None:
    if not isinstance(value, dict):
        raise ValidationError("not an object")


class _RecipientSchema(Schema):
    week = _whole(0, _MOST_VERSION)
    suite = fields.Integer(strict=True, required=True, validate=validate.OneOf(_KNOWN_SUITES))
    slots = _whole(MIN_SLOTS, MAX_SLOTS)
    key = codec.Base64Bytes(PUBLIC_KEY_BYTES, required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> RecipientRecord:
        return RecipientRecord(**loaded)


class _BackupSchema(Schema):
    suite = fields.Integer(strict=True, required=True, validate=validate.OneOf(_KNOWN_SUITES))
    key = codec.Base64Bytes(PUBLIC_KEY_BYTES, required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> BackupRecord:
        return BackupRecord(**loaded)


class _RootLinkSchema(Schema):
    root = codec.Base64Bytes(PUBLIC_KEY_BYTES, required=True)
    sig = codec.Base64Bytes(SIGNATURE_BYTES, required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> RootLink:
        return RootLink(RootKey(loaded["root"]), loaded["sig"])


class _PolicySchema(Schema):
    work_bits = _whole(0, 40)
    smallest_bytes = fields.Integer(
        strict=True, required=True, validate=validate.OneOf(BUCKETS_BYTES)
    )
    board_prefix_bits = _whole(0, 16)
    grace_days = _whole(1, 365)
    max_attachment_bytes = _whole(1, MAX_ATTACHMENT_BYTES)
    sms_number = fields.String(validate=validate.Regexp(_SMS_NUMBER))

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Policy:
        return Policy(**loaded)


class _DirectorySchema(Schema):
    v = fields.Integer(strict=True, required=True, validate=validate.Equal(DIRECTORY_VERSION))
    version = _whole(1, _MOST_VERSION)
    issued = codec.Day(required=True)
    expires = codec.Day(required=True)
    desk_id = codec.Base64Bytes(DESK_ID_BYTES, required=True)
    name = fields.String(required=True, validate=codec.text(1, MAX_DESK_NAME_CHARACTERS))
    root_chain = fields.List(
        fields.Nested(_RootLinkSchema), required=True, validate=validate.Length(0, MAX_ROOT_CHAIN)
    )
    recipients = fields.List(
        fields.Nested(_RecipientSchema), required=True, validate=validate.Length(1, MAX_RECIPIENTS)
    )
    backup = fields.Nested(_BackupSchema)
    board_key = codec.Base64Bytes(PUBLIC_KEY_BYTES, required=True)
    relays = fields.List(fields.String(), required=True, validate=validate.Length(0, MAX_RELAYS))
    policy = fields.Nested(_PolicySchema, required=True)
    # What a form says is judged where it is read: no directory is refused for a form.
    forms = fields.List(fields.Raw(validate=_is_object), validate=validate.Length(1, MAX_FORMS))
    forms_version = _whole(1, _MOST_FORMS)
    taxonomy_version = fields.String(required=True, validate=codec.text(1, 64))
    app_release = fields.String(required=True, validate=codec.text(0, 64, r"(?:[0-9a-f]{64})?"))
    app_file = fields.String(validate=codec.text(64, 64, r"[0-9a-f]{64}"))

    @validates_schema
    def in_order(self, loaded: dict[str, Any], **_: object) -> None:
        if loaded["expires"] <= loaded["issued"]:
            raise ValidationError("expires after issued", "expires")
        weeks = [record.week for record in loaded["recipients"]]
        if any(later <= earlier for earlier, later in pairwise(weeks)):
            raise ValidationError("weeks ascend", "recipients")
        if "app_file" in loaded and not loaded["app_release"]:
            raise ValidationError("only with a release", "app_file")

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Directory:
        del loaded["v"]
        try:
            loaded["relays"] = tuple(parse_bridge_line(line) for line in loaded["relays"])
        except InviteError as error:
            raise ValidationError("not a bridge line", "relays") from error
        loaded["recipients"] = tuple(loaded["recipients"])
        loaded["forms"] = tuple(canonical.encode(one) for one in loaded.get("forms", ()))
        loaded["root_chain"] = tuple(loaded["root_chain"])
        loaded["desk_id"] = DeskId(loaded["desk_id"])
        loaded["board_key"] = BoardKey(loaded["board_key"])
        return Directory(**loaded)


_SCHEMA = _DirectorySchema()


def decode_directory(plain_json: bytes) -> Directory:
    """Parse a directory's JSON; its signature is checked elsewhere, before it is believed.

    Raises:
        DirectoryError: `bad-directory` when it is not canonical or breaks a rule.
    """
    try:
        value = canonical.decode(plain_json)
    except ContractError as error:
        raise DirectoryError(hint="not canonical JSON") from error
    return codec.load(_SCHEMA, value, Directory, lambda hint: DirectoryError(hint=hint))


def encode_directory(directory: Directory) -> bytes:
    """Write a directory as canonical JSON, checked by the rules it is read with.

    Raises:
        DirectoryError: `bad-directory` when it breaks a rule.
    """
    try:
        plain_json = canonical.encode(_to_json(directory))
    except ContractError as error:
        raise DirectoryError(hint="a text cannot be written") from error
    decode_directory(plain_json)
    return plain_json


def _policy_to_json(policy: Policy) -> dict[str, object]:
    number = {} if policy.sms_number is None else {"sms_number": policy.sms_number}
    return {
        "work_bits": policy.work_bits,
        "smallest_bytes": policy.smallest_bytes,
        "board_prefix_bits": policy.board_prefix_bits,
        "grace_days": policy.grace_days,
        "max_attachment_bytes": policy.max_attachment_bytes,
        **number,
    }


def _to_json(directory: Directory) -> dict[str, object]:
    value: dict[str, object] = {
        "v": DIRECTORY_VERSION,
        "version": directory.version,
        "issued": directory.issued.isoformat(),
        "expires": directory.expires.isoformat(),
        "desk_id": codec.to_base64url(directory.desk_id),
        "name": directory.name,
        "root_chain": [
            {"root": codec.to_base64url(link.root), "sig": codec.to_base64url(link.sig)}
            for link in directory.root_chain
        ],
        "recipients": [_recipient_to_json(record) for record in directory.recipients],
        "board_key": codec.to_base64url(directory.board_key),
        "relays": [format_bridge_line(bridge) for bridge in directory.relays],
        "policy": _policy_to_json(directory.policy),
        "forms_version": directory.forms_version,
        "taxonomy_version": directory.taxonomy_version,
        "app_release": directory.app_release,
    }
    if directory.forms:
        value["forms"] = [canonical.decode(document) for document in directory.forms]
    if directory.app_file:
        value["app_file"] = directory.app_file
    if directory.backup is not None:
        backup = directory.backup
        value["backup"] = {"suite": backup.suite, "key": codec.to_base64url(backup.key)}
    return value


def _recipient_to_json(record: RecipientRecord) -> dict[str, object]:
    return {
        "week": record.week,
        "suite": record.suite,
        "slots": record.slots,
        "key": codec.to_base64url(record.key),
    }
