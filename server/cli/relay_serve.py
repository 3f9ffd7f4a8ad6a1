"""`relay serve`: run a relay until it is told to stop."""

import json
import os
from argparse import ArgumentParser, Namespace

from server.plumbing import logs
from server.plumbing.config import RelayConfig
from server.relay.home import encode_base64, init_home
from server.relay.serving import serve

EXAMPLE = "example: TOCSIN_RELAY_PORT=8470 python -m server relay serve --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--json", action="store_true", help="first print one JSON object with URL and key"
    )
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    logs.configure()
    config = RelayConfig.from_env(os.environ)
    home = init_home(config.home)

    def ready(host: str, port: int) -> None:
        origin = f"http://{host}:{port}"
        if arguments.json:
            key = encode_base64(home.key.public)
            line = {"relay_url": origin + home.paths[0], "relay_key": key, "origin": origin}
            print(json.dumps(line), flush=True)
        else:
            print(f"relay listening on {origin}", flush=True)

    serve(config, ready)
    return 0
