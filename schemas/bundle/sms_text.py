"""A sealed report as text messages, and back.

Spec: docs/spec/symbols.md section 6
"""

from schemas.bundle.symbols import Symbol, SymbolReader, SymbolWriter, decode_symbol
from schemas.constants import (
    SMS_CHARACTERS,
    SMS_PIECE_BYTES,
    SMS_PIECES,
    SMS_SPARE_SYMBOLS,
    SMS_SYMBOL_BYTES,
    SYMBOL_TAG_BYTES,
)
from schemas.envelope.sealing import envelope_id
from schemas.envelope.sms import sms_blob, sms_core
from schemas.errors import SymbolError

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_BITS = 6


def sms_texts(blob: bytes, spare: int = SMS_SPARE_SYMBOLS) -> list[str]:
    """Cut a blob of `seal_sms` into messages.

    Args:
        blob: 1024 bytes.
        spare: How many messages may be lost.

    Returns:
        Messages of 160 characters; the order does not matter.

    Raises:
        SymbolError: `too-large` when the blob was not sealed for text messages.
    """
    core = sms_core(blob)
    if core is None:
        raise SymbolError("too-large", "this was not sealed for text messages")
    writer = SymbolWriter(core, envelope_id(blob)[:SYMBOL_TAG_BYTES], SMS_SYMBOL_BYTES)
    return [_text(writer.symbol(index)) for index in range(writer.pieces + spare)]


def read_sms(text: str) -> Symbol:
    """Read one message.

    Raises:
        SymbolError: `bad-text`, or `bad-symbol` for a number of pieces that no report has.
    """
    letters = text.strip(" \t\r\n")
    if len(letters) != SMS_CHARACTERS or not _VALUES.keys() >= set(letters):
        raise SymbolError("bad-text", "this is no message of a sealed report")
    number = 0
    for letter in letters:
        number = number << _BITS | _VALUES[letter]
    symbol = decode_symbol(number.to_bytes(SMS_SYMBOL_BYTES, "big"))
    if symbol.pieces not in SMS_PIECES:
        raise SymbolError("bad-symbol", "this is no message of a sealed report")
    return symbol


def finished_sms(reader: SymbolReader) -> bytes:
    """Give the blob that was sent, checked.

    Raises:
        SymbolError: `not-yet`, or `bad-source` when it is not as sent.
    """
    core = reader.source()
    blob = sms_blob(core)
    is_cut_right = len(core) == reader.pieces * SMS_PIECE_BYTES and sms_core(blob) == core
    if not is_cut_right or envelope_id(blob)[:SYMBOL_TAG_BYTES] != reader.tag:
        raise SymbolError("bad-source", "the messages do not fit together; send them again")
    return blob


def _text(symbol: bytes) -> str:
    number = int.from_bytes(symbol, "big")
    shifts = range(_BITS * (SMS_CHARACTERS - 1), -1, -_BITS)
    return "".join(_ALPHABET[number >> shift & 0x3F] for shift in shifts)
