"""The audit log as lines of JSON, for keeping elsewhere and for checking by anybody.

Each line holds the entry exactly as it was hashed, and its hash. The last line names the end of
the chain. ``tools/verify_audit.py`` checks such a file and knows nothing of this program.
"""

import json
from collections.abc import Iterator

from sqlalchemy.orm import Session

from server.desk.audit.chain import GENESIS
from server.desk.audit.store import entries, head


def lines(session: Session) -> Iterator[str]:
    """Write the whole log, one entry a line, and the end of the chain.

    Args:
        session: Any session.

    Yields:
        Lines with their line ends.
    """
    before = GENESIS
    for entry, entry_hash in entries(session):
        fields = {"entry": entry.line(before).decode(), "hash": entry_hash.hex()}
        yield json.dumps(fields, ensure_ascii=False) + "\n"
        before = entry_hash
    number, entry_hash = head(session)
    yield json.dumps({"end": number, "hash": entry_hash.hex()}) + "\n"
