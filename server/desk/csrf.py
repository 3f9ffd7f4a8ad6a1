"""Nobody else's page may post to the desk in a person's name.

Theory of operation: every form carries a token derived from a secret that only the visitor's
browser and the desk hold: the session's token, or for a visitor who is not logged in, a random
cookie of its own. Every request that is not a plain read is refused without the right token,
for the whole desk at once and not page by page; cookies are `SameSite=Strict` besides.
"""

from typing import Final

from flask import Flask, Response, abort, g, request
from markupsafe import Markup

from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from server.desk.context import desk_config

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
VISIT_COOKIE: Final = "tocsin_visit"
SESSION_COOKIE: Final = "tocsin_desk"
SECRET_BYTES: Final = 32
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def csrf_token() -> str:
    """Give the token of this visitor, 64 hex digits."""
    return primitives.blake2b(_secret().encode(), size=32, person="t1.csrf").hex()


def csrf_field() -> Markup:
    """Give the hidden field that every form holds."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def _secret() -> str:
    known = request.cookies.get(SESSION_COOKIE) or request.cookies.get(VISIT_COOKIE)
    if known:
        return known
    if "new_visit" not in g:
        g.new_visit = random_bytes(SECRET_BYTES).hex()
    return str(g.new_visit)


def _check() -> None:
    if request.method in READS:
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if "new_visit" in g or not primitives.equal(given.encode(), csrf_token().encode()):
        abort(400)


def _remember(response: Response) -> Response:
    if "new_visit" in g:
        set_cookie(response, VISIT_COOKIE, str(g.new_visit))
    return response


def set_cookie(response: Response, name: str, value: str) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send.

    Args:
        response: Where.
        name: Its name.
        value: Its value; empty removes it.
    """
    response.set_cookie(
        name,
        value,
        max_age=None if value else 0,
        secure=travels_encrypted(),
        httponly=True,
        samesite="Strict",
        path="/",
    )


def travels_encrypted() -> bool:
    """Tell whether browsers reach the desk by HTTPS, here or at a proxy in front of it."""
    public = desk_config().public_url
    return request.is_secure or (public is not None and public.startswith("https://"))


def protect(app: Flask) -> None:
    """Check every posting request of an app, and give its templates the field."""
    app.before_request(_check)
    app.after_request(_remember)
    app.jinja_env.globals.update(csrf_field=csrf_field, csrf_token=csrf_token)
