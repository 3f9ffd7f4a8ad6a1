"""A report to canonical JSON and back.

Spec: docs/spec/report.md section 2
"""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from schemas.constants import (
    CHUNK_CLASSES_BYTES,
    KEY_BYTES,
    MAX_AREA_CHARACTERS,
    MAX_ATTACHMENT_BYTES,
    MAX_ATTACHMENTS,
    MAX_LANG_CHARACTERS,
    MAX_LAT_E5,
    MAX_LON_E5,
    MAX_MIME_CHARACTERS,
    MAX_NAME_CHARACTERS,
    MAX_PLACE_CHARACTERS,
    MAX_REPORT_FORMS,
    MAX_SAFE_INTEGER,
    MAX_TEXT_CHARACTERS,
    MAX_THUMBNAIL_BYTES,
    REPORT_VERSION,
    THUMBNAIL_CLASS_BYTES,
)
from schemas.domain.ids import ReportId
from schemas.domain.lengths import chunk_count
from schemas.domain.report import Manifest, Observed, Place, Report
from schemas.domain.vocabulary import Category, PlacePrecision, Purpose, Source, TimePrecision
from schemas.errors import ContractError, InvalidReportError
from schemas.wire import canonical, codec
from schemas.wire.report_forms import FilledFormSchema, filled_to_json

_KIND = "report"
_HEX_ID = r"[0-9a-f]{64}"
_LANG = r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*"
_NAME = r"[^\x00-\x1f\x7f/\\]*"
_MIME = r"[a-z0-9.+-]+/[a-z0-9.+-]+"
_AREA = r"[A-Z0-9-]+"
_IMAGE = "image/"
_MOST_MANIFESTS = 2 * MAX_ATTACHMENTS


class _ObservedSchema(Schema):
    at = codec.Instant(required=True)
    precision = fields.Enum(TimePrecision, by_value=True, required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Observed:
        return Observed(**loaded)


class _PlaceSchema(Schema):
    text = fields.String(validate=codec.text(1, MAX_PLACE_CHARACTERS))
    lat_e5 = fields.Integer(strict=True, validate=validate.Range(-MAX_LAT_E5, MAX_LAT_E5))
    lon_e5 = fields.Integer(strict=True, validate=validate.Range(-MAX_LON_E5, MAX_LON_E5))
    precision = fields.Enum(PlacePrecision, by_value=True)
    area = fields.String(validate=codec.text(1, MAX_AREA_CHARACTERS, _AREA))

    @validates_schema
    def both_or_neither(self, loaded: dict[str, Any], **_: object) -> None:
        if ("lat_e5" in loaded) != ("lon_e5" in loaded):
            raise ValidationError("both or neither", "lon_e5")

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Place:
        return Place(**loaded)


class _ManifestSchema(Schema):
    key = codec.Base64Bytes(KEY_BYTES, required=True)
    sha256 = codec.HexBytes(KEY_BYTES, required=True)
    size_bytes = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, MAX_ATTACHMENT_BYTES)
    )
    chunk_count = fields.Integer(strict=True, required=True, data_key="n")
    class_bytes = fields.Integer(
        strict=True,
        required=True,
        data_key="class",
        validate=validate.OneOf(CHUNK_CLASSES_BYTES),
    )
    mime = fields.String(required=True, validate=codec.text(3, MAX_MIME_CHARACTERS, _MIME))
    name = fields.String(required=True, validate=codec.text(1, MAX_NAME_CHARACTERS, _NAME))
    thumbnail_of = fields.Integer(
        strict=True, data_key="of", validate=validate.Range(0, MAX_ATTACHMENTS - 1)
    )

    @validates_schema
    def count_fits(self, loaded: dict[str, Any], **_: object) -> None:
        if loaded["chunk_count"] != chunk_count(loaded["size_bytes"], loaded["class_bytes"]):
            raise ValidationError("another number of chunks", "n")

    @validates_schema
    def thumbnail_is_small(self, loaded: dict[str, Any], **_: object) -> None:
        if "thumbnail_of" not in loaded:
            return
        small = loaded["size_bytes"] <= MAX_THUMBNAIL_BYTES
        if not small or loaded["class_bytes"] != THUMBNAIL_CLASS_BYTES:
            raise ValidationError("too large for a thumbnail", "of")
        if not loaded["mime"].startswith(_IMAGE):
            raise ValidationError("a thumbnail is an image", "of")

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Manifest:
        return Manifest(**loaded)


