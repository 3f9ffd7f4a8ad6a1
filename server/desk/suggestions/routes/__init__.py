"""Pages of the room: the overview with its figures, and learning anew."""

from server.desk.suggestions.routes import overview_forms, overview_page
from server.desk.suggestions.routes.room import blueprint

__all__ = ["blueprint", "overview_forms", "overview_page"]
