"""`relay status`: tell what a relay holds."""

import json
import os
from argparse import ArgumentParser, Namespace

from server.plumbing.config import RelayConfig
from server.relay import outgoing, store
from server.relay.home import encode_base64, load_home
from server.relay.storage import Storage

EXAMPLE = "example: python -m server relay status --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print the relay's key, whether a desk is admitted, and counts."""
    status = relay_status(RelayConfig.from_env(os.environ))
    if arguments.json:
        print(json.dumps(status))
    else:
        for name, value in status.items():
            print(f"{name}: {value}")
    return 0


def relay_status(config: RelayConfig) -> dict[str, str | int | bool]:
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
            return {
                "relay_key": encode_base64(home.key.public),
                "desk_admitted": home.desk() is not None,
                "blobs": sum(held.values()),
                "bytes": sum(bucket * blobs for bucket, blobs in held.items()),
                "board_head": outgoing.board_head(connection),
                "directory_version": version,
            }
    finally:
        storage.close()
