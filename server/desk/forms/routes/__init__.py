"""Pages of the room: a desk's forms, the editor of a draft, its preview and publication."""

from server.desk.forms.routes import (
    draft_forms,
    draft_page,
    overview_forms,
    overview_page,
    publish_page,
    question_page,
)
from server.desk.forms.routes.room import blueprint

__all__ = [
    "blueprint",
    "draft_forms",
    "draft_page",
    "overview_forms",
    "overview_page",
    "publish_page",
    "question_page",
]
