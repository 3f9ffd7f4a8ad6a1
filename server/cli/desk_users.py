"""`desk users`: list, invite and disable people."""

import json
from argparse import ArgumentParser, Namespace

from server.cli.desk_session import ACTOR, OpenDesk, open_desk
from server.cli.errors import CommandError
from server.desk.accounts.links import Purpose, make_link
from server.desk.accounts.login import name_key
from server.desk.accounts.people import Colleague, anybody, colleagues, disable
from server.desk.accounts.roles import Role
from server.desk.db import start_writing
from server.desk.keys.slots import PersonSlots
from server.plumbing.config import DeskConfig

EXAMPLE = "example: python -m server desk users invite --role monitor"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    listing = commands.add_parser("list", help="list everybody", epilog=EXAMPLE)
    listing.add_argument("--json", action="store_true", help="print one JSON list")
    listing.set_defaults(run=list_people)
    inviting = commands.add_parser("invite", help="make a one-time link", epilog=EXAMPLE)
    inviting.add_argument("--role", required=True, choices=[role.value for role in Role])
    inviting.add_argument("--administers", action="store_true", help="may also administer")
    inviting.set_defaults(run=invite)
    renewing = commands.add_parser(
        "renew",
        help="make a link for a new password and second factor",
        epilog='example: python -m server desk users renew "Amina"',
    )
    renewing.add_argument("name", metavar="NAME")
    renewing.set_defaults(run=renew)
    disabling = commands.add_parser(
        "disable", help="shut a person out", epilog='example: ... desk users disable "Amina"'
    )
    disabling.add_argument("name", metavar="NAME")
    disabling.set_defaults(run=disable_person)
    parser.epilog = EXAMPLE


def list_people(arguments: Namespace) -> int:
    """Print everybody with an account."""
    with open_desk(unlocked=False) as desk:
        people = colleagues(desk.session)
    if arguments.json:
        print(json.dumps([_as_json(one) for one in people], ensure_ascii=False))
    else:
        for one in people:
            ended = "  disabled" if one.disabled_at else ""
            print(f"{one.person.name}  {one.person.role.value}{ended}")
    return 0


def _as_json(one: Colleague) -> dict[str, object]:
    return {
        "name": one.person.name,
        "role": one.person.role.value,
        "administers": one.person.administers,
        "disabled": one.disabled_at is not None,
    }


def invite(arguments: Namespace) -> int:
    """Print a link with which somebody makes their account."""
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        # Whoever comes first has to be able to do everything.
        first = not anybody(desk.session)
        token = make_link(
            desk.session,
            Purpose.SETUP if first else Purpose.INVITE,
            actor=ACTOR,
            role=Role.LEAD if first else Role(arguments.role),
            administers=first or arguments.administers,
        )
        desk.session.commit()
    print(setup_address(desk.config, token))
    return 0


def renew(arguments: Namespace) -> int:
    """Print a link with which a person sets a new password."""
    with open_desk(unlocked=False) as desk:
        person = _named(desk, arguments.name).person
        start_writing(desk.session)
        token = make_link(
            desk.session,
            Purpose.RENEW,
            actor=ACTOR,
            role=person.role,
            administers=person.administers,
            person_id=person.id,
        )
        desk.session.commit()
    print(setup_address(desk.config, token))
    return 0


def disable_person(arguments: Namespace) -> int:
    """Shut a person out, now and everywhere."""
    with open_desk(unlocked=False) as desk:
        person = _named(desk, arguments.name).person
        start_writing(desk.session)
        disable(desk.session, PersonSlots(desk.ring, desk.config), person.id, ACTOR)
        desk.session.commit()
    print("disabled")
    return 0


def _named(desk: OpenDesk, name: str) -> Colleague:
    for one in colleagues(desk.session):
        if name_key(one.person.name) == name_key(name):
            return one
    raise CommandError("nobody has this name: see `python -m server desk users list`")


def setup_address(config: DeskConfig, token: str) -> str:
    """Write the address of a one-time link."""
    return f"{desk_address(config)}setup/{token}"


def desk_address(config: DeskConfig) -> str:
    """Tell where the desk is served: behind a proxy, what `TOCSIN_DESK_PUBLIC_URL` says."""
    if config.public_url:
        return f"{config.public_url}/"
    host = f"[{config.bind}]" if ":" in config.bind else config.bind
    return f"http://{host}:{config.port}/"
