"""Canonical JSON: one document, one byte string.

Theory of operation: what is signed, hashed or sealed must have exactly one form in both
languages. A reader therefore parses, writes again, and refuses what is not equal.

Spec: docs/spec/report.md section 1
"""

import json
from typing import NoReturn, TypeAlias

from schemas.constants import MAX_SAFE_INTEGER
from schemas.errors import ContractError

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"


def encode(value: object) -> bytes:
    """Write a value of JSON's types in canonical form.

    Args:
        value: None, bool, int, str, list, dict with ASCII str keys; nothing else.

    Returns:
        UTF-8 bytes.

    Raises:
        ContractError: `bad-json` for a value outside of these.
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def decode(data: bytes) -> JsonValue:
    """Read canonical JSON.

    Args:
        data: Untrusted bytes; the caller has bounded their length.

    Returns:
        The value.

    Raises:
        ContractError: `bad-json` when it is not JSON or not in canonical form.
    """
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8"),
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
        again = encode(value)
    except (ValueError, RecursionError) as error:
        raise ContractError("bad-json", "not JSON of this contract") from error
    if again != data:
        raise ContractError("bad-json", "not in canonical form")
    return value


def _refuse_number(_: str) -> NoReturn:
    raise ContractError("bad-json", "numbers are whole")


def _check(value: object) -> None:
    """Refuse what has no canonical form."""
    match value:
        case None | bool():
            return
        case int():
            if abs(value) > MAX_SAFE_INTEGER:
                raise ContractError("bad-json", "a number is over 2^53 - 1")
        case str():
            _check_text(value)
        case list() | tuple():
            for item in value:
                _check(item)
        case dict():
            _check_object(value)
        case _:
            raise ContractError("bad-json", "a value has no JSON form")


def _check_object(value: dict[object, object]) -> None:
    for key, item in value.items():
        if not isinstance(key, str) or not key.isascii():
            raise ContractError("bad-json", "keys are ASCII")
        _check(item)


def _check_text(value: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ContractError("bad-json", "a text holds half of a character") from error
