"""`sync`: hand over what waits, and read what the desk left."""

import argparse

from client_sync.cli.command import Command, add_json, to_json
from client_sync.cli.console import Console
from client_sync.errors import ClientError

_COUNTS = (
    "sent",
    "receipts",
    "acknowledged",
    "replies",
    "bytes_up",
    "bytes_down",
    "round_trips",
    "connections",
    "resumed",
)


def _run(options: argparse.Namespace, console: Console) -> None:
    with console.client() as client:
        result = client.sync()
    if options.json:
        console.say(to_json({name: getattr(result, name) for name in _COUNTS}))
    else:
        console.say(
            f"{result.receipts} blobs handed over, {result.acknowledged} reports newly at the desk,"
            f" {result.replies} new replies."
        )
    if not result.has_reached_relay:
        raise ClientError("no relay could be reached; everything waits here, run sync again later")
    for sentence in result.warnings:
        console.warn(sentence)


SYNC = Command(
    name="sync",
    summary="hand over what waits and fetch acknowledgements and replies",
    example="python -m client_sync --home ~/tocsin sync --json",
    arguments=add_json,
    run=_run,
)
