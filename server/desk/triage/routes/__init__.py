"""Pages of triage: the queue, the report, and the forms on them."""

from server.desk.triage.routes import (
    act_forms,
    coding_forms,
    contact_forms,
    incident_forms,
    incident_pages,
    queue_forms,
    queue_page,
    refusals,
    report_page,
)
from server.desk.triage.routes.room import blueprint

__all__ = [
    "act_forms",
    "blueprint",
    "coding_forms",
    "contact_forms",
    "incident_forms",
    "incident_pages",
    "queue_forms",
    "queue_page",
    "refusals",
    "report_page",
]
