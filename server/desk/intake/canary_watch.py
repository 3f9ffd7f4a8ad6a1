"""Whether canary reports are sent, and since when.

A desk watches from its founding until somebody switches the watch off; a desk that pulls only when
it is asked cannot watch.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from server.desk.audit.store import append
from server.desk.context import desk_config, now
from server.desk.intake.models import CanaryWatchRow
from server.desk.keys.models import DeskProfileRow


def watching_since(session: Session) -> datetime | None:
    """Tell since when canaries are sent; None while they are not."""
    founded = session.get(DeskProfileRow, 1)
    if founded is None or not desk_config().pull_seconds:
        return None
    row = session.get(CanaryWatchRow, 1)
    return founded.founded_at if row is None else row.on_since


def switch_watch(session: Session, *, on: bool, actor: str) -> None:
    """Switch the watch on or off.

    Args:
        session: A writing session; the caller commits.
        on: Whether canaries shall be sent.
        actor: Who says so.
    """
    row = session.get(CanaryWatchRow, 1)
    if row is None:
        row = CanaryWatchRow(id=1)
        session.add(row)
    row.on_since = now() if on else None
    append(session, actor, "canary.on" if on else "canary.off", "desk", {})
    session.flush()
