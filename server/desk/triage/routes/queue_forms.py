"""Forms of the queue: acts on several reports at once, their undoing, and saved views."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session
from server.desk.keys.hand import Hand
from server.desk.translations import _, ngettext
from server.desk.triage import coding
from server.desk.triage.acts import assign, take, undo_together
from server.desk.triage.asking import QueueFilter
from server.desk.triage.errors import NothingToUndoError, TriageError
from server.desk.triage.routes.queue_page import BULK_ACTS, team
from server.desk.triage.routes.room import blueprint, hand, taxonomy
from server.desk.triage.saved_views import forget_view, save_view
from server.desk.triage.workflow import Act

MOST_AT_ONCE = 100
NOBODY = "nobody"


@blueprint.post("/queue/acts")
@requires(Role.MONITOR)
def act_on_several() -> ResponseReturnValue:
    """Do one thing to every report that was ticked."""
    ticked = request.form.getlist("report_id")[:MOST_AT_ONCE]
    work, together = _work(), hand()
    done = sum(_done(together, report_id, work) for report_id in ticked)
    desk_session().commit()
    if done:
        words = ngettext(
            "%(num)d report done. Press z to undo.",
            "%(num)d reports done. Press z to undo.",
            done,
        )
        flash(words % {"num": done})
    if done < len(ticked) or not ticked:
        flash(
            _("Some reports were left as they are: somebody else holds them, or none was ticked.")
        )
    return _back_to_queue()


def _work() -> Callable[[Hand, str], object]:
    """Read what shall be done to each."""
    wanted = request.form.get("act", "")
    if wanted == "code":
        judgement = coding.Judgement(request.form.get("indicator_id", ""))
        return lambda who, report_id: coding.code(who, taxonomy(), report_id, judgement)
    if wanted == "assign":
        given = _assignee()
        return lambda who, report_id: assign(who, report_id, given)
    try:
        act = Act(wanted)
    except ValueError:
        abort(400)
    if act not in BULK_ACTS:
        abort(400)
    return lambda who, report_id: _move(who, report_id, act)


def _move(who: Hand, report_id: str, act: Act) -> None:
    """Take an act; what only a claimed report can be asked is asked after claiming it."""
    if act in {Act.TRIAGE, Act.CLOSE}:
        take(who, report_id, Act.CLAIM)
    take(who, report_id, act)


def _assignee() -> str | None:
    wanted = request.form.get("assignee", "")
    if wanted == NOBODY:
        return None
    if wanted not in {person.actor for person in team()}:
        abort(400)
    return wanted


def _done(together: Hand, report_id: str, work: Callable[[Hand, str], object]) -> bool:
    """Do it to one report; a refusal leaves that one as it is."""
    with desk_session().begin_nested() as step:
        try:
            work(together, report_id)
        except TriageError:
            step.rollback()
            return False
    return True


@blueprint.post("/queue/undo")
@requires(Role.MONITOR)
def undo_several() -> ResponseReturnValue:
    """Undo what this person did last, to one report or to many."""
    try:
        undone = undo_together(hand())
    except NothingToUndoError:
        desk_session().rollback()
        flash(_("There is nothing of yours to undo: others have worked on it since."))
        return _back_to_queue()
    desk_session().commit()
    words = ngettext("Undone on %(num)d report.", "Undone on %(num)d reports.", undone)
    flash(words % {"num": undone})
    return _back_to_queue()


@blueprint.post("/queue/views")
@requires(Role.READER)
def keep_view() -> ResponseReturnValue:
    """Keep what the queue is asked now, under a name."""
    name = request.form.get("name", "").strip()
    asked = QueueFilter.from_query(request.args)
    if not name:
        flash(_("Give the view a name, so that you find it again."), "error")
        return _back_to_queue()
    save_view(hand(), name, asked, shared=request.form.get("shared") == "yes")
    desk_session().commit()
    return _back_to_queue()


@blueprint.post("/queue/views/<view_id>/forget")
@requires(Role.READER)
def drop_view(view_id: str) -> ResponseReturnValue:
    """Forget one of one's own views."""
    forget_view(desk_session(), view_id, logged_in().actor)
    desk_session().commit()
    return _back_to_queue()


def _back_to_queue() -> ResponseReturnValue:
    asked = QueueFilter.from_query(request.args)
    return redirect(f"{url_for('triage.queue')}?{urlencode(asked.query)}")
