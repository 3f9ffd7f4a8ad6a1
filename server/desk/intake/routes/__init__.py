"""The intake's pages; importing this module hangs all of them on the blueprint."""

from server.desk.intake.blueprint import blueprint
from server.desk.intake.routes import canary, carried, channels, invites, quarantine, relays

__all__ = ["blueprint", "canary", "carried", "channels", "invites", "quarantine", "relays"]
