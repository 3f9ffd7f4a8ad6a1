"""Pages of the room: the overview with map and chart, a signal, and its assessments."""

from server.desk.signals.routes import assessment_forms, overview_page, signal_page
from server.desk.signals.routes.room import blueprint

__all__ = ["assessment_forms", "blueprint", "overview_page", "signal_page"]
