"""The index itself: a database in memory, and the one lock around it.

Theory of operation: language, place, coding and words are sealed on the disk, so the desk's
database cannot search them. While the desk is unlocked its one process keeps them in a SQLite
database that has no file and, by `temp_store`, makes none; 200,000 reports take some 200 MB
(docs/adr/0092). It is filled by `reading` and asked by `listing` and `candidates`; locking the
desk drops it whole. Numbers of reports in each state are kept by counting up and down, so that the
pages never count a desk's whole history.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from threading import RLock
from typing import Any, Final

from server.plumbing.db import open_memory

SCHEMA: Final = """
CREATE TABLE report (
  row INTEGER PRIMARY KEY, report_id BLOB NOT NULL, category TEXT, lang TEXT, area TEXT,
  country TEXT, latitude REAL, longitude REAL, observed REAL, received REAL, author INTEGER,
  about BLOB, files INTEGER, state TEXT, holder TEXT, lease REAL, verification TEXT,
  reliability TEXT, credibility TEXT, assignee TEXT, codings INTEGER,
  open INTEGER AS (state IN ('new', 'claimed')) VIRTUAL);
CREATE UNIQUE INDEX by_id ON report (report_id);
CREATE INDEX by_state ON report (state, row);
CREATE INDEX by_observed ON report (observed, row);
CREATE INDEX by_area ON report (area, row);
CREATE INDEX by_open ON report (row) WHERE open=1;
CREATE INDEX by_assignee ON report (assignee, row) WHERE assignee IS NOT NULL;
CREATE INDEX by_author ON report (author, row) WHERE author IS NOT NULL;
CREATE INDEX by_about ON report (about) WHERE about IS NOT NULL;
CREATE TABLE coding (indicator TEXT, row INTEGER, PRIMARY KEY (indicator, row)) WITHOUT ROWID;
CREATE INDEX coding_by_row ON coding (row);
CREATE VIRTUAL TABLE words USING fts5 (text, content='', columnsize=0, tokenize='ascii');
CREATE VIRTUAL TABLE word USING fts5vocab (words, 'row');
"""
"""Folded words hold no ASCII punctuation, so the plainest tokenizer cuts them as they are."""

TOTALS_KEPT: Final = 1000
"""A shift of fifty people asks for fewer between two changes."""


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What a report said, as far as it can be found by it. The order is the table's.

    Attributes:
        row: Number of the report's row; it grows as reports are opened.
        observed: Seconds since 1970; so is `received`.
        author: Number that stands for the install, or None.
        about: The report it follows, or None.
    """

    row: int
    report_id: bytes
    category: str
    lang: str
    area: str
    country: str
    latitude: float | None
    longitude: float | None
    observed: float
    received: float
    author: int | None
    about: bytes | None
    files: int

    def __repr__(self) -> str:
        """Hide what was said."""
        return f"<Told {self.row}>"


@dataclass(frozen=True, slots=True, repr=False)
class Judged:
    """What people made of a report. The order is the table's."""

    state: str = "new"
    holder: str | None = None
    lease: float | None = None
    verification: str = "received"
    reliability: str = "F"
    credibility: str = "6"
    assignee: str | None = None
    codings: int = 0

    def __repr__(self) -> str:
        """Hide what was judged."""
        return "<Judged>"


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One report as it comes into the index."""

    told: Told
    judged: Judged
    words: str
    indicators: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Hide everything."""
        return "<Entry>"


_TOLD: Final = attrgetter(*(one.name for one in fields(Told)))
_JUDGED: Final = attrgetter(*(one.name for one in fields(Judged)))
_COLUMNS: Final = len(fields(Told)) + len(fields(Judged))
_ADD: Final = f"INSERT INTO report VALUES ({', '.join('?' * _COLUMNS)})"  # noqa: S608 - only marks
_JUDGE: Final = (
    "UPDATE report SET state=?, holder=?, lease=?, verification=?, reliability=?, credibility=?,"
    " assignee=?, codings=? WHERE row=?"
)


