"""Forms that add words and judgements: codings, notes, answers to the reporter."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue

from schemas.domain.vocabulary import Confidence, ReplyKind
from schemas.errors import ReplyError
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session
from server.desk.intake.errors import DoNotContactError
from server.desk.intake.errors import UnknownReportError as NoSuchReportError
from server.desk.intake.replies import queue_reply
from server.desk.keys.keyring import keyring
from server.desk.translations import _, language
from server.desk.triage import coding, translation
from server.desk.triage.errors import UnknownReportError
from server.desk.triage.holding import work_on
from server.desk.triage.routes.refusals import refuse_with_words
from server.desk.triage.routes.room import back, blueprint, hand, taxonomy


@blueprint.post("/reports/<report_id>/codings")
@requires(Role.MONITOR)
def code(report_id: str) -> ResponseReturnValue:
    """Code a report to an indicator."""
    try:
        confidence = Confidence(request.form.get("confidence") or Confidence.MEDIUM)
    except ValueError:
        abort(400)
    judgement = coding.Judgement(
        indicator_id=request.form.get("indicator_id", "").strip(),
        confidence=confidence,
        reason=request.form.get("reason", ""),
    )
    coding.code(hand(), taxonomy(), report_id, judgement)
    return back(report_id, "coding")


@blueprint.post("/reports/<report_id>/codings/<coding_id>/withdraw")
@requires(Role.MONITOR)
def withdraw(report_id: str, coding_id: str) -> ResponseReturnValue:
    """Take one's own coding back."""
    coding.withdraw(hand(), report_id, coding_id)
    return back(report_id, "coding")


@blueprint.post("/reports/<report_id>/notes")
@requires(Role.MONITOR)
def note(report_id: str) -> ResponseReturnValue:
    """Leave a note for colleagues."""
    coding.note(hand(), report_id, request.form.get("text", ""))
    return back(report_id, "notes")


@blueprint.post("/reports/<report_id>/translation")
@requires(Role.MONITOR)
def translate(report_id: str) -> ResponseReturnValue:
    """Keep a translation into the language of whoever writes; no colleague's is lost."""
    try:
        edition = int(request.form.get("edition", ""))
    except ValueError:
        abort(400)
    rendering = translation.Rendering(request.form.get("text", ""), language())
    translation.translate(hand(), report_id, rendering, edition=edition)
    return back(report_id, "translation")


@blueprint.post("/reports/<report_id>/replies")
@requires(Role.MONITOR)
def reply(report_id: str) -> ResponseReturnValue:
    """Answer the reporter; the next pull carries it."""
    work_on(hand(), report_id)
    try:
        queue_reply(
            desk_session(),
            keyring(),
            report_id,
            kind=ReplyKind(request.form.get("kind") or ReplyKind.REPLY),
            text=request.form.get("text", "").strip(),
            lang=request.form.get("lang") or "und",
            actor=logged_in().actor,
        )
    except NoSuchReportError as missing:
        raise UnknownReportError("no report has this id: look for it in the queue") from missing
    except DoNotContactError:
        why = _("Nothing was written: this reporter said that contact is not safe.")
        return refuse_with_words(report_id, why)
    except ReplyError:
        why = _("The answer is empty or too long. Shorten it and send it again.")
        return refuse_with_words(report_id, why)
    except ValueError:
        abort(400)
    flash(_("The answer is sealed and goes out with the next exchange."))
    return back(report_id, "thread")
