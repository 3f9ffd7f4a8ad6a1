"""`desk invite`: show how a phone joins this desk."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sqlalchemy.orm import Session

from schemas.fingerprint import LANGUAGES, fingerprint_words
from server.cli.desk_session import open_desk
from server.cli.errors import CommandError
from server.desk.keys.channels import channel_named
from server.desk.keys.profile import profile
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
    parser.add_argument(
        "--channel",
        metavar="LABEL",
        help="the invites of this channel only; without it, those by the relays' own paths",
    )
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default=LANGUAGES[0],
        help="language of the fingerprint's words",
    )
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print one invite for each relay."""
    with open_desk(unlocked=False) as desk:
        invites = [
            invite_for(desk.session, relay_id, channel_id)
            for relay_id, channel_id in _wanted(desk.session, arguments.channel)
        ]
        words = " ".join(fingerprint_words(profile(desk.session).desk_id, arguments.language))
        if arguments.file is not None:
            first = invites[0]
            arguments.file.write_bytes(
                joining_bundle(desk.session, first.relay_id, first.channel_id)
            )
    if arguments.json:
        print(json.dumps([_as_json(invite, words) for invite in invites]))
    else:
        for invite in invites:
            print(f"{invite.link}\n{invite.line}")
        print(f"The phone shows these words: {words}")
    return 0


def _wanted(session: Session, label: str | None) -> list[tuple[int, int | None]]:
    """List relay and channel of each invite that is asked for."""
    found: list[tuple[int, int | None]]
    if label is None:
        found = [(row.id, None) for row in relays(session)]
        if not found:
            raise CommandError("this desk has no relay yet: run `python -m server up`")
        return found
    found = [(row.relay_id, row.id) for row in channel_named(session, label)]
    if not found:
        raise CommandError("no channel has this name: see `python -m server desk relays list`")
    return found


def _as_json(invite: Invite, words: str) -> dict[str, object]:
    return {
        "relay": invite.relay_id,
        "invite": invite.line,
        "link": invite.link,
        "fingerprint_words": words,
    }
