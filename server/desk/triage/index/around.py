"""What lies around one report: what follows it, what its sender also sent, what may be the same.

Theory of operation: a repeat shares rare words with the report, or lies near it in place and time.
So candidates are the reports of the same days that share most of its rarest words, and those
nearest in time in the same place; only these few are opened and compared (`likeness`). The walk
through a word of the index is bounded by how rare it is, so it costs the same at any size.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.desk.triage.index.memory import ReportIndex
from server.desk.triage.likeness import NEAR_KILOMETRES, NEAR_TIME

RAREST_WORDS: Final = 12
"""Of the report: a retold text keeps several of its rarest words, or it is other words."""
MOST_HOLDERS: Final = 2000
"""A word that more reports hold tells no two events apart."""
BY_WORDS: Final = 60
BY_PLACE: Final = 60
"""Opened and compared: together some 40 ms on two cores."""
KILOMETRES_A_DEGREE: Final = 111.2


@dataclass(frozen=True, slots=True, repr=False)
class Spot:
    """Where and when, as far as the index knows it."""

    area: str
    latitude: float | None
    longitude: float | None

    def __repr__(self) -> str:
        """Hide the place."""
        return "<Spot>"


def thread_of(index: ReportIndex, report_id: str) -> tuple[str, ...]:
    """List the reports that follow one report, in the order of opening."""
    sql = "SELECT report_id FROM report WHERE about=? ORDER BY row"
    return tuple(found.hex() for (found,) in index.ask(sql, (bytes.fromhex(report_id),)))


def of_same_install(index: ReportIndex, report_id: str, most: int) -> tuple[str, ...]:
    """List the newest other reports of the install that sent one, in the order of opening.

    They do not corroborate each other: one voice twice is one voice.
    """
    own = bytes.fromhex(report_id)
    author = index.ask("SELECT author FROM report WHERE report_id=?", (own,))
    if not author or author[0][0] is None:
        return ()
    sql = "SELECT report_id FROM report WHERE author=? AND report_id<>? ORDER BY row DESC LIMIT ?"
    return tuple(found.hex() for (found,) in index.ask(sql, (author[0][0], own, most)))[::-1]


def spots(index: ReportIndex, report_ids: Sequence[str]) -> Mapping[str, Spot]:
    """Tell where some reports speak of."""
    marks = ", ".join("?" * len(report_ids))
    sql = f"SELECT report_id, area, latitude, longitude FROM report WHERE report_id IN ({marks})"  # noqa: S608 - only marks
    rows = index.ask(sql, [bytes.fromhex(one) for one in report_ids])
    return {found.hex(): Spot(*spot) for found, *spot in rows}


def candidates(index: ReportIndex, report_id: str, words: Sequence[str]) -> list[str]:
    """Name the reports that are worth comparing with one.

    Args:
        index: Kept up.
        report_id: Which report.
        words: Its text, folded.
    """
    with index.lock:
        sql = "SELECT row, observed, country, area, latitude, longitude FROM report"
        own = index.ask(f"{sql} WHERE report_id=?", (bytes.fromhex(report_id),))
        if not own:
            return []
        row, observed, country, *place = own[0]
        near = NEAR_TIME.total_seconds()
        window = (observed - near, observed + near)
        rows = _by_words(index, row, window, country, words)
        rows += [one for one in _by_place(index, row, observed, place) if one not in rows]
        if not rows:
            return []
        marks = ", ".join("?" * len(rows))
        found = index.ask(f"SELECT report_id FROM report WHERE row IN ({marks})", rows)  # noqa: S608 - only marks
    return [one.hex() for (one,) in found]


def _by_words(
    index: ReportIndex,
    row: int,
    window: tuple[float, float],
    country: str,
    words: Sequence[str],
) -> list[int]:
    shared: Counter[int] = Counter()
    for word in _rarest(index, words):
        holders = index.ask("SELECT rowid FROM words WHERE words MATCH ?", (f'"{word}"',))
        shared.update(holder for (holder,) in holders)
    likely: list[int] = []
    for holder, _ in shared.most_common():
        if holder == row:
            continue
        sql = "SELECT 1 FROM report WHERE row=? AND observed BETWEEN ? AND ? AND country IN (?, '')"
        if not country:
            sql = "SELECT 1 FROM report WHERE row=? AND observed BETWEEN ? AND ? AND ?=''"
        if index.ask(sql, (holder, *window, country)):
            likely.append(holder)
            if len(likely) == BY_WORDS:
                break
    return likely


def _rarest(index: ReportIndex, words: Sequence[str]) -> list[str]:
    """Choose the words of a text that the fewest reports hold, besides this one."""
    counted: list[tuple[int, str]] = []
    for word in set(words):
        found = index.ask("SELECT doc FROM word WHERE term=?", (word,))
        if found and 1 < found[0][0] <= MOST_HOLDERS:
            counted.append((found[0][0], word))
    return [word for _, word in sorted(counted)[:RAREST_WORDS]]


def _by_place(index: ReportIndex, row: int, observed: float, place: Sequence[object]) -> list[int]:
    """Find the nearest in time that lie in the same place."""
    area, latitude, longitude = place
    near = NEAR_TIME.total_seconds()
    if isinstance(latitude, float) and isinstance(longitude, float):
        reach = NEAR_KILOMETRES / KILOMETRES_A_DEGREE
        # A degree of longitude shortens towards the poles; twice the reach holds up to 60 degrees.
        where = "latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?"
        values: tuple[object, ...] = (
            latitude - reach,
            latitude + reach,
            longitude - 2 * reach,
            longitude + 2 * reach,
        )
    elif area:
        where, values = "area=?", (area,)
    else:
        return []
    found: list[tuple[int]] = []
    for side, order in (("BETWEEN ? - ? AND ?", "DESC"), ("BETWEEN ? AND ? + ?", "ASC")):
        bounds = (observed, near, observed) if order == "DESC" else (observed, observed, near)
        sql = (
            f"SELECT row FROM report INDEXED BY by_observed WHERE observed {side} AND {where}"  # noqa: S608 - ours
            f" AND row<>? ORDER BY observed {order} LIMIT ?"
        )
        found += index.ask(sql, (*bounds, *values, row, BY_PLACE // 2))
    return list(dict.fromkeys(one for (one,) in found))
