"""What all pages of the room share."""

from collections.abc import Callable

from flask import Blueprint, abort, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from server.desk.db import desk_session
from server.desk.retention.errors import NoSuchSubjectError
from server.desk.retention.rules import UNSET, Fate
from server.desk.translations import _

blueprint = Blueprint("retention", __name__)


@blueprint.record_once
def _offer(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(keeping_url=_keeping_url())


def _keeping_url() -> Callable[[str, str], str]:
    """Give the pages of reports and incidents their way here; those rooms do not know this one."""
    return lambda kind, subject_id: url_for("retention.keeping", kind=kind, subject_id=subject_id)


@blueprint.errorhandler(NoSuchSubjectError)
def _missing(_error: NoSuchSubjectError) -> ResponseReturnValue:
    desk_session().rollback()
    abort(404)


@blueprint.app_template_filter("level_name")
def level_name(level: str) -> str:
    """Name a level of sensitivity."""
    names = {
        UNSET: _("nobody has said"),
        "low": _("low"),
        "moderate": _("moderate"),
        "high": _("high"),
        "severe": _("severe"),
    }
    return names[level]


@blueprint.app_template_filter("fate_name")
def fate_name(fate: Fate) -> str:
    """Say what becomes of a report."""
    names = {
        Fate.FOR_EVER: _("Kept: no time is set for its level"),
        Fate.HELD: _("Kept: a hold stands on it or on its incident"),
        Fate.UNFINISHED: _("Kept: somebody still has to work on it"),
        Fate.LATER: _("Kept for now: its time is not over"),
        Fate.TO_ANNOUNCE: _("Its time is over: the next run announces it"),
        Fate.ANNOUNCED: _("Announced: it will be deleted"),
        Fate.TO_DELETE: _("Its notice is over: the next run deletes it"),
    }
    return names[fate]
