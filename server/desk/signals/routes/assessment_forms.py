"""Writing an assessment, reading it, and signing somebody else's."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.signals import store
from server.desk.signals.assessment import (
    FEWEST_CHARACTERS,
    MOST_CHARACTERS,
    OTHERS_ONLY,
    TRANSITIONS,
    AssessmentAct,
    Findings,
    Pillar,
)
from server.desk.signals.errors import AssessmentError
from server.desk.signals.routes.room import blueprint, hints
from server.desk.translations import _
from server.desk.triage.routes.room import hand


@blueprint.get("/signals/<signal_id>/assessment")
@requires(Role.ANALYST)
def assess(signal_id: str) -> ResponseReturnValue:
    """Show the empty form, or one's own assessment to be revised."""
    session, ring = desk_session(), keyring()
    revised = request.args.get("revise", "")
    before = store.assessment_named(session, ring, revised) if revised else None
    return _form(signal_id, before.findings if before else None, revised)


@blueprint.post("/signals/<signal_id>/assessment")
@requires(Role.ANALYST)
def write(signal_id: str) -> ResponseReturnValue:
    """Keep an assessment; it then waits for a second person."""
    findings, revised = _findings(), request.form.get("revise", "")
    try:
        if revised:
            kept = store.revise(hand(), revised, findings)
        else:
            kept = store.write_assessment(hand(), signal_id, findings)
    except AssessmentError as error:
        # What was typed is shown again: nobody writes an assessment twice.
        desk_session().rollback()
        for sentence in hints(error):
            flash(sentence, "error")
        return _form(signal_id, findings, revised), 422
    desk_session().commit()
    flash(_("The assessment is kept. A second person has to sign it."))
    return redirect(url_for("signals.assessment", assessment_id=kept.id))


def _findings() -> Findings:
    form = request.form
    try:
        return Findings(
            headline=form.get("headline", ""),
            known=form.get("known", ""),
            basis=form.get("basis", ""),
            unknown=form.get("unknown", ""),
            explanations=form.get("explanations", ""),
            step=form.get("step", ""),
            pillar=Pillar(form.get("pillar", "")),
        )
    except ValueError:
        abort(400)


def _form(signal_id: str, findings: Findings | None, revised: str) -> str:
    return render_template(
        "assess.html",
        signal=store.signal_named(desk_session(), keyring(), signal_id),
        findings=findings,
        revised=revised,
        pillars=list(Pillar),
        fewest=FEWEST_CHARACTERS,
        most=MOST_CHARACTERS,
    )


@blueprint.get("/assessments/<assessment_id>")
@requires(Role.READER)
def assessment(assessment_id: str) -> ResponseReturnValue:
    """Show an assessment as it would be signed."""
    session, ring, person = desk_session(), keyring(), logged_in()
    view = store.assessment_named(session, ring, assessment_id)
    acts = [
        act
        for act in TRANSITIONS[view.state]
        if (act in OTHERS_ONLY) is (person.actor != view.author) and person.may(_role_for(act))
    ]
    return render_template(
        "assessment.html",
        assessment=view,
        signal=store.signal_named(session, ring, view.signal_id),
        acts=acts,
    )


def _role_for(act: AssessmentAct) -> Role:
    return Role.LEAD if act is AssessmentAct.SIGN else Role.ANALYST


@blueprint.post("/assessments/<assessment_id>/acts")
@requires(Role.ANALYST)
def act_on_assessment(assessment_id: str) -> ResponseReturnValue:
    """Sign, return or withdraw an assessment."""
    try:
        act = AssessmentAct(request.form.get("act", ""))
    except ValueError:
        abort(400)
    if not logged_in().may(_role_for(act)):
        abort(403)
    store.act_on(hand(), assessment_id, act)
    desk_session().commit()
    return redirect(url_for("signals.assessment", assessment_id=assessment_id))
