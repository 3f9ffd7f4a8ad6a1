"""Words for closed lists, and times, as pages show them."""

from datetime import datetime
from typing import Final

from babel.dates import format_datetime

from server.desk.accounts.roles import Role
from server.desk.translations import N_, _, locale

ROLES: Final = {
    Role.READER: N_("Reader"),
    Role.MONITOR: N_("Monitor"),
    Role.ANALYST: N_("Analyst"),
    Role.LEAD: N_("Lead"),
    Role.ADMIN: N_("Administrator"),
}


def role_name(role: Role) -> str:
    """Name a role in the language of the page."""
    return _(ROLES[Role(role)])


def moment(value: datetime | None) -> str:
    """Write a time in the language of the page, in UTC; a dash if there is none."""
    if value is None:
        return "-"
    return format_datetime(value, format="medium", tzinfo=None, locale=locale())
