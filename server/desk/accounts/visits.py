"""Seeing, before any page runs, whether the visitor is logged in."""

from typing import Final

from flask import Flask, abort, g, request

from server.desk import csrf
from server.desk.accounts.session_store import person_of_token
from server.desk.db import desk_session, start_writing


def attend(app: Flask) -> None:
    """Look at the session cookie of every request to an app."""
    app.before_request(_refuse_nul)
    app.before_request(_look)


NUL: Final = "\x00"
"""PostgreSQL keeps no text with it, and no form of ours needs it."""


def _refuse_nul() -> None:
    words = [*(request.view_args or {}).values(), *request.args.values(), *request.form.values()]
    if any(NUL in str(word) for word in words):
        abort(400)


def _look() -> None:
    if request.endpoint == "static":
        return
    token = request.cookies.get(csrf.SESSION_COOKIE)
    if token:
        g.person = person_of_token(desk_session(), token)
        desk_session().commit()
    if request.method not in csrf.READS:
        start_writing(desk_session())
