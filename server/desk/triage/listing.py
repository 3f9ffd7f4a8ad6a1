"""The queue: which reports a person sees, in which order, and how many wait elsewhere.

Theory of operation: everything is asked of the index in memory, and only the reports of the page
shown are opened. A page is named by the report beside it, not by a number: what colleagues finish
meanwhile neither repeats a report on the next page nor skips one. A claim that has run out is
listed as new, by the same rule as everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from schemas.domain.vocabulary import Workflow
from server.desk.triage.asking import ALL, MINE, OPEN, Order, QueueFilter
from server.desk.triage.index.folding import match_of
from server.desk.triage.index.memory import ReportIndex

PAGE_REPORTS: Final = 25
"""A page that fits two screens; the keyboard turns it."""

_MINE_ROWS: Final = (
    "SELECT row FROM report WHERE state='claimed' AND lease>? AND holder=?"
    " UNION SELECT row FROM report WHERE assignee=? AND open=1"
)
"""What a person holds, and what was given to them and waits."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many reports stand where."""

    by_state: Mapping[Workflow, int]
    open: int
    mine: int
    all: int

    def of(self, state: str) -> int:
        """Give the count behind one choice of the state filter."""
        special = {OPEN: self.open, MINE: self.mine, ALL: self.all}
        return special[state] if state in special else self.by_state.get(Workflow(state), 0)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue.

    Attributes:
        report_ids: In order.
        areas: Report id to area code, for those whose area is known.
        total: Reports that fit, on all pages.
        after: What the next page begins after, or 0 when this is the last.
        before: What the page before ends before, or 0 when this is the first.
    """

    report_ids: tuple[str, ...]
    areas: Mapping[str, str]
    total: int
    after: int = 0
    before: int = 0


@dataclass(slots=True)
class _Clause:
    """A WHERE that is being put together."""

    source: str = "report"
    parts: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, part: str, *values: object) -> None:
        self.parts.append(part)
        self.values += values

    @property
    def where(self) -> str:
        return " AND ".join(self.parts) or "1"


def queue_page(
    index: ReportIndex, asked: QueueFilter, counts: QueueCounts, *, actor: str, now: datetime
) -> QueuePage:
    """List one page of the queue.

    Args:
        index: Kept up.
        asked: What the person asked to see.
        counts: As `queue_counts` gives them at the same moment.
        actor: Who asks.
        now: UTC, aware.
    """
    with index.lock:
        clause = _wanted(asked, actor, now)
        rows = _rows(index, asked, clause)
        total = _total(index, asked, counts, actor, clause)
    back, more = bool(asked.before), len(rows) > PAGE_REPORTS
    rows = rows[:PAGE_REPORTS]
    if back:
        rows.reverse()
    ids = tuple(report_id.hex() for _, report_id, _ in rows)
    areas = {report_id.hex(): area for _, report_id, area in rows if area}
    after = rows[-1][0] if rows and (more or back) else 0
    before = rows[0][0] if rows and (more if back else asked.after) else 0
    return QueuePage(ids, areas, total, after, before)


def _rows(index: ReportIndex, asked: QueueFilter, clause: _Clause) -> list[tuple[int, bytes, str]]:
    """Read one page's rows and one more; those of a page before come in reverse."""
    ascending = (asked.order is Order.OLDEST) != bool(asked.before)
    direction, than = ("ASC", ">") if ascending else ("DESC", "<")
    edge = asked.before or asked.after
    parts, values = clause.where, list(clause.values)
    row = "words.rowid" if clause.source != "report" else "row"
    if asked.order is Order.EVENT:
        order = f"observed {direction}, row {direction}"
        if edge:
            at = index.ask("SELECT observed FROM report WHERE row=?", (edge,))
            parts += f" AND (observed, row) {than} (?, ?)"
            values += [at[0][0] if at else 0.0, edge]
    else:
        order = f"{row} {direction}"
        if edge:
            parts += f" AND {row} {than} ?"
            values.append(edge)
    sql = f"SELECT row, report_id, area FROM {clause.source} WHERE {parts} ORDER BY {order} LIMIT ?"  # noqa: S608 - no word of a person's is in it
    return index.ask(sql, [*values, PAGE_REPORTS + 1])


def _total(
    index: ReportIndex, asked: QueueFilter, counts: QueueCounts, actor: str, clause: _Clause
) -> int:
    if asked.only_state:
        return counts.of(asked.state)
    key = (asked.without_page, actor, counts.of(Workflow.CLAIMED), counts.mine)
    sql = f"SELECT count(*) FROM {clause.source} WHERE {clause.where}"  # noqa: S608 - as above
    return index.total(key, sql, clause.values)


