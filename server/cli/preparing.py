"""Making desk and relay know each other, before the desk serves."""

import ipaddress
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RelayKey
from schemas.framework import bundled
from server.cli.errors import CommandError
from server.desk.accounts.links import Purpose, make_link
from server.desk.accounts.people import anybody
from server.desk.accounts.roles import Role
from server.desk.app import create_desk_app
from server.desk.db import db, desk_session, start_writing
from server.desk.intake.pull import push_all
from server.desk.keys.credentials import secret_path
from server.desk.keys.directories import issue_if_due
from server.desk.keys.founding import found
from server.desk.keys.keyring import Keyring, keyring
from server.desk.keys.profile import profile
from server.desk.keys.pull_key import read_pull_key
from server.desk.keys.relays import add_relay, invite_for
from server.plumbing.config import DeskConfig, RelayConfig
from server.relay.home import AdmittedDesk, RelayHome, admit_desk, load_home

ACTOR: Final = "command"
LOCAL_RELAY: Final = "This machine"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known once the desk is ready to serve."""

    relay_url: str
    invite: str
    setup_token: str | None


def refuse_half_set(env: Mapping[str, str]) -> None:
    """Refuse an environment in which phones could not reach the relay.

    Args:
        env: Environment variables.

    Raises:
        CommandError: With the one variable that is missing or wrong.
    """
    public = env.get("TOCSIN_RELAY_PUBLIC_URL")
    if public is not None and urlsplit(public).scheme != "https":
        raise CommandError("set TOCSIN_RELAY_PUBLIC_URL to an https:// address, or leave it out")
    bind = env.get("TOCSIN_BIND")
    if bind and not _is_loopback(bind) and not public:
        raise CommandError(
            "TOCSIN_BIND opens this machine to others: set TOCSIN_RELAY_PUBLIC_URL too, to the "
            "https:// address under which phones reach the relay"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_taken_ports(relay: RelayConfig, desk: DeskConfig) -> None:
    """Refuse to start where another program listens.

    Raises:
        CommandError: With the variable to change.
    """
    if relay.port and relay.port == desk.port:
        raise CommandError("TOCSIN_RELAY_PORT and TOCSIN_DESK_PORT are the same: change one")
    for variable, bind, port in (
        ("TOCSIN_RELAY_PORT", relay.bind, relay.port),
        ("TOCSIN_DESK_PORT", desk.bind, desk.port),
    ):
        if port and not _is_free(bind, port):
            raise CommandError(f"port {port} is taken: set {variable} to another one")


def _is_free(bind: str, port: int) -> bool:
    try:
        family, _, _, _, address = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise CommandError("TOCSIN_BIND is no address of this machine: correct it") from error
    except OSError:
        return False
    return True


def public_address(relay_url: str, env: Mapping[str, str]) -> str:
    """Give the address under which phones reach the relay.

    Args:
        relay_url: Where it listens, with its secret path.
        env: Environment variables; `TOCSIN_RELAY_PUBLIC_URL` stands for a proxy in front of it.
    """
    public = env.get("TOCSIN_RELAY_PUBLIC_URL")
    return public.rstrip("/") + urlsplit(relay_url).path if public else relay_url


def prepare_desk(
    config: DeskConfig, relay_config: RelayConfig, relay_url: str, env: Mapping[str, str]
) -> Prepared:
    """Found the desk if needed, and make relay and desk know each other.

    Args:
        config: The desk's settings.
        relay_config: The relay's, for its folder.
        relay_url: Where the relay listens now.
        env: Environment variables.

    Returns:
        What `up` shows.

    Raises:
        KeysError: The passphrase opens nothing, or a key file is missing.
    """
    app = create_desk_app(config)
    with app.app_context():
        session, ring = desk_session(), keyring()
        try:
            found(session, ring, config)
            _warn_of_secret(config)
            home = load_home(relay_config.home)
            _admit(session, config, home)
            relay_id = _use_relay(session, ring, home, public_address(relay_url, env))
            push_all(session)
            invite = invite_for(session, relay_id)
            return Prepared(invite.bridge.url, invite.link, _setup_token(session))
        finally:
            session.rollback()
            db.engine.dispose()


def _warn_of_secret(config: DeskConfig) -> None:
    path = secret_path(config)
    if path.exists():
        print(
            f"until the desk is set up, whoever takes this disk has its key: {path}",
            file=sys.stderr,
        )


def _admit(session: Session, config: DeskConfig, home: RelayHome) -> None:
    wanted = AdmittedDesk(profile(session).desk_id, read_pull_key(config).public)
    admitted = home.desk()
    if admitted is not None and admitted != wanted:
        raise CommandError(
            "the relay in this TOCSIN_HOME serves another desk: use another TOCSIN_HOME, or let "
            "it admit this one with `python -m server relay admit`"
        )
    if admitted is None:
        admit_desk(home.folder, wanted)


def _use_relay(session: Session, ring: Keyring, home: RelayHome, relay_url: str) -> int:
    """Take this machine's relay into use, and sign a directory that names it."""
    start_writing(session)
    bridge = BridgeLine(relay_url, RelayKey(home.key.public))
    relay_id = add_relay(session, name=LOCAL_RELAY, bridge=bridge, actor=ACTOR)
    if not ring.locked:
        issue_if_due(session, ring, bundled().version)
    session.commit()
    return relay_id


def _setup_token(session: Session) -> str | None:
    """Make the link for the first person, as long as there is none."""
    if anybody(session):
        return None
    start_writing(session)
    token = make_link(session, Purpose.SETUP, actor=ACTOR, role=Role.LEAD, administers=True)
    session.commit()
    return token
