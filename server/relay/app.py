"""Putting a relay together as a WSGI application."""

from typing import TYPE_CHECKING, Final

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from server.plumbing.clock import Clock, SystemClock
from server.plumbing.config import RelayConfig
from server.relay.endpoint import Endpoint
from server.relay.errors import HomeError
from server.relay.gateway import Gateway
from server.relay.pages import NOT_FOUND_PAGE, Folder
from server.relay.routes import PHONE, SITE, blueprint, unknown_page
from server.relay.services import Relay, build_relay

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

RELAY: Final = "tocsin.relay"


def create_relay_app(config: RelayConfig, clock: Clock | None = None) -> Flask:
    """Build the application of a relay.

    Nothing is open and no thread runs when this returns, so a server may fork afterwards.

    Args:
        config: Its settings; `init_home` must have been called for its home.
        clock: Its time; the machine's if None.

    Returns:
        The application; `relay_of` gives its parts.

    Raises:
        HomeError: The relay's files or its web site are missing.
        MigrationError: Its database is of a later version.
    """
    site = Folder(config.site_path)
    if NOT_FOUND_PAGE not in site:
        raise HomeError(f"the web site needs a page {NOT_FOUND_PAGE}: see TOCSIN_RELAY_SITE_PATH")
    relay = build_relay(config, SystemClock() if clock is None else clock)
    app = Flask(__name__, static_folder=None)
    # A second slash in a path is another path, not a redirect.
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    app.extensions |= {RELAY: relay, SITE: site, PHONE: Folder(config.phone_dist_path)}
    app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, unknown_page)
    app.wsgi_app = _front_of(relay, app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def _front_of(relay: Relay, site: "WSGIApplication") -> "WSGIApplication":
    """Put the relay's doors before its web site."""
    front: WSGIApplication = Endpoint(relay, site)
    if relay.config.sms_secret is not None:
        front = Gateway(relay, relay.config.sms_secret, front)
    hops = relay.config.trusted_proxies
    return ProxyFix(front, x_for=hops) if hops else front


def relay_of(app: Flask) -> Relay:
    """Give the parts of a relay's application."""
    relay = app.extensions[RELAY]
    assert isinstance(relay, Relay)  # noqa: S101 - narrows Flask's untyped registry
    return relay
