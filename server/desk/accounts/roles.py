"""Who may do what.

Theory of operation: four roles stand on one ladder, each holding what the one below holds.
Administering (people, relays, backups) stands beside the ladder: somebody who only administers
reads no report, and the storage key is not wrapped for them, so that this is not a matter of
good will. A lead may administer as well when that was given to them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is at the desk."""

    READER = "reader"
    MONITOR = "monitor"
    ANALYST = "analyst"
    LEAD = "lead"
    ADMIN = "admin"


LADDER: Final = (Role.READER, Role.MONITOR, Role.ANALYST, Role.LEAD)
"""Lowest first; `admin` is deliberately not on it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in, or is spoken of.

    Attributes:
        id: Random, 16 hex digits; what the audit log names.
        name: What the person is called at the desk.
        role: Place on the ladder, or `admin`.
        administers: Whether a lead may also administer; always true for `admin`.
    """

    id: str
    name: str
    role: Role
    administers: bool

    @property
    def actor(self) -> str:
        """Give the name of this person in the audit log."""
        return f"person:{self.id}"

    def may(self, role: Role) -> bool:
        """Tell whether this person holds what a role holds."""
        if role is Role.ADMIN:
            return self.administers or self.role is Role.ADMIN
        return self.role in LADDER and LADDER.index(self.role) >= LADDER.index(role)
