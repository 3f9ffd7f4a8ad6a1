"""Every route of the desk is declared: who may use it, and what stands for its parts."""

from flask import Flask

from server.desk.rooms import BLUEPRINTS
from tests.support.desk_access import ACCESS, MAY, PARTS


def _app() -> Flask:
    """Hang the desk's rooms into an app of their own, as the desk does; nothing else runs."""
    app = Flask("server.desk")
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def test_every_route_of_the_desk_says_who_may_use_it() -> None:
    routes = {rule.endpoint for rule in _app().url_map.iter_rules()} - {"static"} | {"home"}
    assert routes - set(ACCESS) == set(), "say who may use it: tests/support/desk_access.py"
    assert set(ACCESS.values()) <= set(MAY)


def test_every_part_of_an_address_has_an_id_that_exists() -> None:
    parts = {name for rule in _app().url_map.iter_rules() for name in rule.arguments}
    assert parts - PARTS == set(), "name one in tests/support/filled_desk.py, then here"