class _ReportSchema(Schema):
    v = fields.Integer(strict=True, required=True, validate=validate.Equal(REPORT_VERSION))
    kind = fields.String(required=True, validate=validate.Equal(_KIND))
    category = fields.Enum(Category, by_value=True, required=True)
    text = fields.String(required=True, validate=codec.text(1, MAX_TEXT_CHARACTERS))
    lang = fields.String(required=True, validate=codec.text(2, MAX_LANG_CHARACTERS, _LANG))
    source = fields.Enum(Source, by_value=True, required=True)
    written_at = codec.Instant(required=True)
    observed = fields.Nested(_ObservedSchema, required=True)
    place = fields.Nested(_PlaceSchema)
    attachments = fields.List(
        fields.Nested(_ManifestSchema), validate=validate.Length(1, _MOST_MANIFESTS)
    )
    forms = fields.List(
        fields.Nested(FilledFormSchema), validate=validate.Length(1, MAX_REPORT_FORMS)
    )
    seq = fields.Integer(strict=True, validate=validate.Range(1, MAX_SAFE_INTEGER))
    prev = fields.String(validate=codec.text(64, 64, _HEX_ID))
    about = fields.String(validate=codec.text(64, 64, _HEX_ID))
    purpose = fields.Enum(Purpose, by_value=True)

    @validates_schema
    def purpose_follows(self, loaded: dict[str, Any], **_: object) -> None:
        if "purpose" in loaded and "about" not in loaded:
            raise ValidationError("a purpose of nothing", "purpose")

    @validates_schema
    def forms_differ(self, loaded: dict[str, Any], **_: object) -> None:
        keys = [filled.key for filled in loaded.get("forms", ())]
        if len(set(keys)) != len(keys):
            raise ValidationError("a form twice", "forms")

    @validates_schema
    def thumbnails_follow(self, loaded: dict[str, Any], **_: object) -> None:
        of = [manifest.thumbnail_of for manifest in loaded.get("attachments", ())]
        originals = of.count(None)
        thumbnails = of[originals:]
        if None in thumbnails or len(set(thumbnails)) != len(thumbnails):
            raise ValidationError("files first, then one thumbnail each", "attachments")
        if originals > MAX_ATTACHMENTS or any(one >= originals for one in thumbnails):
            raise ValidationError("a thumbnail of no file, or too many files", "attachments")

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> Report:
        del loaded["v"], loaded["kind"]
        loaded["attachments"] = tuple(loaded.get("attachments", ()))
        loaded["forms"] = tuple(loaded.get("forms", ()))
        for name in ("prev", "about"):
            if name in loaded:
                loaded[name] = ReportId(loaded[name])
        return Report(**loaded)


_SCHEMA = _ReportSchema()


def decode_report(plain_json: bytes) -> Report:
    """Parse what an envelope held.

    Args:
        plain_json: Canonical JSON, untrusted in form.

    Returns:
        The report.

    Raises:
        InvalidReportError: When it is not canonical or breaks a rule of report.md.
    """
    try:
        value = canonical.decode(plain_json)
    except ContractError as error:
        raise InvalidReportError(hint="not canonical JSON") from error
    return codec.load(_SCHEMA, value, Report, lambda hint: InvalidReportError(hint=hint))


def encode_report(report: Report) -> bytes:
    """Write a report as canonical JSON, checked by the same rules as when it is read.

    Raises:
        InvalidReportError: When the report breaks a rule of report.md.
    """
    try:
        plain_json = canonical.encode(_to_json(report))
    except ContractError as error:
        raise InvalidReportError(hint="a text cannot be written") from error
    decode_report(plain_json)
    return plain_json


def _to_json(report: Report) -> dict[str, object]:
    value: dict[str, object | None] = {
        "v": REPORT_VERSION,
        "kind": _KIND,
        "category": report.category.value,
        "text": report.text,
        "lang": report.lang,
        "source": report.source.value,
        "written_at": codec.format_instant(report.written_at),
        "observed": {
            "at": codec.format_instant(report.observed.at),
            "precision": report.observed.precision.value,
        },
        "place": _place_to_json(report.place) if report.place else None,
        "attachments": [_manifest_to_json(item) for item in report.attachments] or None,
        "forms": [filled_to_json(filled) for filled in report.forms] or None,
        "seq": report.seq,
        "prev": report.prev,
        "about": report.about,
        "purpose": report.purpose.value if report.purpose else None,
    }
    return {name: item for name, item in value.items() if item is not None}


def _place_to_json(place: Place) -> dict[str, object]:
    value: dict[str, object | None] = {
        "text": place.text,
        "lat_e5": place.lat_e5,
        "lon_e5": place.lon_e5,
        "precision": place.precision.value if place.precision else None,
        "area": place.area,
    }
    return {name: item for name, item in value.items() if item is not None}


def _manifest_to_json(item: Manifest) -> dict[str, object]:
    value: dict[str, object | None] = {
        "key": codec.to_base64url(item.key),
        "sha256": item.sha256.hex(),
        "size_bytes": item.size_bytes,
        "n": item.chunk_count,
        "class": item.class_bytes,
        "mime": item.mime,
        "name": item.name,
        "of": item.thumbnail_of,
    }
    return {name: one for name, one in value.items() if one is not None}
