"""`desk export`: write what was published into a file."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from server.cli.desk_session import ACTOR, open_desk
from server.desk.audit.store import append
from server.desk.db import start_writing
from server.desk.publishing.exporting import Format, export

EXAMPLE = "example: python -m server desk export --format cap --out alert.xml"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--format",
        required=True,
        choices=[wanted.value for wanted in Format],
        help="cap: the newest message; geojson, hxl: the alerts that stand; atom: all",
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="where to write it")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Write the file; that it was taken is in the audit log."""
    wanted = Format(arguments.format)
    with open_desk() as desk:
        made = export(desk.session, desk.ring, wanted)
        # Bytes, because a text file would turn CSV's line ends into the system's own.
        Path(arguments.out).write_bytes(made.text.encode())
        start_writing(desk.session)
        append(desk.session, ACTOR, "publication.fetch", "publications", {"format": wanted.value})
        desk.session.commit()
    print(f"{wanted.value} written")
    return 0
