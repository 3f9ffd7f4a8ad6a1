"""`desk import`: take in a bundle file carried by hand."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from schemas.constants import MAX_BUNDLE_BYTES
from server.cli.desk_session import ACTOR, open_desk
from server.cli.errors import CommandError
from server.desk.intake.bundles import import_bundle

EXAMPLE = "example: python -m server desk import /media/stick/reports.tocsin --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="ends in .tocsin")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Import; a cut or damaged file gives what is whole in it."""
    content = read_bounded(arguments.file)
    with open_desk(unlocked=False) as desk:
        imported = import_bundle(desk.session, desk.ring, content, actor=ACTOR)
    counts = imported.tally.counts()
    if arguments.json:
        shown = counts | {"truncated": imported.truncated, "damaged": imported.damaged}
        print(json.dumps(shown))
    else:
        print(", ".join(f"{name} {count}" for name, count in counts.items()))
    if imported.truncated or imported.damaged:
        print("the file was cut or damaged: what is whole in it was taken", file=sys.stderr)
    return 0


def read_bounded(path: Path) -> bytes:
    """Read a bundle file, at most the largest there is.

    Raises:
        CommandError: It cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BUNDLE_BYTES + 1)
    except OSError as error:
        raise CommandError(f"cannot read the file: {error.strerror}") from error
    if len(content) > MAX_BUNDLE_BYTES:
        raise CommandError("a bundle is at most 64 MiB: export it in parts")
    return content
