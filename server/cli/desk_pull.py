"""`desk pull`: fetch from every relay, open, answer."""

import json
import sys
from argparse import ArgumentParser, Namespace

from server.cli.desk_session import ACTOR, open_desk
from server.desk.intake.pull import Tally, pull_once
from server.desk.intake.turn import PATIENCE_SECONDS

EXAMPLE = "example: python -m server desk pull --once --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--once", action="store_true", required=True, help="pull one time and end")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Pull once; 1 if no relay could be reached. A locked desk keeps what comes sealed."""
    with open_desk(unlocked=False) as desk:
        tally = pull_once(desk.session, desk.ring, actor=ACTOR, patience_seconds=PATIENCE_SECONDS)
        locked = desk.ring.locked
    if arguments.json:
        print(json.dumps(tally.counts()))
    else:
        print(_in_words(tally))
    if locked:
        print("the desk is locked: what came is kept sealed", file=sys.stderr)
    if tally.unreachable:
        print(f"relays that gave no usable answer: {tally.unreachable}", file=sys.stderr)
    return 1 if tally.unreachable else 0


def _in_words(tally: Tally) -> str:
    return ", ".join(f"{name} {count}" for name, count in tally.counts().items())
