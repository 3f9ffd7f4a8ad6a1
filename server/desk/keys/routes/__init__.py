"""The keys' pages; importing this module hangs all of them on the blueprint."""

from server.desk.keys.routes import calendar, recovery, settings
from server.desk.keys.routes.blueprint import blueprint

__all__ = ["blueprint", "calendar", "recovery", "settings"]
