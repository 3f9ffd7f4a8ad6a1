"""The words on recovery sheets: a secret cut into sheets, of which any m give it back.

Theory of operation: SLIP-39. A secret of 128 bits becomes n sheets of twenty words; any m of them
give it back, fewer tell nothing about it. Words come from a list of 1024 that differ in their
first four letters, and the last three are a checksum: a word that was copied wrongly is noticed on
the sheet itself. The first words are the same on all sheets of one making, so that a sheet of an
older making is told from a wrong one.

Source: SLIP-0039, Shamir's secret sharing for mnemonic codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from schemas.envelope.entropy import random_bytes
from server.desk.keys.errors import KeysError

SECRET_BYTES: Final = 16
"""128 random bits: beyond guessing, and twenty words a sheet instead of thirty-three."""

WORDS: Final = 20
LEAST_NEEDED: Final = 2
"""With one, every sheet alone would be the key."""

MOST_SHEETS: Final = 16
"""What four bits of a sheet can number."""

LEAST_LETTERS: Final = 4
"""No two words of the list begin with the same four letters."""

STRETCHING: Final = 0
"""The secret is random, so stretching it would only cost time."""


class Fault(StrEnum):
    """What is wrong with something typed."""

    COUNT = "count"
    WORD = "word"
    CHECKSUM = "checksum"
    OTHER_SET = "other-set"
    TWICE = "twice"
    TOO_FEW = "too-few"
    CLOSED = "closed"


class SheetError(KeysError):
    """What was typed is no sheet, or no sheet of this set.

    Attributes:
        fault: What is wrong.
        field: Which of the typed sheets, from 0.
        position: The word, from 1, for `Fault.WORD`; how many words there were, for `Fault.COUNT`.
    """

    def __init__(self, fault: Fault, field: int = 0, position: int = 0) -> None:
        """Keep what is wrong and where; never what was typed."""
        self.fault = fault
        self.field = field
        self.position = position
        super().__init__(_told(fault, field + 1, position))


def _told(fault: Fault, sheet: int, position: int) -> str:
    return {
        Fault.COUNT: f"sheet {sheet} has {position} words: a sheet has {WORDS}",
        Fault.WORD: f"sheet {sheet}: word {position} is no word of the list, look at it again",
        Fault.CHECKSUM: f"sheet {sheet}: a word is wrong or in another's place, look at it again",
        Fault.OTHER_SET: f"sheet {sheet} belongs to another set: use sheets of the set in force",
        Fault.TWICE: f"sheet {sheet} was typed before: take another sheet",
        Fault.TOO_FEW: "more sheets are needed: type one in each line",
        Fault.CLOSED: "these sheets do not open this desk: use sheets of the set in force",
    }[fault]


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """One sheet that was read.

    Attributes:
        mark: The same on all sheets of one making: 15 bits.
        number: From 1.
        needed: How many sheets of its making give the secret back.
        words: In full, one space between.
    """

    mark: int
    number: int
    needed: int
    words: str

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<Sheet {self.number}>"


def new_secret() -> bytes:
    """Make a secret to be cut into sheets."""
    return random_bytes(SECRET_BYTES)


def cut(secret: bytes, needed: int, count: int) -> list[str]:
    """Cut a secret into sheets.

    Args:
        secret: 16 bytes.
        needed: How many give it back: 2 to `count`.
        count: How many there are: at most 16.

    Returns:
        The words of each sheet, in the order of their numbers.

    Raises:
        ValueError: The numbers are out of their range.
    """
    if not LEAST_NEEDED <= needed <= count <= MOST_SHEETS:
        raise ValueError("from 2 to 16 sheets, and from 2 to all of them are needed")
    groups = generate_mnemonics(1, [(needed, count)], secret, iteration_exponent=STRETCHING)
    return list(groups[0])


def read_sheet(typed: str, field: int = 0) -> Sheet:
    """Read one sheet as a person typed it: any case, words by their first four letters.

    Args:
        typed: Untrusted.
        field: Which of several, for the error.

    Raises:
        SheetError: It is no sheet.
    """
    words = typed.split()
    if len(words) != WORDS:
        raise SheetError(Fault.COUNT, field, len(words))
    full = [_full_word(word, field, at) for at, word in enumerate(words, start=1)]
    try:
        share = Share.from_mnemonic(" ".join(full))
    except MnemonicError:
        # Its text would repeat words of the sheet.
        raise SheetError(Fault.CHECKSUM, field) from None
    return Sheet(share.identifier, share.index + 1, share.member_threshold, " ".join(full))


def _full_word(word: str, field: int, position: int) -> str:
    plain = word.casefold()
    fits = [one for one in WORDLIST if one == plain]
    if not fits and len(plain) >= LEAST_LETTERS:
        fits = [one for one in WORDLIST if one.startswith(plain)]
    if len(fits) != 1:
        raise SheetError(Fault.WORD, field, position)
    return str(fits[0])


def read_sheets(typed: Sequence[str]) -> list[Sheet]:
    """Read several sheets of one making; empty fields are passed over.

    Args:
        typed: Untrusted, one sheet each.

    Raises:
        SheetError: One is no sheet, was typed twice, or is of another making than the first.
    """
    read: list[Sheet] = []
    for field, words in enumerate(typed):
        if not words.strip():
            continue
        sheet = read_sheet(words, field)
        if read and sheet.mark != read[0].mark:
            raise SheetError(Fault.OTHER_SET, field)
        if any(sheet.number == one.number for one in read):
            raise SheetError(Fault.TWICE, field)
        read.append(sheet)
    if not read or len(read) < read[0].needed:
        raise SheetError(Fault.TOO_FEW, len(read))
    return read


def join(sheets: Sequence[Sheet]) -> bytes:
    """Give the secret back.

    Args:
        sheets: From `read_sheets`.

    Returns:
        16 bytes.

    Raises:
        SheetError: They do not fit together.
    """
    enough = [sheet.words for sheet in sheets[: sheets[0].needed]]
    try:
        return bytes(combine_mnemonics(enough))
    except MnemonicError:
        raise SheetError(Fault.CLOSED) from None
