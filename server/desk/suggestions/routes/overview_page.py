"""The page: who suggests, how often that is right, and learning anew."""

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.suggestions import drawing, serving, store
from server.desk.suggestions.routes.room import blueprint
from server.desk.suggestions.training import training_of_desk
from server.desk.triage.routes.room import taxonomy

MOST_MODELS = 12
"""Of the history: older ones stay in the table and are not asked for."""


@blueprint.get("/suggestions")
@requires(Role.MONITOR)
def overview() -> ResponseReturnValue:
    """Show who suggests and how good that is."""
    session, ring = desk_session(), keyring()
    opened = serving.opened_model(session, ring)
    models = store.history(session, ring)
    newest = models[0] if models else None
    return render_template(
        "suggestions.html",
        by=serving.who_suggests(session, opened),
        on=store.switched_on(session),
        codings=store.codings_count(session),
        fewest=serving.FEWEST_CODINGS,
        newest=newest,
        models=models[:MOST_MODELS],
        points=drawing.points(newest.accuracy.bins) if newest else (),
        plot=drawing,
        framework=taxonomy().framework,
        training=training_of_desk().progress,
        pulse=_pulse(),
    )


@blueprint.get("/suggestions/pulse")
@requires(Role.MONITOR)
def pulse() -> ResponseReturnValue:
    """Tell an open page whether anything changed; nothing is opened."""
    return jsonify(pulse=_pulse())


def _pulse() -> str:
    """Name what the page shows of a training."""
    at = training_of_desk().progress
    number = store.newest_number(desk_session())
    return f"{at.phase.name}-{at.done}-{at.of}-{number}"
