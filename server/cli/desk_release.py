"""`desk release`: stand for a release of the phone app, or for none."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from schemas.envelope.primitives import sha256
from schemas.errors import ReleaseError
from schemas.wire.release import Release, decode_release
from server.cli.desk_session import ACTOR, open_desk
from server.cli.errors import CommandError
from server.desk.db import start_writing
from server.desk.keys.app_release import app_release, in_groups, pin_release

LISTING = "release.json"
EXAMPLE = "example: python -m server desk release --pin client_sync/phone/dist"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--pin",
        type=Path,
        metavar="FOLDER",
        help="the built app: phones of this desk take this release and no other",
    )
    choice.add_argument("--off", action="store_true", help="stand for no release")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Change the release if asked to, and print it."""
    release = None if arguments.pin is None else built_release(arguments.pin)
    with open_desk(unlocked=False) as desk:
        if arguments.off or release is not None:
            start_writing(desk.session)
            pin_release(desk.session, release, ACTOR)
            desk.session.commit()
        pinned = app_release(desk.session)
    if arguments.json:
        print(json.dumps({"app_release": pinned.release, "app_file": pinned.one_file}))
    elif not pinned.release:
        print("This desk stands for no release: its phones trust what they were first given.")
    else:
        print(f"release  {in_groups(pinned.release)}")
        print(f"one file {in_groups(pinned.one_file)}")
        print("The next pull tells the relays, and they the phones.")
    return 0


def built_release(folder: Path) -> Release:
    """Read a build, and check that its files are what it says.

    Raises:
        CommandError: It is no build, or a file is another.
    """
    try:
        release = decode_release((folder / LISTING).read_bytes(), sha256)
    except OSError as error:
        raise CommandError("name the folder of a built app: it has no release.json") from error
    except ReleaseError as error:
        raise CommandError("the release.json there is not right: build the app anew") from error
    listed = {**release.files, release.one_file_name: release.one_file_sha256}
    for name, digest in listed.items():
        path = folder / name
        if not path.is_file() or sha256(path.read_bytes()).hex() != digest:
            raise CommandError(f"{name} is not the file that was built: build the app anew")
    return release
