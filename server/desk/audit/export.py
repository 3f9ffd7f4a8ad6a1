"""The audit log as lines of JSON, for keeping elsewhere and for checking by anybody.

Each line holds the entry exactly as it was hashed, and its hash. The last line names the end of
the chain. ``tools/verify_audit.py`` checks such a file and knows nothing of this program.
"""

import json
from collections.abc import Iterator

from sqlalchemy.orm import Session

from server.desk.audit.chain import GENESIS, Entry
from server.desk.audit.store import entries, entries_about, hash_before, head


def lines(session: Session) -> Iterator[str]:
    """Write the whole log, one entry a line, and the end of the chain.

    Args:
        session: Any session.

    Yields:
        Lines with their line ends.
    """
    before = GENESIS
    for entry, entry_hash in entries(session):
        yield _line(entry, before, entry_hash)
        before = entry_hash
    number, entry_hash = head(session)
    yield json.dumps({"end": number, "hash": entry_hash.hex()}) + "\n"


def lines_about(session: Session, subject: str) -> Iterator[str]:
    """Write the entries about one subject, each as it stands in the whole log.

    Args:
        session: Any session.
        subject: A report's id.

    Yields:
        Lines with their line ends.
    """
    for entry, entry_hash in entries_about(session, subject):
        yield _line(entry, hash_before(session, entry.number), entry_hash)


def _line(entry: Entry, before: bytes, entry_hash: bytes) -> str:
    fields = {"entry": entry.line(before).decode(), "hash": entry_hash.hex()}
    return json.dumps(fields, ensure_ascii=False) + "\n"
