"""`desk status`: tell how the desk is doing."""

import json
from argparse import ArgumentParser, Namespace
from datetime import datetime

from server.cli.desk_session import open_desk
from server.desk.intake.status import RelayHealth, intake_health

EXAMPLE = "example: python -m server desk status --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print counts and the health of each relay; needs no passphrase."""
    with open_desk(unlocked=False) as desk:
        health = intake_health(desk.session)
        shown: dict[str, object] = {
            "reports": health.reports,
            "waiting": health.waiting,
            "unclaimed": health.unclaimed,
            "quarantined": health.quarantined,
            "attachments_waiting": health.attachments_waiting,
            "board_pages": health.board_pages,
            "directory_version": health.directory_version,
            "relays": [_relay(one) for one in health.relays],
        }
    if arguments.json:
        print(json.dumps(shown))
    else:
        for name, value in shown.items():
            print(f"{name}: {value}")
    return 0


def _relay(one: RelayHealth) -> dict[str, object]:
    return {
        "relay": one.id,
        "name": one.name,
        "answered_at": _time(one.answered_at),
        "tried_at": _time(one.tried_at),
        "problem": one.problem,
        "behind": one.behind,
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")
