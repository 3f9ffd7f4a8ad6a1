"""Pages of the room: the rules and what they will do, and how long one thing is kept."""

from server.desk.retention.routes import keeping_page, overview_page
from server.desk.retention.routes.room import blueprint

__all__ = ["blueprint", "keeping_page", "overview_page"]
