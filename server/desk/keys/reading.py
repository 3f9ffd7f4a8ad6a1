"""Who read what: an answer that gives a person something sealed leaves one entry in the audit log.

Theory of operation: every opening of a sealed column is counted in the running request, whichever
room does it, so that no page can forget to tell. When the answer is made and before its first byte
leaves, one entry is written: who, what the page is about, and how many values of which table were
opened for it. If the entry cannot be written there is no answer. What the desk opens for itself,
to keep up its index or to sign, is not somebody's reading and is not counted
(docs/adr/0114-a-read-is-an-answer.md).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, g, has_request_context, request

from server.desk.accounts.sessions import current_person
from server.desk.audit.chain import Detail
from server.desk.audit.store import acts_written, append
from server.desk.db import desk_session, start_writing

PAGE_READ: Final = "page.read"
"""The act of a page that says nothing more exact about itself."""
READ_ENDING: Final = ".read"
"""Ends the act of every reading of one thing; a room that wrote such an entry has told."""
OPENED: Final = "opened."
"""Begins the names of the details that count what was opened, by table."""
MOST_SUBJECT_CHARACTERS: Final = 120
"""What the log keeps of a subject."""
_REDIRECTS: Final = range(300, 400)
_NO_CONTENT: Final = 204


@dataclass(frozen=True, slots=True)
class _Named:
    act: str
    subject: str
    detail: Detail


def note_opened(table: str) -> None:
    """Count one opened value for the running request; outside of one nobody reads a page.

    Args:
        table: Whose column was opened.
    """
    if has_request_context() and not g.get("opened_by_the_desk", False):
        if "opened" not in g:
            g.opened = Counter()
        g.opened[table] += 1


@contextmanager
def by_the_desk() -> Iterator[None]:
    """Open for the desk itself, not for whoever asks: nothing within is counted."""
    before = g.get("opened_by_the_desk", False)
    g.opened_by_the_desk = True
    try:
        yield
    finally:
        g.opened_by_the_desk = before


def name_reading(act: str, subject: str, detail: Detail | None = None) -> None:
    """Say what the entry of this answer shall be called, in place of the page's address.

    Args:
        act: As ``noun.verb``.
        subject: What was read: a report id, ``publication:<id>``, a page.
        detail: Short facts; never text, place, name or key.
    """
    g.reading = _Named(act, subject, detail or {})


def attend(app: Flask) -> None:
    """Write the entry of every answer of an app."""
    app.after_request(_write)


def _write(response: Response) -> Response:
    opened: Counter[str] = g.get("opened", Counter())
    named: _Named | None = g.get("reading")
    gives_nothing = response.status_code in _REDIRECTS or response.status_code == _NO_CONTENT
    if gives_nothing or _is_told() or (not opened and named is None):
        return response
    g.pop("opened", None)
    g.pop("reading", None)
    person = current_person()
    told = named or _Named(PAGE_READ, _page(), {})
    detail = {**told.detail, **{f"{OPENED}{table}": opened[table] for table in sorted(opened)}}
    session = desk_session()
    # What a refused act left half done must not be committed with the entry about its page.
    session.rollback()
    start_writing(session)
    append(session, person.actor if person else "desk", told.act, told.subject, detail)
    session.commit()
    return response


def _is_told() -> bool:
    """Tell whether this answer's entry is in the log: a file's is written before it is opened."""
    return any(act.endswith(READ_ENDING) for act in acts_written())


def _page() -> str:
    """Name the page by its endpoint and the ids in its address."""
    ids = [str(value) for value in (request.view_args or {}).values()]
    return " ".join([request.endpoint or "unknown", *ids])[:MOST_SUBJECT_CHARACTERS]
