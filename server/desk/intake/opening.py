"""Opening what was pulled: the one place where sealed bytes become reports.

Theory of operation: blobs are opened in batches, each in one transaction with everything that
follows from it: the report row, its attachments and the chunks they need, the word to the sender,
the audit entries. A blob that fails in any way moves to quarantine with its bytes and the kind of
refusal and never stops the ones behind it. A blob of a chunk's size is first looked for among the
chunks that are expected; if it is neither expected nor a report, it waits for the report that
speaks of it, because the network may bring them in either order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from schemas.constants import CHUNK_CLASSES_BYTES
from schemas.domain.report import Report
from schemas.envelope.opening import OpenedEnvelope, Opener
from schemas.errors import ContractError
from schemas.wire.report import decode_report
from server.desk.db import start_writing
from server.desk.intake import filing
from server.desk.intake.canary_rows import CANARY_TEXT, open_fetched
from server.desk.intake.claims import claim
from server.desk.intake.faults import FaultPoint
from server.desk.intake.models import PulledBlobRow
from server.desk.intake.quarantine import UNREADABLE_KIND, put_aside
from server.desk.intake.stages import Move, Stage, after
from server.desk.keys.identities import live_identities
from server.desk.keys.keyring import Keyring
from server.desk.keys.profile import profile

BATCH_BLOBS: Final = 100
"""Blobs opened in one transaction: some hundredths of a second during which nobody else writes."""

REST_SECONDS: Final = 0.02
"""After a batch that another follows. Who waits to write asks the database again and again, at most
a tenth of a second apart; without a pause a backlog would take the turn before each of them."""

NOT_FOR_US: Final = "not-for-us"


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """One blob that waits, and its first bytes if it is of a chunk's size."""

    id: int
    blob: bytes
    chunk_tag: bytes | None

    def __repr__(self) -> str:
        """Hide the bytes."""
        return f"<Waiting {self.id}>"


@dataclass(slots=True)
class Opened:
    """What became of some blobs."""

    reports: int = 0
    quarantined: int = 0

    def add(self, other: "Opened") -> None:
        """Count another batch in."""
        self.reports += other.reports
        self.quarantined += other.quarantined


@dataclass(slots=True)
class _Sorted:
    """One batch, sorted by what each blob turned out to be."""

    reports: list[filing.Filed] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    unclaimed: list[int] = field(default_factory=list)


def open_waiting(session: Session, ring: Keyring, fault: FaultPoint) -> Opened:
    """Open every blob that waits.

    Args:
        session: A session; committed batch by batch.
        ring: An unlocked keyring.
        fault: Called after each batch.

    Returns:
        How many reports came out, and how many blobs were put aside.
    """
    total = Opened()
    opener = Opener(profile(session).desk_id, live_identities(session, ring))
    _open_canaries(session, opener)
    pause = Event()
    while True:
        start_writing(session)
        waiting = _waiting(session)
        if not waiting:
            session.commit()
            return total
        done = _open_batch(session, ring, opener, waiting)
        fault("opening")
        session.commit()
        fault("opened")
        total.add(done)
        if len(waiting) == BATCH_BLOBS:
            pause.wait(REST_SECONDS)


def _open_canaries(session: Session, opener: Opener) -> None:
    start_writing(session)
    open_fetched(session, lambda blob: _is_canary(opener, blob))
    session.commit()


def _is_canary(opener: Opener, blob: bytes) -> bool:
    try:
        return open_one(opener, blob)[1].text == CANARY_TEXT
    except ContractError:
        return False


def _waiting(session: Session) -> list[Waiting]:
    wanted = (
        select(PulledBlobRow.id, PulledBlobRow.blob, PulledBlobRow.chunk_tag)
        .where(PulledBlobRow.stage == Stage.SEALED.value)
        .order_by(PulledBlobRow.id)
        .limit(BATCH_BLOBS)
    )
    return [Waiting(one, blob or b"", tag) for one, blob, tag in session.execute(wanted)]


def _open_batch(
    session: Session, ring: Keyring, opener: Opener, waiting: Sequence[Waiting]
) -> Opened:
    tagged = {row.id: row.chunk_tag for row in waiting if row.chunk_tag is not None}
    claimed = claim(session, tagged, Stage.SEALED)
    found = _sort(opener, [row for row in waiting if row.id not in claimed.all_ids])
    _move(session, [one.blob_id for one in found.reports], Move.OPEN)
    _move(session, found.unclaimed, Move.KEEP)
    filing.file_reports(session, ring, found.reports)
    refused = [*found.refused, *claimed.refused]
    return Opened(len(found.reports), put_aside(session, refused))


def _sort(opener: Opener, waiting: Sequence[Waiting]) -> _Sorted:
    found = _Sorted()
    for row in waiting:
        try:
            opened, report = open_one(opener, row.blob)
        except ContractError as error:
            if error.slug == NOT_FOR_US and len(row.blob) in CHUNK_CLASSES_BYTES:
                found.unclaimed.append(row.id)
            else:
                found.refused.append((row.id, Stage.SEALED.value, error.slug))
        except Exception:  # noqa: BLE001 - one poisoned blob must not stop every report behind it
            found.refused.append((row.id, Stage.SEALED.value, UNREADABLE_KIND))
        else:
            found.reports.append(filing.Filed(row.id, opened, report))
    return found


def open_one(opener: Opener, blob: bytes) -> tuple[OpenedEnvelope, Report]:
    """Open and parse one blob.

    Raises:
        ContractError: With the kind of envelope.md, or `bad-report`.
    """
    opened = opener.open(blob)
    return opened, decode_report(opened.plain_json)


def _move(session: Session, blob_ids: Sequence[int], move: Move) -> None:
    if blob_ids:
        stage = after(Stage.SEALED.value, move)
        session.execute(
            update(PulledBlobRow).where(PulledBlobRow.id.in_(blob_ids)).values(stage=stage.value)
        )
