"""The report page: everything a person needs to judge one report, at one look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from schemas.constants import MAX_REPLY_CHARACTERS, REPLY_ROOM_BYTES
from schemas.domain.vocabulary import (
    Confidence,
    InformationCredibility,
    Purpose,
    ReplyKind,
    SourceReliability,
)
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.intake.contact import MAX_REASON_CHARACTERS, stop_on
from server.desk.intake.errors import UnknownReportError as NoSuchReportError
from server.desk.intake.store import full_id, replies_to, report_detail
from server.desk.intake.views import ReportView
from server.desk.keys.forms import form_named
from server.desk.keys.keyring import keyring
from server.desk.keys.reading import name_reading
from server.desk.translations import language
from server.desk.triage.answers import answers_said
from server.desk.triage.errors import UnknownReportError
from server.desk.triage.following import follow_ups, of_purpose, turns
from server.desk.triage.hints import hints_for
from server.desk.triage.incident_store import incident_detail, memberships, told_apart_from
from server.desk.triage.index.around import of_same_install
from server.desk.triage.index.reading import report_index
from server.desk.triage.place_map import place_map
from server.desk.triage.resemblance import resembling
from server.desk.triage.routes.room import blueprint, taxonomy
from server.desk.triage.safety import canned_texts
from server.desk.triage.store import (
    codings_of,
    history_of,
    notes_of,
    repeats_of,
    triage_of,
)
from server.desk.triage.translation import MOST_TRANSLATION_CHARACTERS, translation_of
from server.desk.triage.verification import findings_open
from server.desk.triage.whereabouts import layer_of_desk
from server.desk.triage.workflow import acts_open

MOST_OF_INSTALL = 8
"""Other reports of one install shown: the newest; more would push the judging aside."""


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """What somebody typed into a form of the page that could not be kept.

    Attributes:
        form: Endpoint of the form; empty for none.
        fields: What was filled in.
    """

    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_form(cls) -> "Draft":
        """Read what the refused form held."""
        return cls(request.endpoint or "", request.form)

    def of(self, form: str, name: str) -> str:
        """Give what was typed into a field of a form, or nothing."""
        return self.fields.get(name, "") if form == self.form else ""

    @property
    def words(self) -> str:
        """What was written, whichever form it was."""
        return self.fields.get("text") or self.fields.get("reason") or ""

    def __repr__(self) -> str:
        """Hide the words."""
        return "<Draft>"


@blueprint.get("/reports/<report_id>")
@requires(Role.READER)
def report(report_id: str) -> ResponseReturnValue:
    """Show one report; that it was read is written down."""
    return show_report(report_id)


def show_report(report_id: str, *, draft: Draft | None = None) -> str:
    """Draw one report's page.

    Args:
        report_id: Its id or its first digits.
        draft: What could not be kept; it stands on the page again.

    Raises:
        UnknownReportError: There is no such report.
    """
    session, actor = desk_session(), logged_in().actor
    view = _opened(report_id)
    page = render_template(
        "report.html",
        view=view,
        **_judgements(view, actor),
        **_surroundings(view),
        **_thread(view),
        answered=answers_said(view.report.forms, partial(form_named, session), language()),
        room_bytes=REPLY_ROOM_BYTES,
        most_characters=MAX_REPLY_CHARACTERS,
        draft=draft or Draft(),
        now=now(),
    )
    name_reading("report.read", view.report_id)
    return page


def _opened(report_id: str) -> ReportView:
    """Open a report by its id or its first digits."""
    session = desk_session()
    try:
        return report_detail(session, keyring(), full_id(session, report_id))
    except NoSuchReportError as missing:
        raise UnknownReportError("no report has this id: look for it in the queue") from missing


def _judgements(view: ReportView, actor: str) -> dict[str, object]:
    """Gather what people judged and may judge next."""
    session, ring, codes = desk_session(), keyring(), taxonomy()
    triage = triage_of(session, ring, view.report_id)
    held = triage.standing.held_by_another(actor, now())
    return {
        "triage": triage,
        "standing": triage.standing.at(now()),
        "held": held,
        "acts": acts_open(triage.standing, actor, now()),
        "findings": () if held else findings_open(triage.verification),
        "codings": codings_of(session, ring, view.report_id),
        "hints": hints_for(view, codes),
        "framework": codes.framework,
        "confidences": list(Confidence),
        "reliabilities": list(SourceReliability),
        "credibilities": list(InformationCredibility),
    }


def _surroundings(view: ReportView) -> dict[str, object]:
    """Gather what lies around the report: place, likeness, thread, history."""
    session, ring = desk_session(), keyring()
    index = report_index(session, ring)
    return {
        **_incident(view),
        "translation": translation_of(session, ring, view.report_id),
        "most_translation": MOST_TRANSLATION_CHARACTERS,
        "map": place_map(view.report.place, layer_of_desk()),
        "same_install": of_same_install(index, view.report_id, MOST_OF_INSTALL),
        "repeats": repeats_of(session, view.report_id),
        "notes": notes_of(session, ring, view.report_id),
        "history": history_of(session, view.report_id),
    }


def _incident(view: ReportView) -> dict[str, object]:
    """Gather the report's incident, and what may tell of the same event and is not judged yet."""
    session, ring = desk_session(), keyring()
    own = memberships(session, [view.report_id]).get(view.report_id)
    held = incident_detail(session, ring, own.incident_id) if own else None
    judged = told_apart_from(session, view.report_id) | set(held.report_ids if held else ())
    found = resembling(session, ring, report_index(session, ring), view, without=judged)
    return {
        "incident": held,
        "likenesses": found,
        "incidents_of": memberships(session, [one.view.report_id for one in found]),
    }


def _thread(view: ReportView) -> dict[str, object]:
    """Gather what the reporter said since, what was answered, and whether one may answer."""
    session, ring = desk_session(), keyring()
    found = follow_ups(session, ring, report_index(session, ring), view)
    return {
        "turns": turns(found, replies_to(session, ring, view.report_id)),
        "corrections": of_purpose(found, Purpose.CORRECTION),
        "withdrawals": of_purpose(found, Purpose.WITHDRAWAL),
        "stop": stop_on(session, ring, view.report_id),
        "reason_characters": MAX_REASON_CHARACTERS,
        "reply_kinds": list(ReplyKind),
        "canned": canned_texts(),
    }
