"""The rule of the audit log: how one entry is tied to the one before.

Theory of operation: an entry's hash covers its number, its content and the hash of the entry
before it, so a changed, removed, added or reordered entry breaks every hash that follows. The
hash is plain SHA-256 over one line of JSON with sorted keys, so that a program of a page, written
by somebody else in any language, can check an exported log (``tools/verify_audit.py`` is one).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

GENESIS: Final = bytes(32)
"""What stands before the first entry."""

Detail = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as the chain sees it; `at` is aware UTC, to the microsecond."""

    number: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: Detail

    def line(self, before: bytes) -> bytes:
        """Write the entry as the one line of JSON that is hashed.

        Args:
            before: Hash of the entry before, 32 bytes.

        Returns:
            UTF-8 JSON, keys sorted, no white space.
        """
        fields = {
            "number": self.number,
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "actor": self.actor,
            "act": self.act,
            "subject": self.subject,
            "detail": dict(self.detail),
            "before": before.hex(),
        }
        return json.dumps(
            fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    def hash_after(self, before: bytes) -> bytes:
        """Give the hash that ties this entry to the one before: 32 bytes."""
        return hashlib.sha256(self.line(before)).digest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found."""

    count: int
    broken_at: int | None

    @property
    def intact(self) -> bool:
        """Tell whether every entry stands where and as it was written."""
        return self.broken_at is None


def walk(entries: Iterable[tuple[Entry, bytes]], head: tuple[int, bytes]) -> Verdict:
    """Check a whole log from its first entry.

    Args:
        entries: Each entry with the hash stored beside it, in the order stored.
        head: Number and hash of the last entry, as noted apart from the log.

    Returns:
        How many entries were read, and the number at which the chain first breaks; a log that
        was cut short breaks at the first entry missing.
    """
    before, count = GENESIS, 0
    for entry, stored in entries:
        count += 1
        if entry.number != count or entry.hash_after(before) != stored:
            return Verdict(count, broken_at=count)
        before = stored
    if (count, before) != head:
        return Verdict(count, broken_at=count + 1)
    return Verdict(count, broken_at=None)
