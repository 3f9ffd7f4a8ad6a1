"""`watch`: sync again and again, at times that say nothing."""

import argparse

from client_sync.cli.command import Command
from client_sync.cli.console import Console
from client_sync.clock import SystemClock
from client_sync.network import network_name
from client_sync.pace import IDLE_SECONDS
from client_sync.sync.result import SyncResult
from client_sync.views import ReportStatus
from client_sync.watching import Watcher, outbox_mark
from schemas.envelope.entropy import random_bytes

_KEY_BYTES = 32
_LEAST_SECONDS = 1.0


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds >= _LEAST_SECONDS:
        raise argparse.ArgumentTypeError("seconds, at least 1")
    return seconds


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--every",
        type=_seconds,
        default=IDLE_SECONDS,
        metavar="SECONDS",
        help="mean of the pauses, which are drawn by chance (%(default).0f)",
    )
    parser.add_argument(
        "--front",
        action="store_true",
        help="somebody is looking: the pace follows what waits, and may show when you wrote",
    )
    parser.add_argument("--polls", type=int, metavar="N", help="stop after so many")


def _run(options: argparse.Namespace, console: Console) -> None:
    client = console.client()
    key = random_bytes(_KEY_BYTES)  # tells networks apart while this runs, and dies with it

    def poll() -> tuple[SyncResult, tuple[ReportStatus, ...]]:
        with client:
            return client.sync(is_manual=False), client.status()

    def tell(result: SyncResult) -> None:
        console.say(
            f"{result.receipts} blobs handed over, {result.acknowledged} reports newly at the"
            f" desk, {result.replies} new replies; a relay answered:"
            f" {'yes' if result.has_reached_relay else 'no'}."
        )

    home = console.home

    watcher = Watcher(
        poll,
        lambda: network_name(key),
        SystemClock(),
        random_bytes,
        mean_seconds=options.every,
        is_front=options.front,
        mark=lambda: outbox_mark(home),
    )
    watcher.run(tell, options.polls)


WATCH = Command(
    name="watch",
    summary="sync again and again, at times drawn by chance; reports go within minutes",
    example="python -m client_sync --home ~/tocsin watch --every 600",
    arguments=_arguments,
    run=_run,
)
