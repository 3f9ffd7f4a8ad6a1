"""`relay serve`: run a relay until it is told to stop."""

import json
import os
from argparse import SUPPRESS, ArgumentParser, Namespace
from dataclasses import replace

from server.plumbing import logs
from server.plumbing.config import RelayConfig
from server.relay.home import encode_base64, init_home
from server.relay.serving import serve
from server.relay.upstream.courier import upstream_of

EXAMPLE = "example: TOCSIN_RELAY_PORT=8470 python -m server relay serve --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--json", action="store_true", help="first print one JSON object with URL and key"
    )
    parser.add_argument(
        "--upstream",
        metavar="BRIDGE_LINE",
        default=SUPPRESS,
        help="forward to this relay (a courier relay); TOCSIN_RELAY_UPSTREAM keeps the line out "
        "of the list of processes",
    )
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    logs.configure()
    config = RelayConfig.from_env(os.environ)
    config = replace(config, upstream=getattr(arguments, "upstream", None) or config.upstream)
    home = init_home(config.home)
    # A line that cannot be used is said before anything is bound.
    upstream_of(config, home.key.public)

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
