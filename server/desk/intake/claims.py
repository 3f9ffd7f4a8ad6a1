"""Matching chunks with the attachments that need them, whichever came first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.desk.intake.models import ExpectedChunkRow, PulledBlobRow
from server.desk.intake.quarantine import AGAIN_KIND
from server.desk.intake.stages import Move, Stage, after

IN_A_QUERY = 500
"""Tags looked up at a time."""


@dataclass(slots=True)
class Claimed:
    """Which blobs were expected; a second blob for a chunk that is here is refused."""

    taken: set[int] = field(default_factory=set)
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def all_ids(self) -> set[int]:
        """Give the rows that need no opening."""
        return self.taken | {blob_id for blob_id, _, _ in self.refused}


def claim(session: Session, tagged: Mapping[int, bytes], stage: Stage) -> Claimed:
    """Give blobs to the attachments that expect them.

    Args:
        session: A writing session; the caller commits.
        tagged: Row number of a blob to its first 16 bytes.
        stage: Where these blobs stand now.

    Returns:
        Which were expected.
    """
    found = Claimed()
    held = _expected(session, set(tagged.values()))
    for blob_id, tag in tagged.items():
        if tag not in held:
            continue
        if held[tag] is not None:
            found.refused.append((blob_id, stage.value, AGAIN_KIND))
            continue
        held[tag] = blob_id
        _give(session, blob_id, tag)
        found.taken.add(blob_id)
    if found.taken:
        session.execute(
            update(PulledBlobRow)
            .where(PulledBlobRow.id.in_(found.taken))
            .values(stage=after(stage.value, Move.CLAIM).value)
        )
    return found


def _expected(session: Session, tags: Collection[bytes]) -> dict[bytes, int | None]:
    """Find which tags are expected, and the blob each has already."""
    found: dict[bytes, int | None] = {}
    ordered = list(tags)
    for start in range(0, len(ordered), IN_A_QUERY):
        wanted = select(ExpectedChunkRow.chunk_tag, ExpectedChunkRow.blob_id).where(
            ExpectedChunkRow.chunk_tag.in_(ordered[start : start + IN_A_QUERY])
        )
        for tag, blob_id in session.execute(wanted):
            found[tag] = found.get(tag) or blob_id
    return found


def _give(session: Session, blob_id: int, tag: bytes) -> None:
    session.execute(
        update(ExpectedChunkRow).where(ExpectedChunkRow.chunk_tag == tag).values(blob_id=blob_id)
    )


def claim_waiting(session: Session, tags: Collection[bytes]) -> None:
    """Give the chunks that came before their report to the attachments just made.

    Args:
        session: A writing session; the caller commits.
        tags: Of the chunks that are expected from now on.
    """
    ordered = list(tags)
    for start in range(0, len(ordered), IN_A_QUERY):
        part = ordered[start : start + IN_A_QUERY]
        wanted = select(PulledBlobRow.id, PulledBlobRow.chunk_tag).where(
            PulledBlobRow.stage == Stage.UNCLAIMED.value, PulledBlobRow.chunk_tag.in_(part)
        )
        tagged = {row.id: row.chunk_tag for row in session.execute(wanted)}
        claim(session, {one: tag for one, tag in tagged.items() if tag}, Stage.UNCLAIMED)
