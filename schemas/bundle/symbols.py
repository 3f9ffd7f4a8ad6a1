"""A bundle as symbols: what a screen shows and a camera collects.

Theory of operation: a symbol says of which source it is, so a camera may be pointed anywhere
at any time. Nothing of a symbol is believed by itself; the decoded bundle has to carry its own
digest, and the digest has to begin with the tag that all its symbols bore.

Spec: docs/spec/symbols.md
"""

from dataclasses import dataclass

from schemas.bundle.base45 import decode_base45, encode_base45
from schemas.bundle.erasure import PieceMixer, PieceSolver
from schemas.constants import (
    BUNDLE_END_BYTES,
    BUNDLE_MAGIC,
    FRAME_HEADER_BYTES,
    ID_BYTES,
    MAX_OPEN_SOURCES,
    MAX_PIECES,
    MAX_SYMBOL_INDEX,
    PERSON_BUNDLE,
    QR_SYMBOL_BYTES,
    SYMBOL_HEADER_BYTES,
    SYMBOL_TAG_BYTES,
)
from schemas.envelope import primitives
from schemas.errors import SymbolError
from schemas.wire.frames import FrameType

_MAGIC = BUNDLE_MAGIC.encode("ascii")


@dataclass(frozen=True, slots=True)
class Symbol:
    """One piece, or one sum of pieces, of a source.

    Attributes:
        pieces: K of its source, 1 to 200.
        index: Which symbol, 0 to 65535.
        tag: 4 bytes that name the source.
    """

    pieces: int
    index: int
    tag: bytes
    payload: bytes

    @property
    def source(self) -> tuple[int, bytes, int]:
        """Tell what all symbols of one source have in common."""
        return self.pieces, self.tag, len(self.payload)


def encode_symbol(symbol: Symbol) -> bytes:
    """Write header and payload."""
    index = symbol.index.to_bytes(2, "big")
    return bytes([symbol.pieces]) + index + symbol.tag + symbol.payload


def decode_symbol(data: bytes) -> Symbol:
    """Read header and payload.

    Raises:
        SymbolError: `bad-symbol`.
    """
    if len(data) <= SYMBOL_HEADER_BYTES or not 1 <= data[0] <= MAX_PIECES:
        raise SymbolError("bad-symbol", "this is no symbol that this version knows")
    tag = data[SYMBOL_HEADER_BYTES - SYMBOL_TAG_BYTES : SYMBOL_HEADER_BYTES]
    return Symbol(data[0], int.from_bytes(data[1:3], "big"), tag, data[SYMBOL_HEADER_BYTES:])


class SymbolWriter:
    """Gives the symbols of one source, without end."""

    def __init__(self, source: bytes, tag: bytes, symbol_bytes: int) -> None:
        """Cut a source into pieces.

        Args:
            source: A bundle file or an SMS blob.
            tag: Its first 4 bytes of digest or id.
            symbol_bytes: Length of a whole symbol.

        Raises:
            SymbolError: `too-large` for more than 200 pieces.
        """
        self._mixer = PieceMixer(source, tag, symbol_bytes - SYMBOL_HEADER_BYTES)
        self._tag = tag
        self.pieces = self._mixer.count

    def symbol(self, index: int) -> bytes:
        """Give symbol number `index`; after 65535 it begins again."""
        number = index % (MAX_SYMBOL_INDEX + 1)
        payload = self._mixer.payload(number)
        return encode_symbol(Symbol(self.pieces, number, self._tag, payload))


class SymbolReader:
    """Collects the symbols of one source."""

    def __init__(self, first: Symbol) -> None:
        """Wait for symbols like the first; it still has to be added."""
        self._source = first.source
        self._solver = PieceSolver(first.tag, first.pieces)
        self.pieces = first.pieces
        self.tag = first.tag

    @property
    def have(self) -> int:
        """Count what is known of the `pieces` needed."""
        return self._solver.have

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing more is needed."""
        return self.have == self.pieces

    def add(self, symbol: Symbol) -> bool:
        """Take a symbol and tell whether it said something new.

        Raises:
            SymbolError: `other-source` or `contradiction`.
        """
        if symbol.source != self._source:
            raise SymbolError("other-source", "this symbol belongs to something else")
        return self._solver.add(symbol.index, symbol.payload)

    def source(self) -> bytes:
        """Give the source with the zeros behind it.

        Raises:
            SymbolError: `not-yet`.
        """
        return self._solver.source()


def bundle_tag(bundle: bytes) -> bytes:
    """Read a bundle's tag from its end."""
    return bundle[-ID_BYTES:][:SYMBOL_TAG_BYTES]


