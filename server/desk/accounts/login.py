"""Logging in: two factors, one answer to every failure.

Theory of operation: an attempt is counted as a failure and committed before the password is
derived, so that many at once cannot slip through; success takes the count back. A name that
nobody has costs the same derivation as one that somebody has.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from schemas.envelope import primitives
from server.desk.accounts import throttle
from server.desk.accounts.errors import LoginRefusedError
from server.desk.accounts.key_store import key_fits
from server.desk.accounts.models import PersonRow, RecoveryCodeRow, ThrottleRow
from server.desk.accounts.person_key import PersonKey, derive_known
from server.desk.accounts.roles import Person
from server.desk.accounts.second_factor import matching_step, recovery_digest
from server.desk.accounts.security_keys import Answer
from server.desk.accounts.session_store import open_session, person_of
from server.desk.accounts.slots import StorageSlots
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.db import start_writing
from server.plumbing import passwords

NOBODY_SALT: Final = bytes(passwords.SALT_BYTES)
"""Under which the password of a name that nobody has is derived, to take the same time."""


def name_key(name: str) -> str:
    """Give the form of a name by which people are told apart: case and width do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@dataclass(frozen=True, slots=True, repr=False)
class SecondFactor:
    """What a visitor shows besides the password.

    Attributes:
        code: From the authenticator app, or a recovery code; as typed.
        answer: What a security key answered, or None; then the code counts.
    """

    code: str
    answer: Answer | None = None

    def __repr__(self) -> str:
        """Hide everything."""
        return "<SecondFactor>"


def log_in(
    session: Session, slots: StorageSlots, *, name: str, password: str, second: SecondFactor
) -> tuple[Person, str]:
    """Check both factors and open a session.

    Args:
        session: A session; it is committed in between, and left for the caller to commit.
        slots: Opens the desk if it is locked.
        name: As typed.
        password: As typed.
        second: A code or a security key's answer.

    Returns:
        Who it is, and the token for the cookie.

    Raises:
        LoginRefusedError: For any reason.
    """
    digest = primitives.blake2b(name_key(name).encode(), size=32, person="t1.login")
    failures = _count_attempt(session, digest)
    row = session.execute(
        select(PersonRow).where(PersonRow.name_key == name_key(name))
    ).scalar_one_or_none()
    salt = row.salt if row is not None else NOBODY_SALT
    session.commit()
    key = derive_known(password, salt)
    start_writing(session)
    if row is None or row.disabled_at is not None or not _both_factors(session, row, key, second):
        _note_refusal(session, row, failures)
        raise LoginRefusedError
    session.execute(delete(ThrottleRow).where(ThrottleRow.name_digest == digest))
    slots.unlock(session, row.id, key.key)
    token = open_session(session, row.id)
    person = person_of(row)
    append(session, person.actor, "login", person.actor, {})
    return person, token


def _note_refusal(session: Session, row: PersonRow | None, failures: int) -> None:
    """Write a refusal down; from the tenth on, that this person's name is locked."""
    append(session, "desk", "login.refuse", "desk", {})
    if row is not None and failures >= throttle.LOCKED_FROM:
        append(session, "desk", "login.lock", f"person:{row.id}", {"failures": failures})
    session.commit()


def _count_attempt(session: Session, digest: bytes) -> int:
    """Count an attempt as failed before it is looked at.

    Returns:
        How many failures there are now under this name.

    Raises:
        LoginRefusedError: The name has to wait.
    """
    start_writing(session)
    row = session.get(ThrottleRow, digest)
    known = throttle.Failures(row.failures, row.failed_at, row.blocked_until) if row else None
    if not throttle.may_try(known, now()):
        session.commit()
        raise LoginRefusedError
    counted = throttle.after_failure(known, now())
    session.merge(
        ThrottleRow(
            name_digest=digest,
            failures=counted.count,
            failed_at=counted.last_at,
            blocked_until=counted.blocked_until,
        )
    )
    _forget_old(session)
    session.commit()
    return counted.count


def _forget_old(session: Session) -> None:
    session.execute(
        delete(ThrottleRow).where(ThrottleRow.failed_at < now() - throttle.FORGOTTEN_AFTER)
    )


def _both_factors(session: Session, row: PersonRow, key: PersonKey, second: SecondFactor) -> bool:
    secret = key.open_box(row.id, row.secret_box)
    if secret is None:
        return False
    if second.answer is not None:
        return key_fits(session, row.id, second.answer)
    step = matching_step(secret, second.code, now(), row.totp_step)
    if step is not None:
        row.totp_step = step
        return True
    return _take_recovery_code(session, row.id, second.code)


def _take_recovery_code(session: Session, person_id: str, code: str) -> bool:
    taken = session.execute(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.person_id == person_id,
            RecoveryCodeRow.digest == recovery_digest(person_id, code),
            RecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCodeRow.id)
    ).first()
    if taken is not None:
        append(session, f"person:{person_id}", "recovery_code.use", f"person:{person_id}", {})
    return taken is not None
