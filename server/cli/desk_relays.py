"""`desk relays ...`: which relays this desk uses, and by which channels their lines go out."""

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from schemas.framework import bundled
from schemas.wire.invite import parse_bridge_line
from server.cli.desk_session import ACTOR, OpenDesk, open_desk
from server.desk.db import start_writing
from server.desk.keys.channels import add_channel, channels, retire_channel
from server.desk.keys.directories import issue_if_due
from server.desk.keys.relays import add_relay, relays, retire_relay

EXAMPLE = "example: python -m server desk relays add 'tocsin1 https://www.example.org/SECRET k=KEY'"


def configure(parser: ArgumentParser) -> None:
    """Say what the commands take."""
    parser.epilog = EXAMPLE
    commands = parser.add_subparsers(metavar="WHAT", required=True)
    listed = commands.add_parser("list", help="print every relay and its channels")
    listed.add_argument("--json", action="store_true", help="print one JSON list")
    listed.set_defaults(run=run_list)
    add = commands.add_parser("add", help="take a relay into use; phones learn of it by themselves")
    add.add_argument("line", metavar="LINE", help="the relay's line, as one word")
    add.add_argument("--name", default="Relay", help="what you call it")
    add.set_defaults(run=run_add)
    retire = commands.add_parser("retire", help="take a relay out of the directory")
    retire.add_argument("relay", type=int, metavar="NUMBER", help="the relay's number")
    retire.set_defaults(run=run_retire)
    channel = commands.add_parser("channel", help="take a channel's line into use for invites")
    channel.add_argument("label", metavar="LABEL", help="its name, as at the relay")
    channel.add_argument("line", metavar="LINE", help="the line the relay printed, as one word")
    channel.set_defaults(run=run_channel)
    end = commands.add_parser("end-channel", help="give out no more invites of a channel")
    end.add_argument("relay", type=int, metavar="NUMBER", help="the relay's number")
    end.add_argument("channel", type=int, metavar="CHANNEL", help="the channel's number")
    end.set_defaults(run=run_end)
    for command in (listed, add, retire, channel, end):
        command.epilog = EXAMPLE


def run_list(arguments: Namespace) -> int:
    """Print relays; their paths are secrets."""
    with open_desk(unlocked=False) as desk:
        told: list[dict[str, Any]] = [
            {
                "relay": row.id,
                "name": row.name,
                "url": row.url,
                "in_directory": row.in_directory,
                "channels": [
                    {"channel": one.id, "label": one.label, "url": one.url}
                    for one in channels(desk.session, row.id)
                ],
            }
            for row in relays(desk.session)
        ]
    if arguments.json:
        print(json.dumps(told))
        return 0
    for one in told:
        print(f"{one['relay']} {one['name']} {one['url']}" + _state(one["in_directory"]))
        for channel in one["channels"]:
            print(f"  channel {channel['channel']} {channel['label']} {channel['url']}")
    return 0


def run_add(arguments: Namespace) -> int:
    """Add a relay and sign a directory that names it."""
    bridge = parse_bridge_line(arguments.line)
    with open_desk() as desk:
        start_writing(desk.session)
        number = add_relay(desk.session, name=arguments.name, bridge=bridge, actor=ACTOR)
        _issue(desk)
    print(f"relay {number} is in use: the next pull brings the new directory everywhere")
    return 0


def run_retire(arguments: Namespace) -> int:
    """Retire a relay and sign a directory without it."""
    with open_desk() as desk:
        start_writing(desk.session)
        retire_relay(desk.session, arguments.relay, ACTOR)
        _issue(desk)
    print("retired: phones are no longer told of it; it is still pulled from")
    return 0


def run_channel(arguments: Namespace) -> int:
    """Take a channel's line into use; it stands in no directory."""
    bridge = parse_bridge_line(arguments.line)
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        number = add_channel(desk.session, label=arguments.label, bridge=bridge, actor=ACTOR)
        desk.session.commit()
    print(f"channel {number} has its invite: python -m server desk invite --channel LABEL")
    return 0


def run_end(arguments: Namespace) -> int:
    """End a channel's invites."""
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        retire_channel(desk.session, arguments.relay, arguments.channel, ACTOR)
        desk.session.commit()
    print("no more invites of this channel: retire it at the relay too")
    return 0


def _issue(desk: OpenDesk) -> None:
    issue_if_due(desk.session, desk.ring, bundled().version)
    desk.session.commit()


def _state(in_directory: object) -> str:
    return "" if in_directory else " (retired)"
