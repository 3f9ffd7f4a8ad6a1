"""Both applications by name: a relay and a desk share nothing but this file."""

from server.desk.app import create_desk_app
from server.relay.app import create_relay_app

__all__ = ["create_desk_app", "create_relay_app"]
