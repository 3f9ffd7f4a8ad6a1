"""Bytes as the 45 characters that a QR code packs tightest.

Source: RFC 9285
"""

from schemas.errors import SymbolError

_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_BASE = len(_ALPHABET)
_TRIPLE = 3
_MOST_PAIR = 0xFFFF
_MOST_BYTE = 0xFF


def encode_base45(data: bytes) -> str:
    """Write bytes: three characters for two, two for a last single one."""
    text = bytearray()
    for at in range(0, len(data), 2):
        value = int.from_bytes(data[at : at + 2], "big")
        for _ in range(len(data[at : at + 2]) + 1):
            value, digit = divmod(value, _BASE)
            text.append(_ALPHABET[digit])
    return text.decode("ascii")


def decode_base45(text: str) -> bytes:
    """Read what `encode_base45` wrote.

    Args:
        text: Untrusted.

    Returns:
        The bytes.

    Raises:
        SymbolError: `bad-text` for any other character, length or value.
    """
    try:
        values = [_VALUES[character] for character in text.encode("ascii")]
    except (KeyError, UnicodeEncodeError) as error:
        raise SymbolError("bad-text", "this is no symbol of a bundle") from error
    data = bytearray()
    for at in range(0, len(values), _TRIPLE):
        data += _group(values[at : at + _TRIPLE])
    return bytes(data)


def _group(digits: list[int]) -> bytes:
    number = 0
    for digit in reversed(digits):
        number = number * _BASE + digit
    most = _MOST_PAIR if len(digits) == _TRIPLE else _MOST_BYTE
    if len(digits) == 1 or number > most:
        raise SymbolError("bad-text", "this is no symbol of a bundle")
    return number.to_bytes(len(digits) - 1, "big")
