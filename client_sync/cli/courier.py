"""`courier`: watch a folder or a memory stick, and carry what lies there."""

import argparse
from dataclasses import asdict
from pathlib import Path

from client_sync.cli.command import Command, add_json, to_json
from client_sync.cli.console import Console
from client_sync.clock import SystemClock
from client_sync.courier.watching import Courier, Look
from client_sync.errors import ClientError

_EVERY_SECONDS = 5.0
_SHORTEST_SECONDS = 0.5
_LONGEST_SECONDS = 3600.0


def _seconds(text: str) -> float:
    """Read how long to wait between looks."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS:
        raise argparse.ArgumentTypeError("between 0.5 and 3600 seconds")
    return seconds


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--watch", metavar="DIR", required=True, help="folder, or mounted stick")
    parser.add_argument(
        "--export", action="store_true", help="write what is carried back into the folder"
    )
    parser.add_argument("--once", action="store_true", help="look once and end")
    parser.add_argument(
        "--every",
        metavar="SECONDS",
        type=_seconds,
        default=_EVERY_SECONDS,
        help=f"wait between looks ({_EVERY_SECONDS:g})",
    )
    add_json(parser)


def _tell(console: Console, did: Look, *, is_json: bool) -> None:
    if is_json:
        console.say(to_json(asdict(did)))
    else:
        console.say(
            f"{did.files} files taken, {did.carried} sealed blobs of others carried from now on, "
            f"{did.handed_over} handed over, {did.written} written back; {did.waiting} wait here."
        )
    if did.damaged:
        console.warn(f"{did.damaged} files were damaged; what was whole in them was taken.")
    if did.is_full:
        console.warn("There is no room for more; files are left until something was handed over.")


def _run(options: argparse.Namespace, console: Console) -> None:
    folder, clock = Path(options.watch), SystemClock()
    client = console.client()
    courier = Courier(client, folder, clock, is_exporting=options.export)
    if options.once:
        if not folder.is_dir():
            raise ClientError("there is no such folder; plug in the stick, or name another")
        _tell(console, courier.look(is_patient=False), is_json=options.json)
        return
    console.warn("Watching. Stop with Ctrl-C; nothing is lost.")
    while True:
        did = courier.look()
        if not did.is_idle:
            _tell(console, did, is_json=options.json)
        clock.wait(options.every)


COURIER = Command(
    name="courier",
    summary="watch a memory stick: take sealed reports, carry them, hand them over",
    example="python -m client_sync --home ~/tocsin courier --watch /media/stick --export",
    arguments=_arguments,
    run=_run,
)
