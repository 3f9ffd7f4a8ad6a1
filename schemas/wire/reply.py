"""A desk's reply to canonical JSON and back.

Spec: docs/spec/report.md section 4
"""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from schemas.constants import MAX_LANG_CHARACTERS, MAX_REPLY_CHARACTERS, REPORT_VERSION
from schemas.domain.report import Reply
from schemas.domain.vocabulary import ReplyKind
from schemas.errors import ContractError, ReplyError
from schemas.wire import canonical, codec

_MOST_REPLIES = 2**31


class _ReplySchema(Schema):
    v = fields.Integer(strict=True, required=True, validate=validate.Equal(REPORT_VERSION))
    number = fields.Integer(
        strict=True, required=True, data_key="n", validate=validate.Range(1, _MOST_REPLIES)
    )
    kind = fields.Enum(ReplyKind, by_value=True, required=True)
    text = fields.String(required=True, validate=codec.text(1, MAX_REPLY_CHARACTERS))
    lang = fields.String(required=True, validate=codec.text(2, MAX_LANG_CHARACTERS))
    sent_on = codec.Day(required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Reply:
        del loaded["v"]
        return Reply(**loaded)


_SCHEMA = _ReplySchema()


def decode_reply(plain_json: bytes) -> Reply:
    """Parse an opened reply.

    Raises:
        ReplyError: When it is not canonical or breaks a rule.
    """
    try:
        value = canonical.decode(plain_json)
    except ContractError as error:
        raise ReplyError(hint="not canonical JSON") from error
    return codec.load(_SCHEMA, value, Reply, lambda hint: ReplyError(hint=hint))


def encode_reply(reply: Reply) -> bytes:
    """Write a reply as canonical JSON, checked by the rules it is read with.

    Raises:
        ReplyError: When it breaks a rule.
    """
    value = {
        "v": REPORT_VERSION,
        "n": reply.number,
        "kind": reply.kind.value,
        "text": reply.text,
        "lang": reply.lang,
        "sent_on": reply.sent_on.isoformat(),
    }
    try:
        plain_json = canonical.encode(value)
    except ContractError as error:
        raise ReplyError(hint="the text cannot be written") from error
    decode_reply(plain_json)
    return plain_json
