"""Make any K of many symbols give back K pieces.

Theory of operation: a systematic random linear code over GF(256). Symbol i < K is piece i
itself; a higher one is a sum of all pieces with coefficients that both sides derive from the
source's tag and i. The receiver keeps one row ``coefficients | payload`` per new equation, in
echelon form: whatever arrives is reduced by the rows held, so that it is known at once whether
it said something new. Rows are multiplied by ``bytes.translate`` with one of 256 tables and
added as long integers: both run at the speed of C, without a library.

Spec: docs/spec/symbols.md sections 1 to 4
"""

from functools import cache

from schemas.constants import (
    FIELD_POLYNOMIAL,
    MAX_PIECES,
    MAX_SYMBOL_INDEX,
    PERSON_COEFFICIENTS,
)
from schemas.envelope import primitives
from schemas.errors import SymbolError

_FIELD = 256
_HASH_BYTES = 64
_ZERO_TO_ONE = bytes([1]) + bytes(range(1, _FIELD))


@cache
def _powers() -> tuple[bytes, bytes]:
    """Make the tables of powers and logarithms of the generator 2."""
    powers, logs, value = bytearray(2 * (_FIELD - 1)), bytearray(_FIELD), 1
    for exponent in range(_FIELD - 1):
        powers[exponent] = powers[exponent + _FIELD - 1] = value
        logs[value] = exponent
        value <<= 1
        if value >= _FIELD:
            value ^= FIELD_POLYNOMIAL
    return bytes(powers), bytes(logs)


@cache
def multiples(factor: int) -> bytes:
    """Make the table that multiplies every byte by a factor."""
    powers, logs = _powers()
    if factor == 0:
        return bytes(_FIELD)
    shift = logs[factor]
    return b"\x00" + bytes(powers[logs[value] + shift] for value in range(1, _FIELD))


def _inverse(value: int) -> int:
    """Invert a byte that is not zero."""
    powers, logs = _powers()
    return powers[_FIELD - 1 - logs[value]]


def _sum(row: bytes, other: bytes, factor: int) -> bytes:
    """Add a multiple of another row of the same length."""
    scaled = other if factor == 1 else other.translate(multiples(factor))
    total = int.from_bytes(row, "big") ^ int.from_bytes(scaled, "big")
    return total.to_bytes(len(row), "big")


def coefficients(tag: bytes, pieces: int, index: int) -> bytes:
    """Derive what each piece is multiplied by in one symbol.

    Args:
        tag: 4 bytes that name the source.
        pieces: K, 1 to 200.
        index: Number of the symbol, 0 to 65535.

    Returns:
        K bytes; a unit vector below K, none of them zero above.
    """
    if index < pieces:
        return bytes(index) + b"\x01" + bytes(pieces - index - 1)
    seed = tag + bytes([pieces]) + index.to_bytes(2, "big")
    blocks = (
        primitives.blake2b(seed, bytes([block]), size=_HASH_BYTES, person=PERSON_COEFFICIENTS)
        for block in range(-(-pieces // _HASH_BYTES))
    )
    return b"".join(blocks)[:pieces].translate(_ZERO_TO_ONE)


class PieceMixer:
    """Gives the payload of any symbol of one source."""

    def __init__(self, source: bytes, tag: bytes, piece_bytes: int) -> None:
        """Cut a source.

        Args:
            source: At least one byte.
            tag: 4 bytes.
            piece_bytes: S.

        Raises:
            SymbolError: `too-large` for more than 200 pieces.
        """
        self.count = max(1, -(-len(source) // piece_bytes))
        if self.count > MAX_PIECES:
            raise SymbolError("too-large", "cut it into several sources")
        padded = source.ljust(self.count * piece_bytes, b"\x00")
        self._pieces = [padded[at : at + piece_bytes] for at in range(0, len(padded), piece_bytes)]
        self._tag = tag

    def payload(self, index: int) -> bytes:
        """Make the payload of symbol number `index`, which wraps after 65535."""
        number = index % (MAX_SYMBOL_INDEX + 1)
        if number < self.count:
            return self._pieces[number]
        total = bytes(len(self._pieces[0]))
        for factor, piece in zip(
            coefficients(self._tag, self.count, number), self._pieces, strict=True
        ):
            total = _sum(total, piece, factor)
        return total


class PieceSolver:
    """Collects equations until there are as many as pieces."""

    def __init__(self, tag: bytes, pieces: int) -> None:
        """Wait for symbols of a source.

        Args:
            tag: 4 bytes that name it.
            pieces: K, 1 to 200.
        """
        self._tag = tag
        self.pieces = pieces
        self._rows: dict[int, bytes] = {}
        self._seen: set[int] = set()

    @property
    def have(self) -> int:
        """Count the equations held."""
        return len(self._rows)

    def add(self, index: int, payload: bytes) -> bool:
        """Take one symbol.

        Args:
            index: Its number.
            payload: S bytes, as long as those before.

        Returns:
            Whether it said something new.

        Raises:
            SymbolError: `contradiction` when it cannot be true together with those held.
        """
        if index in self._seen or self.have == self.pieces:
            return False
        row = coefficients(self._tag, self.pieces, index) + payload
        column = 0
        while (column := _first_set(row, column, self.pieces)) in self._rows:
            row = _sum(row, self._rows[column], row[column])
        if column == self.pieces:
            if any(row):
                raise SymbolError("contradiction", "begin again with what is sent now")
        else:
            self._rows[column] = row.translate(multiples(_inverse(row[column])))
        self._seen.add(index)
        return column < self.pieces

    def source(self) -> bytes:
        """Give the pieces, joined.

        Raises:
            SymbolError: `not-yet` while equations are missing.
        """
        if self.have < self.pieces:
            raise SymbolError("not-yet", "more symbols are needed")
        for column in reversed(range(self.pieces)):
            row = self._rows[column]
            for later in range(column + 1, self.pieces):
                if row[later]:
                    row = _sum(row, self._rows[later], row[later])
            self._rows[column] = row
        return b"".join(self._rows[column][self.pieces :] for column in range(self.pieces))


def _first_set(row: bytes, start: int, end: int) -> int:
    """Find the first coefficient that is not zero, or `end`."""
    return next((column for column in range(start, end) if row[column]), end)
