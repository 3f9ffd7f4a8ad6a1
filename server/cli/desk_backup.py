"""`desk backup`: write everything of the desk into one file."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from server.cli.desk_session import ACTOR, open_desk
from server.cli.errors import CommandError
from server.desk.archive import ArchiveError
from server.desk.audit.store import append
from server.desk.backup import write_backup
from server.desk.db import db, start_writing
from server.desk.keys.credentials import secret_path

EXAMPLE = "example: python -m server desk backup /media/stick/desk.tar"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the file to make")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Write the backup; people may go on working meanwhile."""
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        append(desk.session, ACTOR, "desk.backup", "desk", {})
        desk.session.commit()
        try:
            counts = write_backup(db.engine, desk.config, arguments.file.absolute())
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        secret_left = secret_path(desk.config).exists()
    print(f"written: {arguments.file} ({counts['rows']} rows, {counts['files']} files)")
    if secret_left:
        print(
            "setup.secret is not in the backup, and nothing else opens it yet: copy that file to "
            "a safe place, or set up an account first",
            file=sys.stderr,
        )
    return 0
