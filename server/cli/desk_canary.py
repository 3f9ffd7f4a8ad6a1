"""`desk canary`: tell whether reports still arrive by each relay and channel."""

import json
from argparse import ArgumentParser, Namespace

from server.cli.desk_session import ACTOR, open_desk
from server.desk.db import start_writing
from server.desk.intake.canaries import PathHealth, canary_health
from server.desk.intake.canary_schedule import CanaryState
from server.desk.intake.canary_watch import switch_watch, watching_since

EXAMPLE = "example: python -m server desk canary --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--on", action="store_true", help="send a canary report every hour")
    choice.add_argument("--off", action="store_true", help="send none any more")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print how each way stands; 1 when a canary did not come back. Needs no passphrase."""
    with open_desk(unlocked=False) as desk:
        if arguments.on or arguments.off:
            start_writing(desk.session)
            switch_watch(desk.session, on=bool(arguments.on), actor=ACTOR)
            desk.session.commit()
        watching = watching_since(desk.session) is not None
        found = canary_health(desk.session)
    if arguments.json:
        print(json.dumps({"watching": watching, "paths": [_as_json(one) for one in found]}))
    elif not watching:
        print("No canary reports are sent.")
    else:
        for one in found:
            verdict = one.verdict
            way = f"{one.relay_name} {one.label}".rstrip()
            print(f"{way}: {verdict.state.value} {verdict.problem}".rstrip())
    return int(any(one.verdict.state is CanaryState.ALARM for one in found))


def _as_json(one: PathHealth) -> dict[str, object]:
    verdict = one.verdict
    since = verdict.since
    return {
        "relay": one.relay_id,
        "name": one.relay_name,
        "channel": one.label or None,
        "state": verdict.state.value,
        "problem": verdict.problem,
        "since": None if since is None else since.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "took_seconds": None if verdict.took is None else int(verdict.took.total_seconds()),
    }
