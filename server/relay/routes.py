"""The web site a relay shows: a static site at `/`, the phone app at `/app/`, one unknown page.

Theory of operation: there is one answer for everything that is not a file: same bytes, same
headers, whatever path, method or body asked. It is the web site's own `404.html`. Flask's own
answers (405, redirects, OPTIONS) are switched off in favour of it.
"""

from typing import Final

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from server.plumbing.headers import PHONE_POLICY, SITE_POLICY, secure
from server.relay.pages import NOT_FOUND_PAGE, Folder, Page, send

SITE: Final = "tocsin.site"
PHONE: Final = "tocsin.phone"
APP_PREFIX: Final = "app/"

_READING: Final = ("GET", "HEAD")

blueprint = Blueprint("site", __name__, static_folder=None)


@blueprint.route("/", defaults={"path": ""}, provide_automatic_options=False)
@blueprint.route("/<path:path>", provide_automatic_options=False)
def page(path: str) -> Response:
    """Show a page of the site or a file of the phone app."""
    if path.startswith(APP_PREFIX):
        return phone_page(path.removeprefix(APP_PREFIX))
    found = _folder(SITE).find(path)
    return unknown_page() if found is None else secure(send(found, request), SITE_POLICY)


def phone_page(path: str) -> Response:
    """Show a file of the phone app."""
    found = _folder(PHONE).find(path)
    if found is None:
        return unknown_page()
    response = secure(send(found, request), PHONE_POLICY)
    if path == "sw.js":
        response.headers["Service-Worker-Allowed"] = f"/{APP_PREFIX}"
    return response


def unknown_page(_error: HTTPException | None = None) -> Response:
    """Answer what is no page: always the same bytes and headers."""
    unknown: Page = _folder(SITE)[NOT_FOUND_PAGE]
    response = Response(unknown.content, status=404, content_type=unknown.media_type)
    response.headers["Cache-Control"] = unknown.cache
    return secure(response, SITE_POLICY)


def _folder(name: str) -> Folder:
    folder = current_app.extensions[name]
    assert isinstance(folder, Folder)  # noqa: S101 - narrows Flask's untyped registry
    return folder
