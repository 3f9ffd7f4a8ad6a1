"""Making, changing and disabling people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from schemas.envelope.entropy import random_bytes
from server.desk.accounts.errors import ChoiceError, LastLeadError
from server.desk.accounts.links import Link, Purpose, use_up
from server.desk.accounts.login import name_key
from server.desk.accounts.models import (
    PERSON_ID_CHARACTERS,
    PersonRow,
    RecoveryCodeRow,
    SecurityKeyRow,
)
from server.desk.accounts.person_key import PersonKey, derive_known, derive_new
from server.desk.accounts.roles import LADDER, Person, Role
from server.desk.accounts.second_factor import (
    matching_step,
    new_recovery_codes,
    recovery_digest,
)
from server.desk.accounts.session_store import end_all_sessions, person_of
from server.desk.accounts.slots import StorageSlots
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.db import start_writing
from server.plumbing import passwords

MAX_NAME_CHARACTERS = 80


@dataclass(frozen=True, slots=True, repr=False)
class Choice:
    """What a person chose on the page behind a link."""

    name: str
    password: str
    repeated: str
    totp_secret: str
    code: str

    def __repr__(self) -> str:
        """Hide everything."""
        return "<Choice>"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person as the people page lists them."""

    person: Person
    created_at: datetime
    disabled_at: datetime | None
    recovery_codes: int


def anybody(session: Session) -> bool:
    """Tell whether somebody can log in to this desk."""
    active = select(PersonRow.id).where(PersonRow.disabled_at.is_(None))
    return session.execute(active.limit(1)).first() is not None


def colleagues(session: Session) -> list[Colleague]:
    """List everybody, in the order of their coming."""
    left: dict[str, int] = {
        row.person_id: row.codes
        for row in session.execute(
            select(RecoveryCodeRow.person_id, func.count().label("codes"))
            .where(RecoveryCodeRow.used_at.is_(None))
            .group_by(RecoveryCodeRow.person_id)
        )
    }
    rows = session.execute(select(PersonRow).order_by(PersonRow.created_at, PersonRow.id)).scalars()
    return [
        Colleague(person_of(row), row.created_at, row.disabled_at, left.get(row.id, 0))
        for row in rows
    ]


def person_named(session: Session, person_id: str) -> Person | None:
    """Find a person by id, disabled or not."""
    row = session.get(PersonRow, person_id)
    return None if row is None else person_of(row)


def active_person(session: Session, person_id: str) -> Person | None:
    """Find a person who is not disabled, by id."""
    row = session.get(PersonRow, person_id)
    return None if row is None or row.disabled_at is not None else person_of(row)


def accept_link(
    session: Session, slots: StorageSlots, link: Link, choice: Choice
) -> tuple[Person, list[str]]:
    """Make the account that a link promises, or renew the one it names.

    Args:
        session: A session; it is committed in between, and left for the caller to commit.
        slots: Where the storage key is wrapped for people who may read.
        link: From `find_link`.
        choice: What the person chose.

    Returns:
        The person and their recovery codes, which are shown once.

    Raises:
        ChoiceError: A field does not do.
        LinkError: The link was used meanwhile.
    """
    row = session.get(PersonRow, link.person_id) if link.person_id else None
    name = row.name if row is not None else _checked_name(session, choice.name)
    step = _checked_secrets(choice, name)
    session.commit()
    key = derive_new(choice.password)
    start_writing(session)
    use_up(session, link)
    if row is None:
        row = _new_row(link, name)
        session.add(row)
    else:
        # A lost second factor is why links for a new one are made.
        session.execute(delete(SecurityKeyRow).where(SecurityKeyRow.person_id == row.id))
    row.salt, row.secret_box = key.salt, key.close_box(row.id, choice.totp_secret)
    row.totp_step, row.disabled_at = step, None
    session.flush()
    _settle(session, slots, row, key)
    codes = write_recovery_codes(session, row.id)
    person = person_of(row)
    act = "person.renew" if link.purpose is Purpose.RENEW else "person.join"
    append(session, person.actor, act, person.actor, {"role": person.role.value})
    return person, codes


def change_password(
    session: Session, slots: StorageSlots, person: Person, *, old: str, choice: Choice
) -> None:
    """Set a new password for somebody who knows the old one.

    Raises:
        ChoiceError: The old or the new password does not do.
    """
    row = session.get_one(PersonRow, person.id)
    _checked_password(choice, row.name)
    old_salt, box = row.salt, row.secret_box
    session.commit()
    secret = derive_known(old, old_salt).open_box(person.id, box)
    if secret is None:
        raise ChoiceError("old", "old")
    key = derive_new(choice.password)
    start_writing(session)
    row = session.get_one(PersonRow, person.id)
    row.salt, row.secret_box = key.salt, key.close_box(row.id, secret)
    _settle(session, slots, row, key)
    append(session, person.actor, "person.password", person.actor, {})


def _settle(session: Session, slots: StorageSlots, row: PersonRow, key: PersonKey) -> None:
    """Wrap the storage key for those who may read, and for nobody else."""
    end_all_sessions(session, row.id)
    if Role(row.role) in LADDER:
        slots.wrap(session, row.id, key.salt, key.key)
    else:
        slots.drop(session, row.id)


def write_recovery_codes(session: Session, person_id: str) -> list[str]:
    """Make new recovery codes in place of all older ones; they are shown once."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))
    codes = new_recovery_codes()
    session.add_all(
        RecoveryCodeRow(person_id=person_id, digest=recovery_digest(person_id, code))
        for code in codes
    )
    return codes


def disable(session: Session, slots: StorageSlots, person_id: str, actor: str) -> None:
    """Shut a person out: now, from everywhere.

    Raises:
        LastLeadError: Nobody would be left to lead and to administer.
    """
    row = session.get_one(PersonRow, person_id)
    others = _others_who_stay(session, person_id)
    if not any(p.administers for p in others) or not any(p.role is Role.LEAD for p in others):
        raise LastLeadError
    row.disabled_at = now()
    end_all_sessions(session, person_id)
    slots.drop(session, person_id)
    append(session, actor, "person.disable", f"person:{person_id}", {})


def _others_who_stay(session: Session, person_id: str) -> Sequence[Person]:
    rows = session.execute(
        select(PersonRow).where(PersonRow.id != person_id, PersonRow.disabled_at.is_(None))
    ).scalars()
    return [person_of(row) for row in rows]


def _new_row(link: Link, name: str) -> PersonRow:
    return PersonRow(
        id=random_bytes(PERSON_ID_CHARACTERS // 2).hex(),
        name=name,
        name_key=name_key(name),
        role=link.role.value,
        administers=link.administers or link.role is Role.ADMIN,
        created_at=now(),
    )


def _checked_name(session: Session, name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > MAX_NAME_CHARACTERS or not plain.isprintable():
        raise ChoiceError("name", "name")
    taken = select(PersonRow.id).where(PersonRow.name_key == name_key(plain))
    if session.execute(taken).first() is not None:
        raise ChoiceError("name", "taken")
    return plain


def _checked_password(choice: Choice, name: str) -> None:
    if not passwords.strong_enough(choice.password, name):
        raise ChoiceError("password", "password")
    if choice.password != choice.repeated:
        raise ChoiceError("repeated", "repeat")


def _checked_secrets(choice: Choice, name: str) -> int:
    """Check password and code; give the step of the code."""
    _checked_password(choice, name)
    step = matching_step(choice.totp_secret, choice.code, now(), 0)
    if step is None:
        raise ChoiceError("code", "code")
    return step
