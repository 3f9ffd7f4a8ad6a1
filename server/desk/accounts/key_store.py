"""Keeping security keys, and the challenges they answer: each is good once and for five minutes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from server.desk.accounts.errors import SecurityKeyError
from server.desk.accounts.models import KeyChallengeRow, SecurityKeyRow
from server.desk.accounts.security_keys import (
    Answer,
    NewKey,
    check_login,
    credential_id_of,
)
from server.desk.audit.store import append
from server.desk.context import now

CHALLENGE_BYTES: Final = 32
CHALLENGE_VALID: Final = timedelta(minutes=5)
"""Time to find the key in a bag; the browser gives up earlier."""

MOST_KEYS: Final = 8
MOST_NAME_CHARACTERS: Final = 40
NOBODY: Final = ""


def new_challenge(session: Session, person_id: str = NOBODY) -> bytes:
    """Make a challenge, for adding a key to a person or, for nobody, for a login.

    Args:
        session: A writing session; the caller commits.
        person_id: To whom a key is added.
    """
    challenge = random_bytes(CHALLENGE_BYTES)
    session.execute(
        delete(KeyChallengeRow).where(KeyChallengeRow.made_at < now() - CHALLENGE_VALID)
    )
    session.add(KeyChallengeRow(digest=_digest(challenge), person_id=person_id, made_at=now()))
    return challenge


def use_challenge(session: Session, challenge: bytes, person_id: str = NOBODY) -> None:
    """Take a challenge back; it is good once.

    Raises:
        SecurityKeyError: It was used, is too old, or was made for something else.
    """
    used = session.execute(
        delete(KeyChallengeRow)
        .where(
            KeyChallengeRow.digest == _digest(challenge),
            KeyChallengeRow.person_id == person_id,
            KeyChallengeRow.made_at > now() - CHALLENGE_VALID,
        )
        .returning(KeyChallengeRow.digest)
    )
    if used.first() is None:
        raise SecurityKeyError


def keys_of(session: Session, person_id: str) -> Sequence[SecurityKeyRow]:
    """List a person's keys, in the order of their coming."""
    wanted = select(SecurityKeyRow).where(SecurityKeyRow.person_id == person_id)
    return session.execute(wanted.order_by(SecurityKeyRow.id)).scalars().all()


def add_key(session: Session, person_id: str, name: str, key: NewKey) -> None:
    """Keep a person's new key.

    Raises:
        SecurityKeyError: It is known, or the person has enough.
    """
    known = select(SecurityKeyRow.id).where(SecurityKeyRow.credential_id == key.credential_id)
    if session.execute(known).first() or len(keys_of(session, person_id)) >= MOST_KEYS:
        raise SecurityKeyError
    row = SecurityKeyRow(
        person_id=person_id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        name=plain_name(name),
        added_at=now(),
    )
    session.add(row)
    session.flush()
    append(session, f"person:{person_id}", "key.add", f"person:{person_id}", {"key": row.id})


def rename_key(session: Session, person_id: str, key_id: int, name: str) -> bool:
    """Call one of a person's keys otherwise; tell whether there was one."""
    row = session.get(SecurityKeyRow, key_id)
    if row is None or row.person_id != person_id:
        return False
    row.name = plain_name(name)
    append(session, f"person:{person_id}", "key.rename", f"person:{person_id}", {"key": key_id})
    return True


def remove_key(session: Session, person_id: str, key_id: int) -> bool:
    """Take one of a person's keys away; tell whether there was one."""
    gone = session.execute(
        delete(SecurityKeyRow)
        .where(SecurityKeyRow.id == key_id, SecurityKeyRow.person_id == person_id)
        .returning(SecurityKeyRow.id)
    )
    if gone.first() is None:
        return False
    append(session, f"person:{person_id}", "key.remove", f"person:{person_id}", {"key": key_id})
    return True


def key_fits(session: Session, person_id: str, answer: Answer) -> bool:
    """Tell whether one of a person's keys answered; its challenge is used up either way."""
    try:
        use_challenge(session, answer.challenge)
        credential_id = credential_id_of(answer)
        row = session.execute(
            select(SecurityKeyRow).where(
                SecurityKeyRow.credential_id == credential_id,
                SecurityKeyRow.person_id == person_id,
            )
        ).scalar_one_or_none()
        if row is None:
            return False
        row.sign_count = check_login(answer, row.public_key, row.sign_count)
    except SecurityKeyError:
        return False
    row.used_at = now()
    return True


def plain_name(name: str) -> str:
    """Give a name as it is shown: one line, 40 characters at most, never empty."""
    plain = "".join(sign for sign in " ".join(name.split()) if sign.isprintable())
    return plain[:MOST_NAME_CHARACTERS] or "-"


def _digest(challenge: bytes) -> bytes:
    return primitives.blake2b(challenge, size=32, person="t1.challenge")
