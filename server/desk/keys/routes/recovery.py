"""Recovery sheets: making, showing each once, rehearsing; and the door for who has only sheets."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.audit.store import append
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.keys.recovery import (
    SUBJECT,
    SheetGoneError,
    end_sets,
    make_set,
    recovery_sets,
    rehearse,
    restore,
    show_sheet,
)
from server.desk.keys.routes.blueprint import blueprint
from server.desk.keys.sheets import LEAST_NEEDED, MOST_SHEETS, WORDS, Fault, SheetError
from server.desk.translations import _

NOBODY = "desk"
"""Who restores is known to the sheets alone."""

USUAL_SHEETS = 5
USUAL_NEEDED = 3
"""Three of five: two may be lost, and two thieves together have nothing."""


@blueprint.get("/recovery")
@requires(Role.LEAD, Role.ADMIN)
def recovery() -> ResponseReturnValue:
    """Show which sheets there are, and what is due."""
    return _page([], None)


def _page(typed: list[str], error: SheetError | None) -> str:
    sets = recovery_sets(desk_session())
    return render_template(
        "recovery.html",
        sets=sets,
        fields=_fields(typed),
        error=error,
        in_words=in_words,
        may_make=logged_in().may(Role.LEAD) and not keyring().locked,
        most=MOST_SHEETS,
        least=LEAST_NEEDED,
        usual=(USUAL_SHEETS, USUAL_NEEDED),
    )


def _fields(typed: list[str]) -> list[str]:
    """Give one field for each sheet that is needed, holding what was typed."""
    needed = max((one.needed for one in recovery_sets(desk_session())), default=USUAL_NEEDED)
    return (typed + [""] * needed)[: max(needed, len(typed))]


def _typed() -> list[str]:
    return request.form.getlist("sheet")[:MOST_SHEETS]


@blueprint.post("/recovery/make")
@requires(Role.LEAD)
def make_recovery() -> ResponseReturnValue:
    """Make a set of sheets."""
    session = desk_session()
    count, needed = (request.form.get(name, "")[:3] for name in ("count", "needed"))
    digits = count.isascii() and needed.isascii() and count.isdigit() and needed.isdigit()
    if not digits or not LEAST_NEEDED <= int(needed) <= int(count) <= MOST_SHEETS:
        flash(_("Choose 2 to 16 sheets, and how many of them are needed."), "error")
        return _page([], None), 422
    make_set(session, keyring(), needed=int(needed), count=int(count), actor=logged_in().actor)
    session.commit()
    flash(_("The sheets are made. Show each one once, then rehearse."), "good")
    return redirect(url_for(".recovery"))


@blueprint.post("/recovery/<int(max=2147483647):set_id>/sheets/<int(max=16):number>/show")
@requires(Role.LEAD)
def show_recovery_sheet(set_id: int, number: int) -> ResponseReturnValue:
    """Show a sheet the one time."""
    session = desk_session()
    try:
        sheet = show_sheet(session, keyring(), set_id, number, logged_in().actor)
    except SheetGoneError:
        flash(_("This sheet was shown before. If it is lost, make a new set."), "error")
        return redirect(url_for(".recovery"))
    session.commit()
    return render_template("recovery_sheet.html", sheet=sheet)


@blueprint.post("/recovery/rehearse")
@requires(Role.LEAD)
def rehearse_recovery() -> ResponseReturnValue:
    """Take sheets that were typed back."""
    session = desk_session()
    try:
        rehearse(session, _typed(), logged_in().actor)
    except SheetError as error:
        return _page(_typed(), error), 422
    session.commit()
    flash(_("These sheets open the desk. The set is in force; older sheets open nothing."), "good")
    return redirect(url_for(".recovery"))


@blueprint.post("/recovery/end")
@requires(Role.LEAD)
def end_recovery() -> ResponseReturnValue:
    """End every set at once, because sheets were seen or lost."""
    session = desk_session()
    if not end_sets(session, logged_in().actor):
        abort(404)
    session.commit()
    flash(_("All recovery sheets have ended. Make a new set soon."), "good")
    return redirect(url_for(".recovery"))


@blueprint.get("/recover")
def recover() -> ResponseReturnValue:
    """Show the door for who has nothing but sheets."""
    return _door([], None)


def _door(typed: list[str], error: SheetError | None) -> str:
    return render_template("recover.html", fields=_fields(typed), error=error, in_words=in_words)


@blueprint.post("/recover")
def restore_recovery() -> ResponseReturnValue:
    """Unlock the desk with sheets and lead to a new lead's set-up."""
    session = desk_session()
    try:
        token = restore(session, keyring(), _typed(), NOBODY)
    except SheetError as error:
        append(session, NOBODY, "recovery.refuse", SUBJECT, {"fault": error.fault.value})
        session.commit()
        return _door(_typed(), error), 422
    session.commit()
    return redirect(url_for("accounts.setup", token=token))


def in_words(error: SheetError) -> str:
    """Say what is wrong with a sheet that was typed, in the language of the page."""
    if error.fault is Fault.COUNT:
        return _("A sheet has %(words)s words; here are %(found)s.") % {
            "words": WORDS,
            "found": error.position,
        }
    if error.fault is Fault.WORD:
        return _("Word %(number)s is not a word of the list. Look at it again.") % {
            "number": error.position
        }
    return {
        Fault.CHECKSUM: _("A word is wrong, or two are exchanged. Compare with the sheet."),
        Fault.OTHER_SET: _("This sheet is of another set. Look at the set number on it."),
        Fault.TWICE: _("This sheet was typed already. Take another one."),
        Fault.TOO_FEW: _("More sheets are needed. Type one in each field."),
        Fault.CLOSED: _("These sheets do not open this desk."),
    }[error.fault]
