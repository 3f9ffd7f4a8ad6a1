"""What a visitor chose about how pages look and listen: light or dark, and single-key shortcuts.

Theory of operation: both are cookies of this browser that say nothing about anybody. Single keys
can be switched off, because they get in the way of speech input (WCAG 2.2, 2.1.4).
"""

from typing import Final

from flask import Blueprint, make_response, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from server.desk.csrf import set_cookie

THEME_COOKIE: Final = "tocsin_theme"
KEYS_COOKIE: Final = "tocsin_keys"
THEMES: Final = ("light", "dark")

blueprint = Blueprint("appearance", __name__)


@blueprint.record_once
def _furnish(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(theme=theme, keys_off=keys_off)


def theme() -> str:
    """Give `light` or `dark` where the visitor chose one, else nothing: the system decides."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def keys_off() -> bool:
    """Tell whether the visitor switched single keys off."""
    return request.cookies.get(KEYS_COOKIE) == "off"


@blueprint.post("/appearance")
def choose() -> ResponseReturnValue:
    """Remember a choice in this browser and lead back to the page."""
    onward = request.form.get("next", "")
    # A path of this desk and nothing else: two slashes would lead to another host.
    local = onward.startswith("/") and not onward.startswith(("//", "/\\"))
    response = make_response(redirect(onward if local else url_for("home")))
    if request.form.get("theme") in THEMES:
        set_cookie(response, THEME_COOKIE, request.form["theme"])
    elif "theme" in request.form:
        set_cookie(response, THEME_COOKIE, "")
    if request.form.get("keys") in {"on", "off"}:
        set_cookie(response, KEYS_COOKIE, "off" if request.form["keys"] == "off" else "")
    return response
