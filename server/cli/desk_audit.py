"""`desk audit`: check or export the audit log."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from server.cli.desk_session import ACTOR, open_desk
from server.desk.audit.export import lines
from server.desk.audit.store import append, verify
from server.desk.db import start_writing

EXAMPLE = "example: python -m server desk audit verify"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    verifying = commands.add_parser("verify", help="walk the whole chain", epilog=EXAMPLE)
    verifying.set_defaults(run=verify_log)
    exporting = commands.add_parser(
        "export",
        help="write the log as JSON lines",
        epilog="example: python -m server desk audit export --out audit.jsonl",
    )
    exporting.add_argument("--out", type=Path, required=True, metavar="FILE")
    exporting.set_defaults(run=export)
    parser.epilog = EXAMPLE


def verify_log(_arguments: Namespace) -> int:
    """Say whether the log is as it was written."""
    with open_desk(unlocked=False) as desk:
        verdict = verify(desk.session)
    if verdict.intact:
        print(f"intact: {verdict.count} entries")
        return 0
    print(f"the audit log was changed: it breaks at entry {verdict.broken_at}", file=sys.stderr)
    return 1


def export(arguments: Namespace) -> int:
    """Write the log to a file that `tools/verify_audit.py` checks."""
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        append(desk.session, ACTOR, "audit.export", "desk", {})
        desk.session.commit()
        with arguments.out.open("w", encoding="utf-8") as out:
            out.writelines(lines(desk.session))
    print(f"written: {arguments.out}")
    return 0
