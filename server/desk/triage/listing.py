"""The queue: which reports a person sees, in which order, and how many wait elsewhere.

Theory of operation: state, category and age are in clear and are filtered by the database;
language and area are sealed and are filtered in memory. Only the reports of the page shown are
opened. A claim that has run out is listed as new, by the same rule as everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from schemas.domain.vocabulary import Category, Workflow
from server.desk.intake.models import ReportRow
from server.desk.triage.models import TriageRow
from server.desk.triage.whereabouts import Whereabouts

PAGE_REPORTS: Final = 25
"""A page that fits two screens; the keyboard turns it."""
OPEN: Final = "open"
MINE: Final = "mine"
ALL: Final = "all"
AGES_DAYS: Final = (1, 7, 30, 365)


class Order(StrEnum):
    """How the queue is sorted."""

    OLDEST = "oldest"
    NEWEST = "newest"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a person asked to see; empty means any.

    Attributes:
        state: A workflow state, or `open` (new and claimed), `mine`, `all`.
        area: Area code, or `none` for reports without one.
        days: Received within so many days; 0 for any.
        page: From 1.
    """

    state: str = OPEN
    category: str = ""
    lang: str = ""
    area: str = ""
    days: int = 0
    order: Order = Order.OLDEST
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "QueueFilter":
        """Read what an address asks for; what is not understood asks for nothing."""
        state, category = query.get("state", OPEN), query.get("category", "")
        order, days, page = query.get("order", ""), query.get("days", ""), query.get("page", "")
        return cls(
            state=state if state in {OPEN, MINE, ALL, *Workflow} else OPEN,
            category=category if category in set(Category) else "",
            lang=query.get("lang", ""),
            area=query.get("area", ""),
            days=int(days) if days in {str(age) for age in AGES_DAYS} else 0,
            order=Order(order) if order in set(Order) else Order.OLDEST,
            page=max(1, int(page)) if page.isdecimal() and page.isascii() else 1,
        )


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
    """One page of the queue: ids in order."""

    report_ids: tuple[str, ...]
    total: int
    pages: int


def queue_page(
    session: Session,
    asked: QueueFilter,
    known: Mapping[str, Whereabouts],
    *,
    actor: str,
    now: datetime,
) -> QueuePage:
    """List one page of the queue.

    Args:
        session: Any session.
        asked: What the person asked to see.
        known: Whereabouts of all reports.
        actor: Who asks.
        now: UTC, aware.
    """
    rows = session.execute(_wanted(asked, actor, now)).scalars()
    fitting = [report_id for report_id in rows if _fits(known.get(report_id), asked)]
    pages = max(1, -(-len(fitting) // PAGE_REPORTS))
    start = (min(asked.page, pages) - 1) * PAGE_REPORTS
    return QueuePage(tuple(fitting[start : start + PAGE_REPORTS]), len(fitting), pages)


def _wanted(asked: QueueFilter, actor: str, now: datetime) -> Select[str]:
    wanted = select(ReportRow.report_id).outerjoin(
        TriageRow, TriageRow.report_id == ReportRow.report_id
    )
    wanted = wanted.where(_state_is(asked.state, actor, now))
    if asked.category:
        wanted = wanted.where(ReportRow.category == asked.category)
    if asked.days:
        wanted = wanted.where(ReportRow.received_at >= now - timedelta(days=asked.days))
    order = {
        Order.OLDEST: (ReportRow.id,),
        Order.NEWEST: (ReportRow.id.desc(),),
        Order.EVENT: (ReportRow.observed_at.desc(), ReportRow.id.desc()),
    }[asked.order]
    return wanted.order_by(*order)


def _effective(now: datetime) -> ColumnElement[str]:
    """Give the state as it stands now: untouched and run-out claims are new."""
    run_out = and_(
        TriageRow.state == Workflow.CLAIMED.value,
        or_(TriageRow.lease_until.is_(None), TriageRow.lease_until <= now),
    )
    is_new = or_(TriageRow.state.is_(None), run_out)
    return case((is_new, literal(Workflow.NEW.value)), else_=TriageRow.state)


def _state_is(state: str, actor: str, now: datetime) -> ColumnElement[bool]:
    effective = _effective(now)
    if state == ALL:
        return literal(1) == 1
    if state == OPEN:
        return effective.in_([Workflow.NEW.value, Workflow.CLAIMED.value])
    if state == MINE:
        return and_(effective == Workflow.CLAIMED.value, TriageRow.holder == actor)
    return effective == state


def _fits(found: Whereabouts | None, asked: QueueFilter) -> bool:
    if found is None:
        return not (asked.lang or asked.area)
    wanted_area = "" if asked.area == "none" else asked.area
    return (not asked.lang or found.lang == asked.lang) and (
        not asked.area or found.area == wanted_area
    )


def queue_counts(session: Session, *, actor: str, now: datetime) -> QueueCounts:
    """Count the reports in each state."""
    effective = _effective(now)
    rows = session.execute(
        select(effective, func.count())
        .select_from(ReportRow)
        .outerjoin(TriageRow, TriageRow.report_id == ReportRow.report_id)
        .group_by(effective)
    )
    by_state = {Workflow(state): count for state, count in rows}
    mine = session.execute(
        select(func.count()).select_from(TriageRow).where(_state_is(MINE, actor, now))
    ).scalar_one()
    waiting = by_state.get(Workflow.NEW, 0) + by_state.get(Workflow.CLAIMED, 0)
    return QueueCounts(by_state, waiting, mine, sum(by_state.values()))


def next_open(session: Session, *, after: str, actor: str, now: datetime) -> str | None:
    """Find the oldest report that waits and that nobody else holds.

    Args:
        session: Any session.
        after: The report just worked on; never the answer.
        actor: Who asks.
        now: UTC, aware.
    """
    effective = _effective(now)
    free = or_(effective == Workflow.NEW.value, _state_is(MINE, actor, now))
    return session.execute(
        select(ReportRow.report_id)
        .outerjoin(TriageRow, TriageRow.report_id == ReportRow.report_id)
        .where(free, ReportRow.report_id != after)
        .order_by(ReportRow.id)
        .limit(1)
    ).scalar_one_or_none()


def choices(known: Mapping[str, Whereabouts]) -> tuple[Sequence[str], Sequence[str]]:
    """Give the languages and area codes that reports of this desk have."""
    return (
        sorted({found.lang for found in known.values()}),
        sorted({found.area for found in known.values() if found.area}),
    )
