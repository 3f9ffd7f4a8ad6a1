"""A desk in which everything has been done once, each thing with words that can be told again.

Theory of operation: nothing is written into tables here. Reports are sealed as a phone seals them
and pulled from a relay; people do the rest through the desk's own pages, so that whatever the real
code leaves behind, in any column, file or log, is left behind here too. A test says which words
are used: canaries to be searched for, or markup to be found harmless.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from schemas.domain.forms import FilledForm
from schemas.domain.ids import report_id_of
from schemas.domain.report import Place
from schemas.domain.vocabulary import PlacePrecision, Purpose
from schemas.envelope.keys import new_signing_key
from server.desk.accounts.roles import Role
from server.desk.db import db, desk_session
from server.desk.intake.store import reports_page
from server.desk.keys.keyring import keyring
from server.desk.suggestions import serving
from server.desk.suggestions.training import training_of_desk
from server.desk.suggestions.training_states import Phase
from server.desk.triage.taxonomy import taxonomy_of
from tests.support.desk import START, DeskRoom, a_report, an_attachment
from tests.support.desk_browser import DeskBrowser, somebody

AREA = "KE-700"
INDICATORS = ("7.12", "11.1", "13.8")
"""Three, because a model is not learned from one kind of report."""
REPORTS = 7
"""More than the five under which nothing is published."""
_REDIRECT = 302


@dataclass(frozen=True)
class Words:
    """What is said at every place where somebody may say something."""

    text: str = "canary-kestrel over the granary"
    place: str = "canary-quarry behind the bend"
    file_name: str = "canary-ferry-1987.jpg"
    mime: str = "image/canary-mime"
    content: bytes = b"canary-content " * 3000
    form_key: str = "canary_form"
    answer_key: str = "canary_asked"
    answer: str = "canary-answer of the witness"
    unsafe: str = "canary-unsafe do not write"
    reason: str = "canary-reason of the coder"
    note: str = "canary-note for colleagues"
    translation: str = "canary-translation of it"
    reply: str = "canary-reply stay where you are"
    title: str = "canary-title of an incident"
    incident_note: str = "canary-remark on an incident"
    view_name: str = "canary-view of the quarry"
    view_word: str = "canarysought"
    lifted: str = "canary-lifted it is safe again"
    finding: str = "canary-finding of the analyst"
    draft: str = "canary-draft of a question"


@dataclass
class FilledDesk:
    """What there is, by the name that an address gives it."""

    room: DeskRoom
    words: Words
    lead: DeskBrowser
    analyst: DeskBrowser
    authors: list[bytes] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    """Name of an address's part to an id that exists."""

    def do(self, path: str, fields: dict[str, object], *, by: DeskBrowser | None = None) -> str:
        """Send a form that is expected to succeed; give the address it leads to."""
        response = (by or self.analyst).post(path, fields, page="/queue")
        assert response.status_code == _REDIRECT, (path, response.status_code, response.text[-800:])
        return str(response.location)


def fill(room: DeskRoom, words: Words | None = None, *, learn: bool = True) -> FilledDesk:
    """Do everything once.

    Args:
        room: A founded desk with one relay.
        words: What is said; canaries if None.
        learn: Whether suggestions are learned, which takes a process of its own.
    """
    desk = FilledDesk(
        room,
        words or Words(),
        lead=somebody(room, Role.LEAD, "Noor", administers=True),
        analyst=somebody(room, Role.ANALYST, "Amal"),
    )
    _report(desk)
    _judge(desk)
    _group(desk)
    _publish(desk)
    _ask(desk)
    if learn:
        _learn(desk)
    room.relay.put([b"\x00" * 1024])
    room.pull()
    _name_the_rest(desk)
    return desk


def _report(desk: FilledDesk) -> None:
    """Let witnesses report, one with everything a report can hold."""
    room, words = desk.room, desk.words
    place = Place(words.place, -4_711_373, 3_612_987, PlacePrecision.POINT, AREA)
    manifest, chunks = an_attachment(words.content, name=words.file_name, mime=words.mime)
    forms = (FilledForm(words.form_key, 1000, {words.answer_key: words.answer}),)
    for number in range(REPORTS):
        author = new_signing_key()
        desk.authors.append(bytes(author.public))
        report = a_report(
            f"{words.text} {number}",
            place=place,
            attachments=(manifest,) if number == 0 else (),
            forms=forms if number == 0 else (),
        )
        sealed = room.seal(report, author)
        room.relay.put([*(chunks if number == 0 else []), sealed.blob])
        if number == 0:
            desk.named["report_id"] = sealed.id.hex()
            follow_up = a_report(
                words.unsafe, about=report_id_of(sealed.id), purpose=Purpose.UNSAFE
            )
            room.relay.put([room.seal(follow_up, author).blob])
    room.pull()


