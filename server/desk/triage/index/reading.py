"""Keeping the index up with the database: new reports by row number, judgements by their time.

Theory of operation: a report never changes, so each is read once. What people made of reports
changes; every act writes the time into its triage row, and each look reads again what was changed
since shortly before the last look, which is little. New reports are many after a start and after a
long silence; where a thread of its own reads them (`attending`), a page takes in only a few and
says how many are missing, so that no page waits for a backlog. Without that thread, in commands
and tests, whoever asks reads everything.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk.areas.layer import Layer
from server.desk.context import now
from server.desk.intake.deleting import newest_deletion
from server.desk.intake.models import ReportRow
from server.desk.intake.store import IN_A_QUERY, ToldReport, newest_row, reports_told_after
from server.desk.keys.keyring import Keyring
from server.desk.keys.reading import by_the_desk
from server.desk.triage.index.folding import ID_DIGITS, words_of
from server.desk.triage.index.memory import Entry, Judged, ReportIndex, Told
from server.desk.triage.models import TriageRow
from server.desk.triage.store import codings_named, view_of
from server.desk.triage.views import CodingView
from server.desk.triage.whereabouts import area_of, coordinates, layer_of_desk

INDEX_KEY: Final = "tocsin.index"
READ_AT_ONCE: Final = 100
"""Reports a page takes in where a thread reads: some 30 ms on two cores."""
OVERLAP: Final = timedelta(seconds=30)
"""Judgements are read again so far back: longer than any transaction that writes one is open."""
AUTHOR_BYTES: Final = 7
"""Of an install's key, as a number that SQLite holds: two installs in 2^56 fall together."""


