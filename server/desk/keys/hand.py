"""Whose hand changes what is kept: every act of every room is given one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.desk.keys.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, when, and what opens the sealed columns.

    Attributes:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        actor: As the audit log names people.
        now: UTC, aware.
    """

    session: Session
    ring: Keyring
    actor: str
    now: datetime
