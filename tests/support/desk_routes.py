"""Every address of a desk, taken from its own table of routes, with ids that exist."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

NOT_PAGES = frozenset({"static"})
"""Endpoints that give files of the program to anybody."""


@dataclass(frozen=True, slots=True)
class Address:
    """One thing that can be asked of a desk."""

    endpoint: str
    method: str
    path: str


def addresses(app: Flask, named: Mapping[str, str]) -> list[Address]:
    """List every route of a desk once a method.

    Args:
        app: The desk.
        named: What stands for each part of an address; a part without a name is a mistake of
            whoever added the route and not of the route.

    Returns:
        In the order of endpoints.
    """
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOT_PAGES:
            continue
        parts = {name: named[name] for name in rule.arguments}
        typed = {name: int(v) if v.isdecimal() and len(v) < 10 else v for name, v in parts.items()}
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            path = adapter.build(rule.endpoint, typed, method=method)
            found.append(Address(rule.endpoint, method, path))
    return sorted(found, key=lambda one: (one.endpoint, one.method))