class Reading:
    """One desk's index, and who keeps it up."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.index = ReportIndex()
        self.attended = False
        self._deletion: int | None = None
        self._turn = Lock()

    def keep_up(self, session: Session, ring: Keyring, *, most: int | None = None) -> None:
        """Read what is new.

        Args:
            session: Any session.
            ring: An unlocked keyring; a locked one empties the index.
            most: Reports to take in at most; None for all.

        Raises:
            DeskLockedError: The desk is locked.
        """
        if ring.locked:
            self.index.forget()
        ring.storage_key()
        self._drop_what_was_deleted(session)
        with by_the_desk():
            self._read_reports(session, ring, most)
            self._read_judgements(session, ring)

    def _drop_what_was_deleted(self, session: Session) -> None:
        """Begin anew after a deletion: words of a report cannot be taken out one by one."""
        newest = newest_deletion(session)
        if self._deletion is not None and newest != self._deletion:
            with self._turn:
                self.index.forget()
        self._deletion = newest

    def missing(self, session: Session) -> int:
        """Tell how many reports are not in the index yet."""
        return max(0, newest_row(session) - self.index.last_row)

    def _read_reports(self, session: Session, ring: Keyring, most: int | None) -> None:
        # Whoever finds another at it leaves it to them: what is new is read once, in order.
        if not self._turn.acquire(blocking=most is None):
            return
        try:
            left = most
            while left is None or left > 0:
                limit = READ_AT_ONCE if left is None else min(left, READ_AT_ONCE)
                if not self._read_some(session, ring, limit):
                    return
                left = None if left is None else left - limit
        finally:
            self._turn.release()

    def _read_some(self, session: Session, ring: Keyring, limit: int) -> bool:
        told = reports_told_after(session, ring, row_id=self.index.last_row, limit=limit)
        if not told:
            return False
        if self.index.judged_until is None:
            self.index.judged_until = now().timestamp()
        ids = [one.report_id for one in told]
        coded = codings_named(session, ring, ids)
        judged = judgements(session, ring, ids, coded)
        layer = layer_of_desk()
        self.index.add(
            [
                entry(one, layer, judged.get(one.report_id), coded.get(one.report_id, ()))
                for one in told
            ]
        )
        return True

    def _read_judgements(self, session: Session, ring: Keyring) -> None:
        until = self.index.judged_until
        if until is None:
            return
        at = now().timestamp()
        since = datetime.fromtimestamp(min(until, at), UTC) - OVERLAP
        wanted = (
            select(TriageRow, ReportRow.id)
            .join(ReportRow, ReportRow.report_id == TriageRow.report_id)
            .where(TriageRow.changed_at >= since)
        )
        rows = session.execute(wanted).all()
        coded = codings_named(session, ring, [row.report_id for row, _ in rows])
        for row, number in rows:
            codings = coded.get(row.report_id, [])
            self.index.judge(number, judged_of(ring, row, codings), indicators_of(codings))
        self.index.judged_until = at


def judgements(
    session: Session,
    ring: Keyring,
    report_ids: Sequence[str],
    coded: Mapping[str, Sequence[CodingView]],
) -> dict[str, Judged]:
    """Read what people made of some reports; untouched ones are left out."""
    found: dict[str, Judged] = {}
    for start in range(0, len(report_ids), IN_A_QUERY):
        part = report_ids[start : start + IN_A_QUERY]
        rows = session.execute(select(TriageRow).where(TriageRow.report_id.in_(part))).scalars()
        found |= {row.report_id: judged_of(ring, row, coded.get(row.report_id, ())) for row in rows}
    return found


def entry(
    told: ToldReport,
    layer: Layer,
    judged: Judged | None,
    codings: Sequence[CodingView],
) -> Entry:
    """Make what the index keeps of one report."""
    report = told.report
    latitude, longitude = coordinates(report.place)
    area = area_of(report.place, layer)
    return Entry(
        told=Told(
            row=told.row_id,
            report_id=bytes.fromhex(told.report_id),
            category=report.category.value,
            lang=report.lang,
            area=area.code if area else "",
            country=area.country if area else "",
            latitude=latitude,
            longitude=longitude,
            observed=report.observed.at.timestamp(),
            received=told.received_at.timestamp(),
            author=int.from_bytes(told.author[:AUTHOR_BYTES], "big") if told.author else None,
            about=bytes.fromhex(report.about) if report.about else None,
            files=len(report.attachments),
        ),
        judged=judged or Judged(),
        words=_words(told),
        indicators=indicators_of(codings),
    )


def _words(told: ToldReport) -> str:
    """Gather what a report is found by: its text, its place, its files' names, its id."""
    report = told.report
    texts = [report.text, *(manifest.name for manifest in report.attachments)]
    if report.place and report.place.text:
        texts.append(report.place.text)
    words = [word for text in texts for word in words_of(text)]
    return " ".join([*words, told.report_id[:ID_DIGITS]])


def judged_of(ring: Keyring, row: TriageRow, codings: Sequence[CodingView]) -> Judged:
    """Make what the index keeps of people's judgement."""
    view = view_of(ring, row)
    lease = view.standing.lease_until
    return Judged(
        state=row.state,
        holder=row.holder,
        lease=lease.timestamp() if lease else None,
        verification=row.verification,
        reliability=view.grade.reliability.value,
        credibility=view.grade.credibility.value,
        assignee=row.assignee,
        codings=len(codings),
    )


def indicators_of(codings: Sequence[CodingView]) -> tuple[str, ...]:
    """Name the indicators that some codings point to, each once."""
    return tuple(sorted({coding.indicator_id for coding in codings}))


def reading_of_desk() -> Reading:
    """Give the reading of the running desk."""
    found = current_app.extensions.setdefault(INDEX_KEY, Reading())
    if not isinstance(found, Reading):
        raise TypeError("the app was not made by create_desk_app")
    return found


def report_index(session: Session, ring: Keyring) -> ReportIndex:
    """Give the index of the running desk, kept up.

    Args:
        session: Any session that has nothing uncommitted: what is rolled back later must not be
            seen here.
        ring: An unlocked keyring.

    Raises:
        DeskLockedError: The desk is locked.
    """
    reading = reading_of_desk()
    reading.keep_up(session, ring, most=READ_AT_ONCE if reading.attended else None)
    return reading.index
