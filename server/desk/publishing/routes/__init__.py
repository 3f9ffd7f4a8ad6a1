"""Pages of the room: what was published, the form that publishes, and the files."""

from server.desk.publishing.routes import files, overview_page, publish_forms
from server.desk.publishing.routes.room import blueprint

__all__ = ["blueprint", "files", "overview_page", "publish_forms"]