class ReportIndex:
    """What is known of all reports, in memory only."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.lock = RLock()
        self._begin()

    def __repr__(self) -> str:
        """Say how much it holds and nothing else."""
        return f"<ReportIndex of {self.size}>"

    def forget(self) -> None:
        """Drop everything."""
        with self.lock:
            if self.last_row:
                self._memory.close()
                self._begin()

    def _begin(self) -> None:
        with self.lock:
            self._memory = open_memory()
            self._memory.executescript(SCHEMA)
            self.last_row = 0
            self.size = 0
            self.version = 0
            self.judged_until: float | None = None
            self._in_state: Counter[str] = Counter()
            self._languages: set[str] = set()
            self._areas: set[str] = set()
            self._totals: dict[tuple[object, ...], int] = {}

    def add(self, entries: Sequence[Entry]) -> None:
        """Take in reports, in the order of their rows."""
        with self.lock:
            told = [_TOLD(entry.told) + _JUDGED(entry.judged) for entry in entries]
            self._memory.execute("BEGIN")
            self._memory.executemany(_ADD, told)
            self._memory.executemany(
                "INSERT INTO words (rowid, text) VALUES (?, ?)",
                [(entry.told.row, entry.words) for entry in entries],
            )
            self._memory.executemany(
                "INSERT OR IGNORE INTO coding VALUES (?, ?)",
                [(one, entry.told.row) for entry in entries for one in entry.indicators],
            )
            self._memory.execute("COMMIT")
            self._in_state.update(entry.judged.state for entry in entries)
            self._languages.update(entry.told.lang for entry in entries)
            self._areas.update(entry.told.area for entry in entries if entry.told.area)
            self.size += len(entries)
            self.last_row = entries[-1].told.row if entries else self.last_row
            self._changed()

    def judge(self, row: int, judged: Judged, indicators: Sequence[str]) -> None:
        """Take in what people made of a report that is here; what is as it was changes nothing."""
        with self.lock:
            before = self._memory.execute(
                "SELECT state, holder, lease, verification, reliability, credibility, assignee,"
                " codings FROM report WHERE row=?",
                (row,),
            ).fetchone()
            if before is None or (before == _JUDGED(judged) and not self._recoded(row, indicators)):
                return
            self._memory.execute(_JUDGE, (*_JUDGED(judged), row))
            self._memory.execute("DELETE FROM coding WHERE row=?", (row,))
            self._memory.executemany(
                "INSERT OR IGNORE INTO coding VALUES (?, ?)", [(one, row) for one in indicators]
            )
            self._in_state[before[0]] -= 1
            self._in_state[judged.state] += 1
            self._changed()

    def _recoded(self, row: int, indicators: Sequence[str]) -> bool:
        held = self._memory.execute("SELECT indicator FROM coding WHERE row=?", (row,))
        return {one for (one,) in held} != set(indicators)

    def _changed(self) -> None:
        self.version += 1
        self._totals = {}

    def in_state(self) -> Mapping[str, int]:
        """Give the number of reports in each state as stored: run-out claims are still claims."""
        with self.lock:
            return dict(self._in_state)

    def languages(self) -> list[str]:
        """Give the languages that reports are in."""
        with self.lock:
            return sorted(self._languages)

    def areas(self) -> list[str]:
        """Give the codes of the areas that reports speak of."""
        with self.lock:
            return sorted(self._areas)

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask the memory.

        Args:
            sql: One SELECT, written by this package.
            values: For its marks.
        """
        with self.lock:
            return self._memory.execute(sql, tuple(values)).fetchall()

    def total(self, key: tuple[object, ...], sql: str, values: Sequence[object]) -> int:
        """Ask for one number, and keep the answer until something changes.

        Args:
            key: What the answer depends on, besides the index itself.
            sql: One SELECT of one number, written by this package.
            values: For its marks.
        """
        with self.lock:
            if len(self._totals) > TOTALS_KEPT:
                self._totals = {}
            if key not in self._totals:
                self._totals[key] = int(self.ask(sql, values)[0][0])
            return self._totals[key]
