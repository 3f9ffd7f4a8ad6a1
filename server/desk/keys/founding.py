"""Founding a desk: everything it needs before the first report, made once.

Theory of operation: all keys are made in one transaction, so a founding that was interrupted
happened or did not. The passphrase comes from the environment; where there is none, a random one
is written to `setup.secret` first, because a desk whose key nobody holds would be lost.
"""

import base64
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.constants import DEFAULT_GRACE_DAYS
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import SigningKey, desk_id_of, new_signing_key
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.db import start_writing
from server.desk.keys import credentials
from server.desk.keys.keyring import Keyring
from server.desk.keys.models import CredentialSlotRow, DeskProfileRow, SigningKeyRow
from server.desk.keys.profile import BOARD, ROOT, SECRET, founded
from server.desk.keys.pull_key import make_pull_key, write_private
from server.plumbing.config import DeskConfig

DEFAULT_NAME: Final = "Tocsin desk"


def found(session: Session, ring: Keyring, config: DeskConfig, name: str = DEFAULT_NAME) -> bool:
    """Make the desk's keys, if it has none yet.

    Args:
        session: Any session; it is committed.
        ring: Unlocked by this.
        config: Where files lie, and the passphrase if one was given.
        name: What reporters see.

    Returns:
        Whether the desk was founded now.
    """
    make_pull_key(config)
    if founded(session):
        return False
    passphrase = credentials.known_passphrase(config) or _leave_secret(config)
    storage_key = credentials.new_storage_key()
    start_writing(session)
    if session.execute(select(CredentialSlotRow.id).limit(1)).first() is not None:
        session.commit()
        return False
    credentials.write_slot(session, credentials.PASSPHRASE_SLOT, passphrase, storage_key)
    ring.unlock(storage_key)
    _make_keys(session, ring, name)
    append(session, "desk", "desk.found", "desk", {})
    session.commit()
    return True


def _leave_secret(config: DeskConfig) -> str:
    """Make a passphrase and leave it where the next command finds it."""
    secret = random_bytes(credentials.SECRET_BYTES)
    passphrase = base64.urlsafe_b64encode(secret).decode()
    config.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(credentials.secret_path(config), f"{passphrase}\n".encode())
    return passphrase


def _make_keys(session: Session, ring: Keyring, name: str) -> None:
    root, board = new_signing_key(), new_signing_key()
    _keep(session, ring, ROOT, root)
    _keep(session, ring, BOARD, board)
    session.add(
        DeskProfileRow(
            id=1,
            name=name,
            desk_id=desk_id_of(root.public),
            founding_root=root.public,
            grace_days=DEFAULT_GRACE_DAYS,
            founded_at=now(),
        )
    )
    session.flush()


def _keep(session: Session, ring: Keyring, name: str, key: SigningKey) -> None:
    sealed = SECRET.seal(ring, name, key.seed)
    session.add(SigningKeyRow(name=name, public=key.public, sealed_secret=sealed))
