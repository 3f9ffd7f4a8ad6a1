"""`relay admit`: let a desk pull from this relay."""

import os
from argparse import ArgumentParser, Namespace

from server.plumbing.config import RelayConfig
from server.relay.home import admit_desk, load_home, parse_desk

EXAMPLE = "example: python -m server relay admit GzIYk2mZr0oVYx0A1bE4sw 5g2n...the desk's pull key"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("desk_id", metavar="DESK_ID", help="the desk's id, base64url")
    parser.add_argument("pull_key", metavar="PULL_KEY", help="the desk's pull key, base64url")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Admit the desk in place of the one before; a running relay needs no restart."""
    config = RelayConfig.from_env(os.environ)
    desk = parse_desk(arguments.desk_id, arguments.pull_key)
    admit_desk(load_home(config.home).folder, desk)
    print("admitted")
    return 0
