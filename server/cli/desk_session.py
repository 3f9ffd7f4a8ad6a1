"""Opening the desk for one command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.desk.app import create_desk_app
from server.desk.db import db, desk_session
from server.desk.keys.errors import DeskLockedError
from server.desk.keys.keyring import Keyring, keyring
from server.desk.keys.profile import profile
from server.plumbing import logs
from server.plumbing.config import DeskConfig

ACTOR = "command"
"""How the audit log names whoever has the machine and the passphrase."""


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """What a command works with."""

    config: DeskConfig
    session: Session
    ring: Keyring


@contextmanager
def open_desk(*, unlocked: bool = True) -> Iterator[OpenDesk]:
    """Open the desk of this environment for one command.

    Args:
        unlocked: Whether the command needs to read what is sealed.

    Yields:
        Configuration, session and keyring.

    Raises:
        NotFoundedError: There is no desk yet.
        DeskLockedError: It is locked and `unlocked` was asked for.
    """
    logs.configure()
    config = DeskConfig.from_env(os.environ)
    app = create_desk_app(config)
    with app.app_context():
        session, ring = desk_session(), keyring()
        try:
            profile(session)
            if unlocked and ring.locked:
                raise DeskLockedError
            yield OpenDesk(config, session, ring)
        finally:
            session.rollback()
            db.engine.dispose()
