"""`relay status`: tell what a relay holds."""

import json
import os
from argparse import ArgumentParser, Namespace
from datetime import date, timedelta

from server.plumbing.config import RelayConfig
from server.relay import outgoing, store
from server.relay.home import encode_base64, load_home
from server.relay.storage import Storage
from server.relay.upstream import ledger

EXAMPLE = "example: python -m server relay status --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print the relay's key, whether a desk is admitted, counts, and what the upstream lacks."""
    status = relay_status(RelayConfig.from_env(os.environ))
    if arguments.json:
        print(json.dumps(status))
    else:
        for name, value in status.items():
            print(f"{name}: {value}")
    return 0


def relay_status(config: RelayConfig) -> dict[str, str | int | bool | None]:
    """Count what a relay holds.

    Args:
        config: Its settings.

    Returns:
        Numbers and the public key; the secret paths are not among them.
    """
    home = load_home(config.home)
    storage = Storage(config.database_url, connections=1)
    try:
        with storage.reading() as connection:
            held = store.holdings(connection)
            version, _ = outgoing.directory(connection)
            status: dict[str, str | int | bool | None] = {
                "relay_key": encode_base64(home.key.public),
                "desk_admitted": home.desk() is not None,
                "blobs": sum(held.values()),
                "bytes": sum(bucket * blobs for bucket, blobs in held.items()),
                "board_head": outgoing.board_head(connection),
                "directory_version": version,
            }
            if config.upstream is not None:
                status |= _upstream_status(ledger.standing(connection))
            return status
    finally:
        storage.close()


def _upstream_status(standing: ledger.Standing) -> dict[str, str | int | bool | None]:
    """Tell what waits for the upstream, and since when: days, because a relay keeps no hours."""
    return {
        "upstream_waiting": standing.waiting,
        "upstream_waiting_since": _date(standing.since_day),
        "upstream_in_doubt": standing.in_doubt,
        "upstream_refused": standing.refused,
        "upstream_last_answer": _date(standing.answered_day),
        "upstream_failures": standing.failures,
    }


def _date(day: int | None) -> str | None:
    return None if day is None else (date(1970, 1, 1) + timedelta(days=day)).isoformat()
