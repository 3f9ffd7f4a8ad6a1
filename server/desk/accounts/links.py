"""One-time links: the first set-up, a colleague's invitation, a new password.

A link is a random token in an address. The database holds only its hash; it works once and for
a short time, and making a new one for the same purpose ends the older ones.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from schemas.envelope.entropy import random_bytes
from server.desk.accounts.errors import LinkError
from server.desk.accounts.models import LinkRow
from server.desk.accounts.roles import Role
from server.desk.accounts.session_store import TOKEN_BYTES, digest_of
from server.desk.audit.store import append
from server.desk.context import now

SETUP_VALID: Final = timedelta(days=7)
INVITATION_VALID: Final = timedelta(days=3)
RENEWAL_VALID: Final = timedelta(hours=24)


class Purpose(StrEnum):
    """What a link is for."""

    SETUP = "setup"
    INVITE = "invite"
    RENEW = "renew"


VALID: Final = {
    Purpose.SETUP: SETUP_VALID,
    Purpose.INVITE: INVITATION_VALID,
    Purpose.RENEW: RENEWAL_VALID,
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be used now."""

    id: int
    purpose: Purpose
    role: Role
    administers: bool
    person_id: str | None


def make_link(
    session: Session,
    purpose: Purpose,
    *,
    actor: str,
    role: Role,
    administers: bool,
    person_id: str | None = None,
) -> str:
    """Make a link.

    Args:
        session: A writing session; the caller commits.
        purpose: What for.
        actor: Who makes it.
        role: What the person will be.
        administers: Whether they will administer.
        person_id: Whose password it renews, for `Purpose.RENEW`.

    Returns:
        The token that goes into the address; it is nowhere else.
    """
    if purpose is not Purpose.INVITE:
        _end_older(session, purpose, person_id)
    token = random_bytes(TOKEN_BYTES).hex()
    session.add(
        LinkRow(
            token_digest=digest_of(token),
            purpose=purpose.value,
            role=role.value,
            administers=administers,
            person_id=person_id,
            made_by=actor,
            created_at=now(),
            ends_at=now() + VALID[purpose],
        )
    )
    subject = f"person:{person_id}" if person_id else "desk"
    append(session, actor, f"link.{purpose.value}", subject, {"role": role.value})
    return token


def find_link(session: Session, token: str) -> Link:
    """Find the link of a token.

    Raises:
        LinkError: It was used, is too old, or never was.
    """
    row = session.execute(
        select(LinkRow).where(LinkRow.token_digest == digest_of(token))
    ).scalar_one_or_none()
    if row is None or row.used_at is not None or row.ends_at <= now():
        raise LinkError
    return Link(row.id, Purpose(row.purpose), Role(row.role), row.administers, row.person_id)


def use_up(session: Session, link: Link) -> None:
    """End a link because it did its work.

    Raises:
        LinkError: Somebody else was quicker.
    """
    used = session.execute(
        update(LinkRow)
        .where(LinkRow.id == link.id, LinkRow.used_at.is_(None))
        .values(used_at=now())
        .returning(LinkRow.id)
    )
    if used.first() is None:
        raise LinkError


def _end_older(session: Session, purpose: Purpose, person_id: str | None) -> None:
    session.execute(
        update(LinkRow)
        .where(
            LinkRow.purpose == purpose.value,
            LinkRow.person_id.is_(None) if person_id is None else LinkRow.person_id == person_id,
            LinkRow.used_at.is_(None),
        )
        .values(used_at=now())
    )
