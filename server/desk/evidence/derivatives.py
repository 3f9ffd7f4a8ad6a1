"""What is made from originals: working copies, redacted pictures, redacted words.

Theory of operation: a derivative is a new thing with an id, a maker, a time and a reason of its
own, and names the SHA-256 of what it was made from. The original is not touched. A derivative is
never changed either; whoever finds a face uncovered makes another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.context import desk_config, now
from server.desk.db import start_writing
from server.desk.evidence import columns
from server.desk.evidence.errors import NoSuchDerivativeError
from server.desk.evidence.models import DerivativeRow
from server.desk.keys.keyring import Keyring
from server.desk.keys.sealed_files import read_sealed, write_sealed

ID_BYTES: Final = 16
MADE: Final = "derivative.make"
READ: Final = "derivative.read"
MOST_REASON_CHARACTERS: Final = 500


class Kind(StrEnum):
    """What was made."""

    COPY = "copy"
    PICTURE = "picture"
    TEXT = "text"


@dataclass(frozen=True, slots=True, repr=False)
class Making:
    """What somebody makes.

    Attributes:
        original: SHA-256 of what it is made from, 64 hex digits.
        content: The bytes of a picture, or a text in UTF-8.
        reason: Why; empty for a working copy.
        covered: Areas of a picture, or spans of a text, as lines.
    """

    report_id: str
    attachment_id: str | None
    kind: Kind
    original: str
    content: bytes
    reason: str = ""
    covered: Sequence[str] = ()

    def __repr__(self) -> str:
        """Hide the content."""
        return f"<Making {self.kind.value}>"


@dataclass(frozen=True, slots=True, repr=False)
class Derivative:
    """Something that was made.

    Attributes:
        original: SHA-256 of what it was made from.
        sha256: Of its own bytes.
        text: The words of a redacted text; empty for a picture.
    """

    id: str
    report_id: str
    attachment_id: str | None
    kind: Kind
    made_by: str
    made_at: datetime
    original: str
    sha256: str
    size_bytes: int
    reason: str
    covered: tuple[str, ...]
    text: str

    def __repr__(self) -> str:
        """Hide what was made."""
        return f"<Derivative {self.kind.value}>"


def make(session: Session, ring: Keyring, actor: str, making: Making) -> str:
    """Keep something that was made.

    Args:
        session: Any session; it is committed.
        ring: An unlocked keyring.
        actor: Who made it.
        making: What.

    Returns:
        Its id.
    """
    derivative_id = random_bytes(ID_BYTES).hex()
    facts = {
        "original": making.original,
        "sha256": primitives.sha256(making.content).hex(),
        "size_bytes": len(making.content),
        "reason": making.reason,
        "covered": list(making.covered),
        "text": making.content.decode() if making.kind is Kind.TEXT else "",
    }
    if making.kind is not Kind.TEXT:
        write_sealed(ring, desk_config().evidence_path, derivative_id, [making.content])
    start_writing(session)
    session.add(
        DerivativeRow(
            id=derivative_id,
            report_id=making.report_id,
            attachment_id=making.attachment_id,
            kind=making.kind.value,
            made_by=actor,
            made_at=now(),
            sealed_facts=columns.FACTS.seal_json(ring, derivative_id, facts),
        )
    )
    append(session, actor, MADE, making.report_id, _detail(making, derivative_id))
    session.commit()
    return derivative_id


def _detail(making: Making, derivative_id: str) -> dict[str, str | int]:
    detail: dict[str, str | int] = {"derivative": derivative_id, "kind": making.kind.value}
    return detail if making.attachment_id is None else detail | {"attachment": making.attachment_id}


def derivatives_of(
    session: Session, ring: Keyring, report_id: str, attachment_id: str | None = None
) -> list[Derivative]:
    """List what was made from a report's words and files, or from one file, oldest first."""
    wanted = select(DerivativeRow).where(DerivativeRow.report_id == report_id)
    if attachment_id is not None:
        wanted = wanted.where(DerivativeRow.attachment_id == attachment_id)
    rows = session.execute(wanted.order_by(DerivativeRow.made_at, DerivativeRow.id)).scalars()
    return [_derivative(ring, row) for row in rows]


def derivative_of_id(session: Session, ring: Keyring, derivative_id: str) -> Derivative:
    """Give one of them.

    Raises:
        NoSuchDerivativeError: There is none.
    """
    row = session.get(DerivativeRow, derivative_id)
    if row is None:
        raise NoSuchDerivativeError
    return _derivative(ring, row)


def content_of(ring: Keyring, derivative: Derivative) -> bytes:
    """Read the bytes of a derivative."""
    if derivative.kind is Kind.TEXT:
        return derivative.text.encode()
    return b"".join(read_sealed(ring, desk_config().evidence_path, derivative.id))


def note_reading(session: Session, actor: str, derivative: Derivative) -> None:
    """Write down that somebody was given a derivative; the caller commits."""
    detail: dict[str, str | int] = {"derivative": derivative.id}
    if derivative.attachment_id is not None:
        detail["attachment"] = derivative.attachment_id
    append(session, actor, READ, derivative.report_id, detail)


def _derivative(ring: Keyring, row: DerivativeRow) -> Derivative:
    facts = columns.FACTS.open_json(ring, row.id, row.sealed_facts)
    if not isinstance(facts, dict):
        raise TypeError("facts of a derivative are an object")
    return Derivative(
        id=row.id,
        report_id=row.report_id,
        attachment_id=row.attachment_id,
        kind=Kind(row.kind),
        made_by=row.made_by,
        made_at=row.made_at,
        original=str(facts["original"]),
        sha256=str(facts["sha256"]),
        size_bytes=int(facts["size_bytes"]),
        reason=str(facts["reason"]),
        covered=tuple(str(line) for line in facts["covered"]),
        text=str(facts["text"]),
    )