def _wanted(asked: QueueFilter, actor: str, now: datetime) -> _Clause:
    clause = _Clause()
    if match := match_of(asked.q):
        clause.source = "words CROSS JOIN report ON report.row = words.rowid"
        clause.add("words MATCH ?", match)
    elif asked.q.strip():
        clause.add("0")
    _add_state(clause, asked.state, actor, now)
    for column in ("category", "lang", "verification", "reliability", "credibility"):
        if value := getattr(asked, column):
            clause.add(f"{column}=?", str(value))
    if asked.area:
        clause.add("area=?", "" if asked.area == "none" else asked.area)
    if asked.days:
        clause.add("received>=?", (now - timedelta(days=asked.days)).timestamp())
    if asked.files:
        clause.add("files>0" if asked.files == "yes" else "files=0")
    _add_people(clause, asked, actor)
    return clause


def _add_state(clause: _Clause, state: str, actor: str, now: datetime) -> None:
    at = now.timestamp()
    if state == OPEN:
        clause.add("open=1")
    elif state == MINE:
        clause.add(f"row IN ({_MINE_ROWS})", at, actor, actor)
    elif state == Workflow.NEW:
        clause.add("open=1 AND (state='new' OR lease IS NULL OR lease<=?)", at)
    elif state == Workflow.CLAIMED:
        clause.add("state='claimed' AND lease>?", at)
    elif state != ALL:
        clause.add("state=?", state)


def _add_people(clause: _Clause, asked: QueueFilter, actor: str) -> None:
    """Add what asks after people's work: codings, and whom a report is given to."""
    if asked.coded in {"yes", "no"}:
        clause.add("codings>0" if asked.coded == "yes" else "codings=0")
    elif asked.coded:
        clause.add(
            "EXISTS (SELECT 1 FROM coding WHERE indicator=? AND coding.row=report.row)", asked.coded
        )
    if asked.assignee == "nobody":
        clause.add("assignee IS NULL")
    elif asked.assignee:
        clause.add("assignee=?", actor if asked.assignee == "me" else asked.assignee)


def queue_counts(index: ReportIndex, *, actor: str, now: datetime) -> QueueCounts:
    """Count the reports in each state; nothing is walked but the claims."""
    with index.lock:
        stored = dict(index.in_state())
        at = now.timestamp()
        ((run_out,),) = index.ask(
            "SELECT count(*) FROM report WHERE state='claimed' AND (lease IS NULL OR lease<=?)",
            (at,),
        )
        ((mine,),) = index.ask(
            f"SELECT count(*) FROM ({_MINE_ROWS})",  # noqa: S608 - ours
            (at, actor, actor),
        )
    by_state = {Workflow(state): number for state, number in stored.items()}
    by_state[Workflow.CLAIMED] = by_state.get(Workflow.CLAIMED, 0) - run_out
    by_state[Workflow.NEW] = by_state.get(Workflow.NEW, 0) + run_out
    waiting = by_state[Workflow.NEW] + by_state[Workflow.CLAIMED]
    return QueueCounts(by_state, waiting, mine, sum(by_state.values()))


def next_open(
    index: ReportIndex, *, after: str, actor: str, now: datetime, onwards: bool = False
) -> str | None:
    """Find the report to work on next: one given to this person, else the oldest free one.

    Args:
        index: Kept up.
        after: The report just worked on; never the answer.
        actor: Who asks.
        now: UTC, aware.
        onwards: Whether younger reports than that one come first, as for somebody who leaves it.
    """
    free = "open=1 AND (state='new' OR lease IS NULL OR lease<=? OR holder=?) AND report_id<>?"
    last = bytes.fromhex(after)
    values = (now.timestamp(), actor, last)
    edge = "(SELECT row FROM report WHERE report_id=?)"
    order, more = (f"row<{edge}, row", (last,)) if onwards else ("row", ())
    for given, whose in (("assignee=?", (actor,)), ("assignee IS NULL", ())):
        sql = f"SELECT report_id FROM report WHERE {given} AND {free} ORDER BY {order} LIMIT 1"  # noqa: S608 - ours
        if found := index.ask(sql, [*whose, *values, *more]):
            return str(found[0][0].hex())
    return None


def choices(index: ReportIndex) -> tuple[Sequence[str], Sequence[str]]:
    """Give the languages and area codes that reports of this desk have."""
    return index.languages(), index.areas()
