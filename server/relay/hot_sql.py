"""The four statements every commit runs, written for the driver.

Theory of operation: Python's sqlite3 lets go of the interpreter at each row it steps over, and in
a process with thirty busy threads each return costs up to a millisecond. `executemany` steps once
per row, so a commit of two hundred blobs took 12 ms; one INSERT of many rows steps once. Counts
are rounded so that few distinct statements exist and the driver keeps them prepared: lookups are
filled up with the last id, inserts are cut into lots of at most `ROWS_PER_INSERT`. Both drivers
take the same text but for the mark of a parameter.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from sqlalchemy import Connection

from schemas.constants import BUCKETS_BYTES

ROWS_PER_INSERT: Final = 64
"""64 statements for inserts at most, 256 parameters each."""

_LOOKUP_SIZES: Final = (1, 4, 16, 64, 256)

Row = tuple[bytes, int, int, bytes]
"""id, bucket, day, blob."""


def find(connection: Connection, ids: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
    """Find which ids have a row.

    Args:
        connection: Of any transaction.
        ids: Any number.

    Yields:
        Id and day of each row.
    """
    for start in range(0, len(ids), _LOOKUP_SIZES[-1]):
        lot = tuple(ids[start : start + _LOOKUP_SIZES[-1]])
        size = next(size for size in _LOOKUP_SIZES if size >= len(lot))
        filled = lot + lot[-1:] * (size - len(lot))
        for row in connection.exec_driver_sql(_find_sql(_mark(connection), size), filled):
            yield bytes(row[0]), row[1]


def add(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert rows; one whose id is there already is left as it is.

    Args:
        connection: Of the only writer.
        rows: Any number.
    """
    for start in range(0, len(rows), ROWS_PER_INSERT):
        lot = rows[start : start + ROWS_PER_INSERT]
        values = tuple(value for row in lot for value in row)
        connection.exec_driver_sql(_add_sql(_mark(connection), len(lot)), values)


def counts(connection: Connection) -> dict[int, int]:
    """Read how many blobs of each bucket are held."""
    row = connection.exec_driver_sql(_COUNTS_SQL).one()
    # PostgreSQL adds up in numbers of any length, which its driver gives as decimals.
    return dict(zip(BUCKETS_BYTES, map(int, row), strict=True))


def change_counts(connection: Connection, changes: Mapping[int, int]) -> None:
    """Change how many blobs of some buckets are held.

    Args:
        connection: Of the only writer.
        changes: By bucket; zero changes nothing.
    """
    for bucket, change in changes.items():
        if change:
            connection.exec_driver_sql(_change_sql(_mark(connection)), (change, bucket))


_COUNTS_SQL: Final = (
    "SELECT "  # noqa: S608 - numbers only
    + ", ".join(f"sum(CASE WHEN bucket = {size} THEN blobs ELSE 0 END)" for size in BUCKETS_BYTES)
    + " FROM holdings"
)


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


@cache
def _find_sql(mark: str, size: int) -> str:
    marks = ", ".join([mark] * size)
    return f"SELECT id, day FROM blobs WHERE id IN ({marks})"  # noqa: S608 - marks only


@cache
def _add_sql(mark: str, size: int) -> str:
    row = f"({mark}, {mark}, {mark}, {mark})"
    rows = ", ".join([row] * size)
    return f"INSERT INTO blobs (id, bucket, day, blob) VALUES {rows} ON CONFLICT (id) DO NOTHING"  # noqa: S608 - marks only


@cache
def _change_sql(mark: str) -> str:
    return f"UPDATE holdings SET blobs = blobs + {mark} WHERE bucket = {mark}"  # noqa: S608 - marks only
