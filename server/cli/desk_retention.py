"""`desk retention`: tell what will be deleted when, or do what is due."""

import json
from argparse import ArgumentParser, Namespace

from server.cli.desk_code import command_hand
from server.cli.desk_session import open_desk
from server.desk.context import now
from server.desk.retention.applying import apply, counted
from server.desk.retention.rules import Fate
from server.desk.retention.store import verdicts

EXAMPLE = "example: python -m server desk retention --apply"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--dry-run",
        action="store_true",
        help="change nothing, say what would be done: the default",
    )
    chosen.add_argument(
        "--apply", action="store_true", help="announce, and delete what was announced two weeks ago"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Tell, or do and tell."""
    with open_desk() as desk:
        if arguments.apply:
            done = apply(command_hand(desk), desk.config.evidence_path)
            _say(
                {
                    "announced": done.announced,
                    "taken_back": done.taken_back,
                    "deleted": done.deleted,
                    "files_erased": done.files_erased,
                },
                as_json=arguments.json,
            )
            return 0
        found = verdicts(desk.session, desk.ring, now())
        told: dict[str, object] = dict(counted(found))
        told["reports"] = [
            {"report_id": one.report_id, "fate": one.fate.value, "not_before": f"{one.on:%Y-%m-%d}"}
            for one in found
            if one.on is not None and one.fate is not Fate.LATER
        ]
        _say(told, as_json=arguments.json)
    return 0


def _say(told: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told))
        return
    for name, value in told.items():
        if not isinstance(value, list):
            print(f"{name.replace('_', ' ')}: {value}")
            continue
        for one in value:
            print(f"{one['report_id'][:12]}  {one['fate']}  not before {one['not_before']}")
