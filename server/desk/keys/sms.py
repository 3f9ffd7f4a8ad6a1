"""The number that reporters' text messages go to, where the desk takes any.

Theory of operation: phones offer text messages only when the signed directory names a number, and
it names one only when somebody at the desk has decided so: an operator sees who sends to it.
"""

import re
from typing import Final

from sqlalchemy.orm import Session

from server.desk.audit.store import append
from server.desk.keys.models import SmsNumberRow
from server.desk.keys.settings import SettingError

_NUMBER: Final = re.compile(r"\+?[0-9]{3,15}")
_SPACING: Final = str.maketrans("", "", " -()./")


def sms_number(session: Session) -> str | None:
    """Give the number, or None while the desk takes no text messages."""
    row = session.get(SmsNumberRow, 1)
    return None if row is None else row.number


def set_sms_number(session: Session, number: str | None, actor: str) -> str | None:
    """Take text messages at a number, or none at all; the next directory says so.

    Args:
        session: A writing session; the caller commits.
        number: As people write it, or None to switch it off.
        actor: Who decides.

    Returns:
        The number as phones get it.

    Raises:
        SettingError: It is no number.
    """
    plain = None if number is None else number.translate(_SPACING)
    if plain is not None and not _NUMBER.fullmatch(plain):
        raise SettingError("sms_number")
    row = session.get(SmsNumberRow, 1)
    if row is not None:
        session.delete(row)
        session.flush()
    if plain is not None:
        session.add(SmsNumberRow(id=1, number=plain))
    append(session, actor, "desk.sms", "desk", {"is_on": int(plain is not None)})
    session.flush()
    return plain
