"""What all pages of triage share: the blueprint, the hand of the person, the words of a page."""

from datetime import datetime, timedelta
from pathlib import Path

from babel.dates import format_date, format_datetime, format_timedelta
from flask import Blueprint, current_app, g, redirect, url_for
from flask.typing import ResponseReturnValue

from schemas.domain.vocabulary import TimePrecision
from server.desk.accounts.people import colleagues
from server.desk.accounts.sessions import logged_in
from server.desk.context import desk_config, now
from server.desk.db import desk_session
from server.desk.intake.views import AttachmentView
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring
from server.desk.keys.reading import name_reading
from server.desk.translations import _, language, locale
from server.desk.triage import words
from server.desk.triage.language import detect
from server.desk.triage.taxonomy import Taxonomy, taxonomy_of
from server.desk.triage.whereabouts import layer_of_desk

blueprint = Blueprint("triage", __name__)

CONFLICT = 409
EVIDENCE_ENDPOINT = "evidence.attachment"


def hand() -> Hand:
    """Give the hand of whoever is logged in, on the session of the request."""
    return Hand(desk_session(), keyring(), logged_in().actor, now())


def taxonomy() -> Taxonomy:
    """Give the taxonomy of the running desk."""
    return taxonomy_of(Path(desk_config().home))


def back(report_id: str, anchor: str = "") -> ResponseReturnValue:
    """Commit, and lead back to the report, or to where the form says."""
    desk_session().commit()
    return redirect(url_for("triage.report", report_id=report_id, _anchor=anchor or None))


def note_reading(subject: str, reports: int) -> None:
    """Write down that somebody read the beginnings of so many reports on one page.

    Args:
        subject: Which page.
        reports: How many; with none there is nothing to write down.
    """
    if reports:
        name_reading("reports.list", subject, {"reports": reports})


@blueprint.app_template_filter("said")
def _said(value: object) -> str:
    return words.said(value)  # type: ignore[arg-type]


@blueprint.app_template_filter("done")
def _done(act: str) -> str:
    return words.done(act)


@blueprint.app_template_filter("day")
def _day(at: datetime) -> str:
    return format_date(at, "d MMM y", locale=locale())


@blueprint.app_template_filter("ago")
def _ago(at: datetime) -> str:
    since = at - now()
    if abs(since) < timedelta(minutes=1):
        return _("just now")
    return format_timedelta(since, add_direction=True, locale=locale())


@blueprint.app_template_filter("observed")
def _observed(at: datetime, precision: TimePrecision) -> str:
    """Say a time no more exactly than it is known."""
    pattern = {
        TimePrecision.HOUR: "d MMM y, HH 'h UTC'",
        TimePrecision.DAY: "d MMM y",
        TimePrecision.WEEK: "d MMM y",
        TimePrecision.MONTH: "MMMM y",
    }[precision]
    return format_datetime(at, pattern, locale=locale())


@blueprint.app_template_filter("person_name")
def _person_name(actor: str) -> str:
    """Name whoever the audit log names."""
    if "names" not in g:
        people = colleagues(desk_session())
        g.names = {known.person.actor: known.person.name for known in people}
    return str(g.names.get(actor) or _("the command line"))


@blueprint.app_template_filter("area_name")
def _area_name(code: str) -> str:
    area = layer_of_desk().area(code)
    return area.name(language()) if area else code


@blueprint.app_template_filter("language_name")
def _language_name(code: str) -> str:
    known = locale().languages.get(code.split("-", maxsplit=1)[0]) if code != "und" else None
    return known or (_("language not said") if code == "und" else code)


@blueprint.app_template_filter("languages_found")
def _languages_found(text: str) -> str:
    """Say in which language a text is written and how sure that is; empty where nobody can tell."""
    found = detect(text)
    if not found.tongues:
        return ""
    several = len(found.tongues) > 1
    named = ", ".join(
        _language_name(one.code) + (f" {one.share} %" if several else "") for one in found.tongues
    )
    if found.sure:
        return _("written in %(languages)s") % {"languages": named}
    return _("perhaps written in %(languages)s, not sure") % {"languages": named}


@blueprint.app_template_filter("text_direction")
def _text_direction(code: str) -> str:
    """Tell which way a text runs: `rtl`, `ltr`, or `auto` where its language is not known."""
    rtl = {"ar", "fa", "he", "ur", "ps", "ku", "ckb", "dv", "yi", "ug", "sd"}
    if code == "und":
        return "auto"
    return "rtl" if code.split("-", maxsplit=1)[0] in rtl else "ltr"


@blueprint.app_template_global("file_url")
def _file_url(file: AttachmentView) -> str:
    """Give the address of a file's working copy; empty at a desk without the evidence room."""
    if EVIDENCE_ENDPOINT not in current_app.view_functions:
        return ""
    return url_for(EVIDENCE_ENDPOINT, attachment_id=file.id)
