"""`desk evidence export`: write a report with its files, copies and custody into a folder."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from server.cli.desk_session import ACTOR, open_desk
from server.cli.errors import CommandError
from server.desk.context import now
from server.desk.evidence.case import export
from server.desk.evidence.folder import Scope
from server.desk.evidence.packing import write_folder
from server.desk.intake.store import full_id
from server.desk.keys.hand import Hand

EXAMPLE = "example: python -m server desk evidence export 4be1c07a --out case"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    exporting = actions.add_parser("export", help="write one report's folder", epilog=EXAMPLE)
    exporting.add_argument("report", metavar="REPORT", help="its id, or the first six digits of it")
    exporting.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="to be made")
    exporting.add_argument(
        "--share",
        action="store_true",
        help="only what was made to be shared: covered pictures and texts with words left out",
    )
    exporting.set_defaults(run=run)
    parser.epilog = EXAMPLE


def run(arguments: Namespace) -> int:
    """Write the folder; that it was taken is in the audit log."""
    if arguments.out.exists():
        raise CommandError("there is something of that name: name a folder that is not there yet")
    with open_desk() as desk:
        report_id = full_id(desk.session, arguments.report)
        scope = Scope.SHARE if arguments.share else Scope.CASE
        files = export(Hand(desk.session, desk.ring, ACTOR, now()), report_id, scope)
        count = write_folder(files, arguments.out)
    print(f"written: {arguments.out} ({count} files)")
    print(f"check it: python tools/verify_evidence.py {arguments.out}")
    return 0
