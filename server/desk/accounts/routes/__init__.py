"""The accounts' pages; importing this module hangs all of them on the blueprint."""

from server.desk.accounts.blueprint import blueprint
from server.desk.accounts.routes import doors, join, keys, log, me, people

__all__ = ["blueprint", "doors", "join", "keys", "log", "me", "people"]