def bundle_writer(bundle: bytes, symbol_bytes: int = QR_SYMBOL_BYTES[0]) -> SymbolWriter:
    """Cut a bundle file for a screen.

    Args:
        bundle: As `write_bundle` made it.
        symbol_bytes: One of `QR_SYMBOL_BYTES`.

    Raises:
        SymbolError: `too-large` for more than 200 pieces.
    """
    return SymbolWriter(bundle, bundle_tag(bundle), symbol_bytes)


def finished_bundle(reader: SymbolReader) -> bytes:
    """Give the bundle file that was sent, checked.

    Raises:
        SymbolError: `not-yet`, or `bad-source` when it is not as sent.
    """
    padded = reader.source()
    piece_bytes = len(padded) // reader.pieces
    end = _end_of_bundle(padded)
    bundle, rest = padded[:end], padded[end:]
    digest = primitives.blake2b(
        bundle[: -FRAME_HEADER_BYTES - BUNDLE_END_BYTES], size=ID_BYTES, person=PERSON_BUNDLE
    )
    if any(rest) or len(rest) >= piece_bytes or bundle[-ID_BYTES:] != digest:
        raise SymbolError("bad-source", "begin again with what is sent now")
    if bundle_tag(bundle) != reader.tag:
        raise SymbolError("bad-source", "begin again with what is sent now")
    return bundle


def _end_of_bundle(padded: bytes) -> int:
    """Walk over whole frames to behind the END frame."""
    at, count = len(_MAGIC), 0
    while padded.startswith(_MAGIC) and len(padded) - at >= FRAME_HEADER_BYTES:
        length = int.from_bytes(padded[at + 1 : at + FRAME_HEADER_BYTES], "big")
        payload = padded[at + FRAME_HEADER_BYTES : at + FRAME_HEADER_BYTES + length]
        if len(payload) < length:
            break
        if padded[at] == FrameType.END:
            if length == BUNDLE_END_BYTES and payload[:-ID_BYTES] == count.to_bytes(4, "big"):
                return at + FRAME_HEADER_BYTES + length
            break
        at += FRAME_HEADER_BYTES + length
        count += 1
    raise SymbolError("bad-source", "begin again with what is sent now")


def code_text(symbol: bytes) -> str:
    """Write a symbol as the text of a QR code."""
    return encode_base45(symbol)


def read_code(text: str) -> Symbol:
    """Read the text of a QR code.

    Raises:
        SymbolError: `bad-text` or `bad-symbol`.
    """
    data = decode_base45(text)
    if len(data) not in QR_SYMBOL_BYTES:
        raise SymbolError("bad-text", "this is no symbol of a bundle")
    return decode_symbol(data)


class SymbolTable:
    """Keeps a few unfinished sources apart; the one that grew least recently goes first."""

    def __init__(self, most_open: int = MAX_OPEN_SOURCES) -> None:
        """Keep at most `most_open` sources."""
        self._most_open = most_open
        self._readers: dict[tuple[int, bytes, int], SymbolReader] = {}

    def __len__(self) -> int:
        """Count unfinished sources."""
        return len(self._readers)

    def take(self, symbol: Symbol) -> SymbolReader:
        """Give a symbol to the reader of its source, a new one where none waits.

        Raises:
            SymbolError: `contradiction`; the source is forgotten then.
        """
        reader = self._readers.pop(symbol.source, None) or SymbolReader(symbol)
        reader.add(symbol)
        self._readers[symbol.source] = reader
        while len(self._readers) > self._most_open:
            self._readers.pop(next(iter(self._readers)))
        return reader

    def forget(self, symbol: Symbol) -> None:
        """Drop the source of a symbol: it is done with, or it was not as sent."""
        self._readers.pop(symbol.source, None)
