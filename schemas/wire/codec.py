"""The one place where marshmallow's untyped results become domain types.

Schemas in this package build their dataclass in ``post_load``; ``load`` checks that they
did, and turns every complaint into the caller's own error, naming fields, never values.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from marshmallow import Schema, ValidationError, fields

from schemas.errors import ContractError

T = TypeVar("T")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


def load(schema: Schema, value: object, kind: type[T], refuse: Callable[[str], ContractError]) -> T:
    """Check an untyped value against a schema and give the domain type.

    Args:
        schema: Builds ``kind`` in its ``post_load``.
        value: What canonical JSON gave.
        kind: The dataclass expected.
        refuse: Makes the caller's error from a hint.

    Returns:
        The parsed value.

    Raises:
        ContractError: What ``refuse`` makes.
    """
    try:
        result = schema.load(value)  # type: ignore[arg-type]  # checked by marshmallow itself
    except ValidationError as error:
        raise refuse(_names(error.messages)) from None
    if not isinstance(result, kind):
        raise TypeError(f"{type(schema).__name__} does not build {kind.__name__}")
    return result


def _names(messages: object) -> str:
    """List the fields complained about, without what stood in them."""
    if isinstance(messages, dict):
        return "check " + ", ".join(sorted(str(key) for key in messages)[:5])
    return "not an object with the fields of the contract"


def to_base64url(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Read base64url without padding; only the one canonical spelling.

    Raises:
        ValueError: For anything else.
    """
    if not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if to_base64url(data) != text:
        raise ValueError("not canonical base64url")
    return data


def format_instant(moment: datetime) -> str:
    """Write an aware time as ``YYYY-MM-DDTHH:MM:SSZ``."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04d}-{utc.month:02d}-{utc.day:02d}T{utc:%H:%M:%S}Z"


def parse_instant(text: str) -> datetime:
    """Read ``YYYY-MM-DDTHH:MM:SSZ``.

    Raises:
        ValueError: For any other form or an impossible time.
    """
    if not _INSTANT.fullmatch(text) or not text.isascii():
        raise ValueError("write a time as YYYY-MM-DDTHH:MM:SSZ")
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)


class Base64Bytes(fields.Field[bytes]):
    """Base64url text of an exact number of bytes."""

    def __init__(self, size_bytes: int, *, required: bool = False) -> None:
        """Fix the length."""
        super().__init__(required=required)
        self._size_bytes = size_bytes

    def _deserialize(self, value: object, *_: object, **__: object) -> bytes:
        try:
            data = from_base64url(value) if isinstance(value, str) else b""
        except ValueError:
            raise ValidationError("not base64url") from None
        if len(data) != self._size_bytes:
            raise ValidationError("wrong length")
        return data


class HexBytes(fields.Field[bytes]):
    """Lower-case hex text of an exact number of bytes."""

    def __init__(self, size_bytes: int, *, required: bool = False) -> None:
        """Fix the length."""
        super().__init__(required=required)
        self._size_bytes = size_bytes

    def _deserialize(self, value: object, *_: object, **__: object) -> bytes:
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise ValidationError("not lower-case hex")
        if len(value) != 2 * self._size_bytes:
            raise ValidationError("wrong length")
        return bytes.fromhex(value)


class Instant(fields.Field[datetime]):
    """``YYYY-MM-DDTHH:MM:SSZ``."""

    def _deserialize(self, value: object, *_: object, **__: object) -> datetime:
        try:
            return parse_instant(value if isinstance(value, str) else "")
        except ValueError:
            raise ValidationError("not an instant") from None


class Day(fields.Field[date]):
    """``YYYY-MM-DD``."""

    def _deserialize(self, value: object, *_: object, **__: object) -> date:
        if not isinstance(value, str) or not value.isascii() or not _DATE.fullmatch(value):
            raise ValidationError("not a day")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValidationError("not a day") from None


def text(least: int, most: int, pattern: str | None = None) -> Callable[[str], None]:
    """Make a check of a text's length in characters and, when given, of its form.

    Control characters are refused; line breaks and tabs pass only where no pattern is set
    and the text may be longer than a line (``most`` over 200).
    """
    compiled = re.compile(pattern) if pattern else None

    def check(value: str) -> None:
        if not least <= len(value) <= most or "\x00" in value:
            raise ValidationError("wrong length")
        if compiled and not compiled.fullmatch(value):
            raise ValidationError("wrong form")

    return check
