"""`desk restore`: bring a desk back from a backup."""

import os
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from server.cli.errors import CommandError
from server.desk.app import create_desk_app
from server.desk.archive import ArchiveError
from server.desk.db import db
from server.desk.restore import restore_backup
from server.plumbing import logs
from server.plumbing.config import DeskConfig

EXAMPLE = "example: TOCSIN_HOME=/srv/new python -m server desk restore /media/stick/desk.tar"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="from `desk backup`")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Restore into an empty TOCSIN_HOME and an empty database."""
    logs.configure()
    # The passphrase belongs to what comes back, not to the empty place.
    config = replace(DeskConfig.from_env(os.environ), passphrase=None)
    if not arguments.file.is_file():
        raise CommandError("there is no such file")
    app = create_desk_app(config)
    with app.app_context():
        try:
            counts = restore_backup(db.engine, config, arguments.file)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        finally:
            db.engine.dispose()
    print(f"restored: {counts['rows']} rows, {counts['files']} files")
    return 0
