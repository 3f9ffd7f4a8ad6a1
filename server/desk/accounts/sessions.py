"""Who is asking, and whether they may.

Theory of operation: a session is a random token in a cookie; the database holds only its hash.
It ends when it was idle too long, when it is old, when it is revoked or when its person is
disabled; all four are looked at on every request. The page's own code sees a
:class:`~server.desk.accounts.roles.Person` and nothing of this.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Final, ParamSpec

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Person, Role

IDLE_END: Final = timedelta(minutes=30)
"""A desk left alone in a shared room closes itself within half an hour."""

ABSOLUTE_END: Final = timedelta(hours=12)
"""One long shift; after it everybody shows both factors again."""

P = ParamSpec("P")


def current_person() -> Person | None:
    """Give whoever is logged in on this request, or None."""
    found = g.get("person")
    return found if isinstance(found, Person) else None


def logged_in() -> Person:
    """Give whoever is logged in; for code behind :func:`requires`, where somebody always is."""
    person = current_person()
    if person is None:
        abort(401)
    return person


def requires(
    *roles: Role,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let a page be reached only by people who hold one of some roles.

    Args:
        roles: Any of them is enough; on the ladder each stands for itself and those above.

    Returns:
        A decorator: without a session it leads to the login page, with too low a role it is 403.
    """

    def decorate(page: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(page)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            person = current_person()
            if person is None:
                return redirect(url_for("accounts.login", next=request.path))
            if not any(person.may(role) for role in roles):
                abort(403)
            return page(*args, **kwargs)

        return guarded

    return decorate
