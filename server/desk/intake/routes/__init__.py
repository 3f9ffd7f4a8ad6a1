"""The intake's pages; importing this module hangs all of them on the blueprint."""

from server.desk.intake.blueprint import blueprint
from server.desk.intake.routes import carried, channels, invites, quarantine, relays

__all__ = ["blueprint", "carried", "channels", "invites", "quarantine", "relays"]
