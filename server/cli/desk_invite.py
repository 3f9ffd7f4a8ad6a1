"""`desk invite`: show how a phone joins this desk."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from server.cli.desk_session import open_desk
from server.cli.errors import CommandError
from server.desk.keys.relays import Invite, invite_for, joining_bundle, relays

EXAMPLE = "example: python -m server desk invite --file /media/stick/join.tocsin"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument(
        "--file",
        type=Path,
        metavar="F",
        help="also write a joining bundle, with which a phone joins without a network",
    )
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print one invite for each relay."""
    with open_desk(unlocked=False) as desk:
        invites = [invite_for(desk.session, row.id) for row in relays(desk.session)]
        if not invites:
            raise CommandError("this desk has no relay yet: run `python -m server up`")
        if arguments.file is not None:
            arguments.file.write_bytes(joining_bundle(desk.session, invites[0].relay_id))
    if arguments.json:
        print(json.dumps([_as_json(invite) for invite in invites]))
    else:
        for invite in invites:
            print(f"{invite.link}\n{invite.line}")
    return 0


def _as_json(invite: Invite) -> dict[str, object]:
    return {"relay": invite.relay_id, "invite": invite.line, "link": invite.link}
