"""`join`: belong to a desk."""

import argparse
from pathlib import Path

from client_sync.cli.command import Command
from client_sync.cli.console import Console
from client_sync.joining import read_invite, read_joining_file
from client_sync.vault.container import FULL_COST, SMALL_COST


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "invite", metavar="INVITE", help="invite link, bridge line, or a joining file from the desk"
    )
    parser.add_argument(
        "--small-memory",
        action="store_true",
        help="derive the vault's key with 19 MiB instead of 64 MiB",
    )


def _run(options: argparse.Namespace, console: Console) -> None:
    cost = SMALL_COST if options.small_memory else FULL_COST
    path = Path(options.invite)
    is_file = "#" not in options.invite and " " not in options.invite and path.is_file()
    if is_file:
        read_joining_file(path)  # before anybody is asked for a passphrase
    else:
        read_invite(options.invite)
    with console.new_client() as client:
        joined = client.join_by_file(path, cost) if is_file else client.join(options.invite, cost)
    console.say(f"Joined {joined.desk_name}.")
    if not joined.has_directory:
        console.warn("No relay answered. Reports are kept as encrypted drafts; run sync later.")


JOIN = Command(
    name="join",
    summary="join a desk and set the passphrase of this home",
    example="python -m client_sync --home ~/tocsin join 'https://relay.example.org/app/#tocsin1...'",
    arguments=_arguments,
    run=_run,
)
