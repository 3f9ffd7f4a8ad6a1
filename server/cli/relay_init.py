"""`relay init`: make a relay's key, path and database."""

import os
from argparse import ArgumentParser, Namespace

from server.plumbing.config import RelayConfig
from server.relay.home import encode_base64, init_home
from server.relay.storage import Storage

EXAMPLE = "example: TOCSIN_HOME=/srv/tocsin python -m server relay init"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(_arguments: Namespace) -> int:
    """Make what is missing; harmless when everything is there."""
    config = RelayConfig.from_env(os.environ)
    home = init_home(config.home)
    Storage(config.database_url, connections=1).prepare()
    print(f"relay key {encode_base64(home.key.public)}")
    return 0
