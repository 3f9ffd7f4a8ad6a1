"""The keys the desk keeps about one report, and their stored form.

Stored form: acknowledgement, mailbox and reply key, 32 bytes each, then the author's public key
or nothing; sealed as one column.
"""

from dataclasses import dataclass

from schemas.constants import KEY_BYTES
from schemas.envelope.keys import DerivedKeys


@dataclass(frozen=True, slots=True, repr=False)
class ReportKeys:
    """What answers the sender of one report, and who the sender is, if they said."""

    derived: DerivedKeys
    author: bytes | None

    def __repr__(self) -> str:
        """Hide the keys."""
        return "<ReportKeys>"

    def stored(self) -> bytes:
        """Write the stored form: 96 or 128 bytes."""
        derived = self.derived
        return derived.ack + derived.mailbox + derived.reply + (self.author or b"")


def keys_from(stored: bytes) -> ReportKeys:
    """Read the stored form back."""
    ack, mailbox, reply, author = (
        stored[start : start + KEY_BYTES] for start in range(0, 4 * KEY_BYTES, KEY_BYTES)
    )
    return ReportKeys(DerivedKeys(ack, mailbox, reply), author or None)