def _judge(desk: FilledDesk) -> None:
    words, first = desk.words, desk.named["report_id"]
    with desk.room.work() as session:
        views = reports_page(session, keyring(), limit=REPORTS + 1)
    told = [view for view in views if view.report.about is None]
    for number, view in enumerate(told):
        # All of the first two indicators' weeks count; the third keeps the model from one class.
        for indicator in ("7.12", INDICATORS[number % len(INDICATORS)]):
            fields: dict[str, object] = {"indicator_id": indicator, "reason": words.reason}
            desk.do(f"/reports/{view.report_id}/codings", fields)
    desk.named["attachment_id"] = next(v for v in told if v.report_id == first).attachments[0].id
    page = f"/reports/{first}"
    desk.do(f"{page}/acts", {"act": "claim"})
    desk.do(f"{page}/grade", {"reliability": "B", "credibility": "2"})
    desk.do(f"{page}/notes", {"text": words.note})
    desk.do(f"{page}/translation", {"text": words.translation, "edition": "0"})
    desk.do(f"{page}/contact", {"reason": words.lifted}, by=desk.lead)
    desk.do(f"{page}/replies", {"text": words.reply, "kind": "question", "lang": "en"})
    desk.named["other"] = next(v.report_id for v in told if v.report_id != first)
    views_path = f"/queue/views?q={words.view_word}"
    desk.do(views_path, {"name": words.view_name})


def _group(desk: FilledDesk) -> None:
    first, words = desk.named["report_id"], desk.words
    desk.do(f"/reports/{first}/same-event", {"other": desk.named["other"]})
    found = re.search(r"/incidents/([0-9a-f]{32})", desk.analyst.get(f"/reports/{first}").text)
    assert found is not None, "the report's page does not name its incident"
    desk.named["incident_id"] = found[1]
    fields: dict[str, object] = {"title": words.title, "note": words.incident_note, "edition": "0"}
    desk.do(f"/incidents/{found[1]}/words", fields)


def _publish(desk: FilledDesk) -> None:
    """Keep a signal, assess it, let a second person sign, publish."""
    year, week, _ = START.isocalendar()
    fields: dict[str, object] = {"area": AREA, "subject": "7.12", "week": f"{year}-W{week:02}"}
    signal = desk.do("/signals", fields).rsplit("/", 1)[-1]
    said = f"{desk.words.finding}, told in enough words to be an answer."
    answers: dict[str, object] = dict.fromkeys(
        ("headline", "known", "basis", "unknown", "explanations", "step"), said
    )
    assessment = desk.do(f"/signals/{signal}/assessment", answers | {"pillar": "state"})
    assessment = assessment.rsplit("/", 1)[-1]
    desk.do(f"/assessments/{assessment}/acts", {"act": "sign"}, by=desk.lead)
    choices: dict[str, object] = {
        "status": "Exercise",
        "scope": "Restricted",
        "restriction": "For those addressed only.",
        "urgency": "Expected",
        "severity": "Severe",
        "certainty": "Possible",
        "language": "en",
    }
    published = desk.do(f"/assessments/{assessment}/publication", choices, by=desk.lead)
    desk.named |= {
        "signal_id": signal,
        "assessment_id": assessment,
        "publication_id": published.rsplit("/", 1)[-1],
    }


def _ask(desk: FilledDesk) -> None:
    """Draft a form that asks what only the desk should know yet."""
    draft = desk.do("/forms/new", {"title": desk.words.draft}, by=desk.lead)
    desk.do(f"{draft}/questions", {"edition": "1", "act": "add", "type": "text"}, by=desk.lead)
    label: dict[str, object] = {"edition": "2", "type": "text", "label_en": desk.words.draft}
    desk.do(f"{draft}/questions/1", label, by=desk.lead)
    desk.named |= {"draft_id": draft.rsplit("/", 1)[-1], "key": "conduct", "place": "1"}


def _learn(desk: FilledDesk) -> None:
    """Learn from the codings, as the button does once there are enough."""
    app = desk.room.app
    with desk.room.work():
        taxonomy = taxonomy_of(desk.room.config.home)
        learning = training_of_desk()
        assert learning.start(app, "person:1", taxonomy, serving.guide_of(taxonomy))
        assert learning.wait().phase is Phase.DONE


def _name_the_rest(desk: FilledDesk) -> None:
    """Look up the ids that no page had to be asked for."""
    with desk.room.work() as session:

        def one(statement: str) -> str:
            return str(session.connection().exec_driver_sql(statement).scalar_one())

        desk.named |= {
            "coding_id": one("SELECT min(id) FROM coding WHERE withdrawn_at IS NULL"),
            "view_id": one("SELECT min(id) FROM saved_view"),
            "relay_id": one("SELECT min(id) FROM relay"),
            "blob_id": one("SELECT min(blob_id) FROM quarantine"),
            "person_id": one("SELECT id FROM person WHERE name = 'Amal'"),
            "session_id": one("SELECT min(id) FROM person_session"),
            "wanted": "hxl",
            "kind": "report",
            "subject_id": desk.named["report_id"],
            "channel_id": "1",
            "key_id": "1",
            "set_id": "1",
            "derivative_id": "0" * 32,
            "number": "1",
            "token": "0" * 64,
            "filename": "desk.css",
        }


def stop(desk: FilledDesk) -> None:
    """Stop the desk as a service manager does: all connections closed, nothing else done."""
    with desk.room.app.app_context():
        desk_session().close()
        db.engine.dispose()
    desk.room.relay.close()


def later(desk: FilledDesk) -> None:
    """Let a code of the authenticator apps pass, so that the next one is fresh."""
    desk.room.clock.advance(timedelta(minutes=2))
