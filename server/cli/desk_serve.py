"""`desk serve`: run a desk until it is told to stop."""

import json
import os
from argparse import ArgumentParser, Namespace

from server.desk.serving import serve
from server.plumbing import logs
from server.plumbing.config import DeskConfig

EXAMPLE = "example: TOCSIN_DESK_PORT=8471 python -m server desk serve"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--json", action="store_true", help="first print one JSON object with the URL"
    )
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    logs.configure()

    def ready(host: str, port: int) -> None:
        url = f"http://{host}:{port}/"
        print(json.dumps({"desk_url": url}) if arguments.json else f"desk on {url}", flush=True)

    serve(DeskConfig.from_env(os.environ), ready)
    return 0
