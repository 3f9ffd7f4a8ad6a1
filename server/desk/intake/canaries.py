"""Canary reports: sealed by the desk, handed to each relay as a phone would, and waited for.

Theory of operation: a canary is an ordinary sealed report with nothing in it. It is written down by
the hash of its blob before it is handed over, so what comes back with a pull is known before it is
opened, also while the desk is locked: it becomes no blob of the intake, no report and no count.
Once the desk is unlocked it is opened like any other, which shows that the keys work too; then its
bytes are dropped. Rows outlive every relay's memory, so that a late copy is still known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from schemas.domain.ids import RelayKey
from schemas.domain.report import Observed, Report
from schemas.domain.vocabulary import Category, Source, TimePrecision
from schemas.envelope.keys import week_of
from schemas.envelope.sealing import SealedEnvelope, seal
from schemas.envelope.signing import unpack_directory
from schemas.wire.directory import decode_directory
from schemas.wire.report import encode_report
from server.desk.context import desk_config, now
from server.desk.db import start_writing
from server.desk.intake.canary_handing import Way, hand_over
from server.desk.intake.canary_rows import CANARY_TEXT
from server.desk.intake.canary_schedule import (
    NONE_SENT,
    Canary,
    CanaryState,
    Verdict,
    arrives_within,
    is_due,
    judge,
)
from server.desk.intake.canary_watch import watching_since
from server.desk.intake.errors import RelayUnreachableError
from server.desk.intake.models import CanaryRow
from server.desk.intake.relay_link import RelayLink
from server.desk.keys.channels import channels
from server.desk.keys.directories import newest
from server.desk.keys.relays import relays

KEPT_FOR: Final = timedelta(days=400)
"""Longer than any relay keeps a blob: one that comes back later would be taken for a report."""


@dataclass(frozen=True, slots=True)
class Path:
    """One way that phones use: a relay's own line, or one of its channels."""

    relay_id: int
    relay_name: str
    channel_id: int | None
    label: str
    way: Way


@dataclass(frozen=True, slots=True)
class PathHealth:
    """How one way stands."""

    relay_id: int
    relay_name: str
    label: str
    verdict: Verdict


def paths(session: Session) -> list[Path]:
    """List every way that phones are told of."""
    found = []
    for row in relays(session):
        key = RelayKey(row.relay_key)
        if row.in_directory:
            found.append(Path(row.id, row.name, None, "", Way(row.url, key)))
        found += [
            Path(row.id, row.name, one.id, one.label, Way(one.url, key))
            for one in channels(session, row.id)
        ]
    return found


def send_canaries(session: Session, link: RelayLink) -> int:
    """Make what is due, and hand over what waits.

    Args:
        session: A session; committed before and after each hand-over.
        link: The way to relays.

    Returns:
        How many were handed over.
    """
    since = watching_since(session)
    if since is None:
        return 0
    handed = 0
    for path in paths(session):
        last = _newest(session, path)
        if is_due(None if last is None else last.made_at, since, now()):
            last = _make(session, path)
        if last is not None and last.handed_at is None and last.blob is not None:
            handed += _hand(session, link, path, last.id, last.blob)
    return handed


def _make(session: Session, path: Path) -> CanaryRow | None:
    sealed = _sealed(session)
    if sealed is None:
        return None
    start_writing(session)
    _forget_old(session)
    row = CanaryRow(
        relay_id=path.relay_id,
        channel_id=path.channel_id,
        envelope_id=sealed.id,
        blob=sealed.blob,
        made_at=now(),
        problem="",
        faulty=False,
    )
    session.add(row)
    session.commit()
    return row


def _sealed(session: Session) -> SealedEnvelope | None:
    """Seal a canary to this week's key; None while the desk has no directory."""
    row = newest(session)
    if row is None:
        return None
    directory = decode_directory(unpack_directory(row.signed)[1])
    at = now()
    report = Report(
        category=Category.OTHER,
        text=CANARY_TEXT,
        lang="en",
        source=Source.SAW,
        written_at=at,
        observed=Observed(at, TimePrecision.HOUR),
    )
    recipient = directory.recipient_for(week_of(at))
    return seal(encode_report(report), recipient=recipient, desk_id=directory.desk_id)


def _hand(session: Session, link: RelayLink, path: Path, row_id: int, blob: bytes) -> bool:
    # Nothing may be open while the network is waited for: SQLite would keep others out.
    session.commit()
    problem = ""
    try:
        hand_over(link, path.way, blob, now())
    except RelayUnreachableError as error:
        problem = error.slug
    start_writing(session)
    row = session.get_one(CanaryRow, row_id)
    row.problem = problem
    row.handed_at = None if problem else now()
    session.commit()
    return not problem


def canary_health(session: Session) -> list[PathHealth]:
    """Judge every way; empty while the watch is off."""
    since = watching_since(session)
    if since is None:
        return []
    within = arrives_within(desk_config().pull_seconds)
    return [_health(session, path, since, within) for path in paths(session)]


def alarms(session: Session) -> list[PathHealth]:
    """List the ways by which a canary did not come back, for who looks at a desk that runs.

    That none was sent says that the desk did not run: `desk canary` tells it, a page cannot.
    """
    return [
        one
        for one in canary_health(session)
        if one.verdict.state is CanaryState.ALARM and one.verdict.problem != NONE_SENT
    ]


def _health(session: Session, path: Path, since: datetime, within: timedelta) -> PathHealth:
    back = _one(session, _of(path).where(CanaryRow.fetched_at.is_not(None)))
    missing = _of(path).where(CanaryRow.fetched_at.is_(None), CanaryRow.made_at >= since)
    if back is not None:
        missing = missing.where(CanaryRow.made_at > back.made_at)
    missed = session.execute(missing.order_by(CanaryRow.made_at).limit(1)).scalar_one_or_none()
    verdict = judge(
        _plain(back),
        _plain(missed),
        _plain(_newest(session, path)),
        watching_since=since,
        at=now(),
        within=within,
    )
    return PathHealth(path.relay_id, path.relay_name, path.label, verdict)


def _of(path: Path) -> Select[CanaryRow]:
    same_channel = (
        CanaryRow.channel_id.is_(None)
        if path.channel_id is None
        else CanaryRow.channel_id == path.channel_id
    )
    return select(CanaryRow).where(CanaryRow.relay_id == path.relay_id, same_channel)


def _newest(session: Session, path: Path) -> CanaryRow | None:
    return _one(session, _of(path))


def _one(session: Session, wanted: Select[CanaryRow]) -> CanaryRow | None:
    newest_first = wanted.order_by(CanaryRow.made_at.desc()).limit(1)
    return session.execute(newest_first).scalar_one_or_none()


def _plain(row: CanaryRow | None) -> Canary | None:
    if row is None:
        return None
    return Canary(row.made_at, row.handed_at, row.fetched_at, row.faulty, row.problem)


def _forget_old(session: Session) -> None:
    session.execute(delete(CanaryRow).where(CanaryRow.made_at < now() - KEPT_FOR))
