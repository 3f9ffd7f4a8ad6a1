"""Check an exported audit log without any other part of this project.

Theory of operation: each line of the file holds an entry, as the text that was hashed, and its
SHA-256. The text names the hash of the entry before, so the file can be walked from its first
line to its last, which names where the desk said that the log ends. Readings stand in the same
chain as acts: each names a person or the command line, what was read, and how many sealed values
were opened for it. Needs Python 3.9, no packages.

    python tools/verify_audit.py audit.jsonl
"""

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

GENESIS = "00" * 32
READ_ENDING = ".read"
OTHER_READINGS = ("reports.list", "publication.fetch")
OPENED = "opened."


class Verified(NamedTuple):
    """How many entries a log has, and how many of them tell of somebody reading."""

    entries: int
    readings: int


class BrokenLogError(Exception):
    """The log is not as it was written; the text says from which line on."""


def verify(lines: Iterable[str]) -> Verified:
    """Walk a log.

    Args:
        lines: Of the exported file.

    Returns:
        The number of entries, and of readings among them.

    Raises:
        BrokenLogError: At the first line that does not fit.
    """
    before, count, readings, ended = GENESIS, 0, 0, False
    for number, line in enumerate(lines, start=1):
        if ended:
            raise BrokenLogError(f"line {number}: there is something after the end")
        try:
            fields = json.loads(line)
            if "end" in fields:
                ended = _check_end(fields, count, before, number)
                continue
            count += 1
            before = _check_entry(fields, count, before, number)
            readings += _is_reading(json.loads(fields["entry"]), number)
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenLogError(f"line {number}: not a line of an audit log") from error
    if not ended:
        raise BrokenLogError(f"line {count + 1}: the end is missing")
    return Verified(count, readings)


def _check_entry(fields: dict[str, str], count: int, before: str, number: int) -> str:
    digest = hashlib.sha256(fields["entry"].encode()).hexdigest()
    if digest != fields["hash"]:
        raise BrokenLogError(f"line {number}: the entry was changed")
    entry = json.loads(fields["entry"])
    if entry["before"] != before or entry["number"] != count:
        raise BrokenLogError(f"line {number}: an entry before it is missing, added or moved")
    return digest


def _is_reading(entry: dict[str, object], number: int) -> bool:
    """Tell whether an entry is of a reading, and refuse one that does not say whose or of what."""
    detail = entry["detail"]
    opened = isinstance(detail, dict) and any(name.startswith(OPENED) for name in detail)
    told = str(entry["act"]).endswith(READ_ENDING) or entry["act"] in OTHER_READINGS
    if not told and not opened:
        return False
    if not str(entry["actor"]).startswith(("person:", "command")) or not entry["subject"]:
        raise BrokenLogError(f"line {number}: a reading that does not say whose or of what")
    return True


def _check_end(fields: dict[str, object], count: int, before: str, number: int) -> bool:
    if fields["end"] != count or fields["hash"] != before:
        raise BrokenLogError(f"line {number}: entries at the end are missing")
    return True


def main(arguments: list[str]) -> int:
    """Check the file named on the command line; 0 says that it is intact."""
    if len(arguments) != 1:
        print("usage: python tools/verify_audit.py audit.jsonl", file=sys.stderr)
        return 2
    try:
        with Path(arguments[0]).open(encoding="utf-8") as lines:
            found = verify(lines)
    except OSError as error:
        print(f"cannot read the file: {error.strerror}", file=sys.stderr)
        return 1
    except BrokenLogError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"intact: {found.entries} entries, {found.readings} of them readings")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
