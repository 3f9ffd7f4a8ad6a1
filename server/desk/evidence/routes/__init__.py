"""Pages of the evidence room: files as they came, what is known of them, what is made of them."""

from server.desk.evidence.routes import derived, file_page, files, folders, words
from server.desk.evidence.routes.room import blueprint

__all__ = ["blueprint", "derived", "file_page", "files", "folders", "words"]
