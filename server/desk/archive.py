"""The shape of a backup: what stands where in the file, and how a value is written.

A backup is a plain tar file:

- `tables/<table>.jsonl`: one row a line, bytes as base64, times as ISO 8601 in UTC;
- `evidence/<id>`: the sealed files, as they lie on disk;
- `pull.key`: the key with which this desk speaks to its relays;
- `manifest.json`: first; the SHA-256 of every other member, and the steps of the tables.

What is sealed stays sealed: a backup opens with the desk's passphrase or a person's password and
with nothing else. `pull.key` alone is in clear: it opens no report.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table

from server.desk.db import Row, UtcDateTime

FORMAT: Final = "tocsin-desk-backup-1"
MANIFEST: Final = "manifest.json"
PULL_KEY: Final = "pull.key"
TABLES: Final = "tables/"
EVIDENCE: Final = "evidence/"

Values = Mapping[str, object]


class ArchiveError(Exception):
    """A backup cannot be written or read; the text says why and what to do."""


def tables() -> Iterable[Table]:
    """List the desk's tables, each behind those it refers to."""
    return Row.metadata.sorted_tables


def to_json(table: Table, values: Values) -> dict[str, object]:
    """Write a row's values so that JSON can hold them."""
    return {column.name: _written(values[column.name]) for column in table.columns}


def _written(value: object) -> object:
    match value:
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case _:
            return value


def from_json(table: Table, values: Values) -> dict[str, object]:
    """Read a row's values back.

    Raises:
        ArchiveError: A value is not of its column's kind.
    """
    try:
        return {column.name: _read(column, values[column.name]) for column in table.columns}
    except (KeyError, ValueError, TypeError) as error:
        raise ArchiveError("the backup's tables are of another version of this program") from error


def _read(column: Column[object], value: object) -> object:
    if value is None:
        return None
    for kind, read in _READERS:
        if isinstance(column.type, kind):
            return read(value)
    return value


_READERS: Final[tuple[tuple[type, Callable[[object], object]], ...]] = (
    (LargeBinary, lambda value: base64.b64decode(str(value), validate=True)),
    (UtcDateTime, lambda value: datetime.fromisoformat(str(value))),
    (Date, lambda value: date.fromisoformat(str(value))),
    (Boolean, bool),
    (Integer, lambda value: int(str(value))),
)
"""How JSON becomes a column's value again; what is not named is text or a number as it is."""
