"""`relay forward`: one run to the upstream, now, where no relay runs that would do it."""

import json
import os
from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from server.plumbing import logs
from server.plumbing.clock import SystemClock
from server.plumbing.config import RelayConfig
from server.relay.home import load_home
from server.relay.shared import SharedMemory
from server.relay.storage import Storage
from server.relay.upstream.courier import Lock, upstream_of
from server.relay.upstream.errors import UpstreamError
from server.relay.upstream.forwarder import Forwarder, Tally
from server.relay.upstream.link import HttpLink

EXAMPLE = (
    "example: TOCSIN_RELAY_UPSTREAM='tocsin1 https://... k=...' python -m server relay forward"
)


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Hand on what waits and bring down what is new; 1 when the upstream was of no use."""
    logs.configure()
    tally = forward_once(RelayConfig.from_env(os.environ))
    if arguments.json:
        print(json.dumps(asdict(tally)))
    else:
        for name, value in asdict(tally).items():
            print(f"{name}: {value}")
    return 1 if tally.problem else 0


def forward_once(config: RelayConfig) -> Tally:
    """Run the forwarder once.

    Args:
        config: A courier relay's settings.

    Returns:
        What was done.

    Raises:
        UpstreamError: There is no upstream, or a running relay speaks to it already.
    """
    home = load_home(config.home)
    upstream = upstream_of(config, home.key.public)
    if upstream is None:
        raise UpstreamError("this relay has no upstream: set TOCSIN_RELAY_UPSTREAM to its line")
    lock = Lock(home.folder)
    if not lock.take():
        raise UpstreamError("the relay that runs here forwards by itself: see relay status")
    storage = Storage(config.database_url, connections=2)
    try:
        link = HttpLink(upstream.route)
        return Forwarder(storage, SharedMemory(), SystemClock(), upstream, link).run()
    finally:
        storage.close()
        lock.give()
