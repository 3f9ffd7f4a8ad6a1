"""What a WSGI server runs: `wsgi:relay` or `wsgi:desk`, each built when it is asked for."""

import os

from flask import Flask

from server.apps import create_desk_app, create_relay_app
from server.plumbing.config import DeskConfig, RelayConfig


def __getattr__(name: str) -> Flask:
    """Build the program that is named; the other one is never built."""
    if name == "relay":
        return create_relay_app(RelayConfig.from_env(os.environ))
    if name == "desk":
        return create_desk_app(DeskConfig.from_env(os.environ))
    raise AttributeError(f"wsgi has no {name}: use wsgi:relay or wsgi:desk")
