"""Recovery of the storage key by m of n sheets of paper.

Theory of operation: a random secret wraps the storage key in a slot of its own, as a password
does, and is cut into sheets; the desk keeps the slot and never the secret. Each sheet is shown
once, to be printed or copied by hand; until then its words lie sealed under the storage key itself,
so that whoever could read them has what they open. A set counts only when enough of its sheets
were typed back and really opened the slot; then, and not before, the set it replaces ends, so that
a desk is never between two sets with none. Restoring unlocks the desk and makes a link for a new
lead; the set stays, and the page says that its sheets have been out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.constants import KEY_BYTES
from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from server.desk.accounts.links import Purpose, make_link
from server.desk.accounts.roles import Role
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.keys import credentials, sheets
from server.desk.keys.errors import KeysError
from server.desk.keys.keyring import Keyring
from server.desk.keys.models import RecoverySetRow, RecoverySheetRow
from server.desk.keys.recovery_states import SetMove, SetState, after, rehearsal_overdue
from server.desk.keys.sealed_columns import SealedColumn
from server.desk.keys.sheets import Fault, Sheet, SheetError
from server.plumbing import passwords

WORDS: Final = SealedColumn("recovery_sheet", "sealed_words")
SUBJECT: Final = "recovery"


class SheetGoneError(KeysError):
    """The sheet was shown before, or there is none of this number."""


@dataclass(frozen=True, slots=True)
class SheetStatus:
    """One sheet: its number, whether it was shown, when it was last typed back."""

    number: int
    shown_at: datetime | None
    proven_at: datetime | None


@dataclass(frozen=True, slots=True)
class SetStatus:
    """One set that has not ended.

    Attributes:
        id: Its number, printed on each sheet.
        rehearsed_at: None until it is in force.
        restored_at: When its sheets last opened the desk, if ever.
        overdue: Whether it should have been rehearsed again.
    """

    id: int
    state: SetState
    needed: int
    made_at: datetime
    rehearsed_at: datetime | None
    restored_at: datetime | None
    overdue: bool
    sheets: tuple[SheetStatus, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ShownSheet:
    """A sheet as it is printed once."""

    set_id: int
    number: int
    count: int
    needed: int
    words: tuple[str, ...]

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<ShownSheet {self.number}>"


def make_set(session: Session, ring: Keyring, *, needed: int, count: int, actor: str) -> int:
    """Make a set of sheets; it opens nothing for sure until it is rehearsed.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        needed: How many sheets shall open the desk: 2 to `count`.
        count: How many sheets there are: 2 to 16.
        actor: Who makes it.

    Returns:
        The set's number.

    Raises:
        ValueError: The numbers are out of their range.
        DeskLockedError: The desk is locked.
    """
    secret = sheets.new_secret()
    words = sheets.cut(secret, needed, count)
    for row in _standing(session, SetState.MADE):
        _end(session, row)
    made = RecoverySetRow(
        mark=sheets.read_sheet(words[0]).mark,
        needed=needed,
        state=SetState.MADE.value,
        made_at=now(),
    )
    session.add(made)
    session.flush()
    salt = random_bytes(passwords.SALT_BYTES)
    key = _wrapping_key(secret, salt)
    credentials.write_derived_slot(session, _slot(made.id), salt, key, ring.storage_key())
    for number, line in enumerate(words, start=1):
        sealed = WORDS.seal_text(ring, f"{made.id}/{number}", line)
        session.add(RecoverySheetRow(set_id=made.id, number=number, sealed_words=sealed))
    append(session, actor, "recovery.make", SUBJECT, {"set": made.id, "of": count, "m": needed})
    session.flush()
    return made.id


def show_sheet(session: Session, ring: Keyring, set_id: int, number: int, actor: str) -> ShownSheet:
    """Give the words of a sheet, for the one time.

    Args:
        session: A writing session; the caller commits before the words are shown.
        ring: An unlocked keyring.
        set_id: The set.
        number: The sheet, from 1.
        actor: Who looks.

    Raises:
        SheetGoneError: It was shown before, or there is none.
        DeskLockedError: The desk is locked.
    """
    made = session.get(RecoverySetRow, set_id)
    row = session.get(RecoverySheetRow, (set_id, number))
    if made is None or row is None or row.sealed_words is None:
        raise SheetGoneError("this sheet was shown before: make a new set if it is lost")
    words = WORDS.open_text(ring, f"{set_id}/{number}", row.sealed_words)
    row.sealed_words, row.shown_at = None, now()
    append(session, actor, "recovery.show", SUBJECT, {"set": set_id, "sheet": number})
    count = len(_sheet_rows(session, set_id))
    return ShownSheet(set_id, number, count, made.needed, tuple(words.split()))


def rehearse(session: Session, typed: Sequence[str], actor: str) -> int:
    """Take sheets that were typed back; a set that was only made is in force from then on.

    Args:
        session: A writing session; the caller commits.
        typed: One sheet each, untrusted.
        actor: Who rehearses.

    Returns:
        The set's number.

    Raises:
        SheetError: Something typed is wrong; nothing was changed.
    """
    row, read, _key = _open(session, typed)
    for old in _standing(session, SetState.IN_FORCE):
        if old.id != row.id:
            _end(session, old)
    row.state = after(row.state, SetMove.REHEARSE).value
    row.rehearsed_at = now()
    for sheet in read:
        session.get_one(RecoverySheetRow, (row.id, sheet.number)).proven_at = now()
    append(session, actor, "recovery.rehearse", SUBJECT, {"set": row.id, "sheets": len(read)})
    session.flush()
    return row.id


def restore(session: Session, ring: Keyring, typed: Sequence[str], actor: str) -> str:
    """Open the desk with sheets, and let a new lead in.

    Args:
        session: A writing session; the caller commits.
        ring: Unlocked by this.
        typed: One sheet each, untrusted.
        actor: Who restores, for the audit log.

    Returns:
        The token of a one-time link for a lead who administers.

    Raises:
        SheetError: Something typed is wrong; nothing was changed.
    """
    row, read, storage_key = _open(session, typed)
    ring.unlock(storage_key)
    row.restored_at = now()
    append(session, actor, "recovery.restore", SUBJECT, {"set": row.id, "sheets": len(read)})
    return make_link(session, Purpose.INVITE, actor=actor, role=Role.LEAD, administers=True)


def end_sets(session: Session, actor: str) -> int:
    """End every set: their sheets open nothing from then on. Gives how many there were."""
    standing = _standing(session, SetState.MADE) + _standing(session, SetState.IN_FORCE)
    for row in standing:
        _end(session, row)
        append(session, actor, "recovery.end", SUBJECT, {"set": row.id})
    return len(standing)


def recovery_sets(session: Session) -> list[SetStatus]:
    """List the sets that have not ended: the one in force first."""
    standing = _standing(session, SetState.IN_FORCE) + _standing(session, SetState.MADE)
    return [_status(session, row) for row in standing]


def _status(session: Session, row: RecoverySetRow) -> SetStatus:
    found = _sheet_rows(session, row.id)
    return SetStatus(
        id=row.id,
        state=SetState(row.state),
        needed=row.needed,
        made_at=row.made_at,
        rehearsed_at=row.rehearsed_at,
        restored_at=row.restored_at,
        overdue=row.rehearsed_at is not None and rehearsal_overdue(row.rehearsed_at, now()),
        sheets=tuple(SheetStatus(one.number, one.shown_at, one.proven_at) for one in found),
    )


def _open(session: Session, typed: Sequence[str]) -> tuple[RecoverySetRow, list[Sheet], bytes]:
    """Find the set of some sheets and open its slot with them."""
    read = sheets.read_sheets(typed)
    standing = _standing(session, SetState.IN_FORCE) + _standing(session, SetState.MADE)
    row = next((one for one in standing if one.mark == read[0].mark), None)
    slot = None if row is None else credentials.slot_of(session, _slot(row.id))
    if row is None or slot is None:
        raise SheetError(Fault.OTHER_SET)
    key = credentials.unwrap(slot, _wrapping_key(sheets.join(read), slot.salt))
    if key is None:
        raise SheetError(Fault.CLOSED)
    return row, read, key


def _standing(session: Session, state: SetState) -> list[RecoverySetRow]:
    wanted = select(RecoverySetRow).where(RecoverySetRow.state == state.value)
    return list(session.execute(wanted.order_by(RecoverySetRow.id.desc())).scalars())


def _sheet_rows(session: Session, set_id: int) -> list[RecoverySheetRow]:
    wanted = select(RecoverySheetRow).where(RecoverySheetRow.set_id == set_id)
    return list(session.execute(wanted.order_by(RecoverySheetRow.number)).scalars())


def _end(session: Session, row: RecoverySetRow) -> None:
    row.state = after(row.state, SetMove.END).value
    credentials.remove_slot(session, _slot(row.id))
    for one in _sheet_rows(session, row.id):
        one.sealed_words = None
    session.flush()


def _slot(set_id: int) -> str:
    return f"recovery:{set_id}"


def _wrapping_key(secret: bytes, salt: bytes) -> bytes:
    """Derive what wraps the storage key; the secret is random, so nothing slow is needed."""
    return primitives.blake2b(salt, size=KEY_BYTES, person="t1.sheets", key=secret)
