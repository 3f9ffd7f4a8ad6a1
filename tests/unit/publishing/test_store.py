"""From reports to a message that left: two people, a check, a chain; on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from schemas.domain.report import Place
from schemas.domain.vocabulary import PlacePrecision
from server.desk.accounts.roles import Person, Role
from server.desk.audit.store import latest, verify
from server.desk.context import desk_config
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.publishing.alert import MessageType, Status
from server.desk.publishing.cap_rules import check_cap
from server.desk.publishing.composing import Choices
from server.desk.publishing.errors import (
    CapError,
    ChainError,
    NothingPublishedError,
    NotSignedError,
)
from server.desk.publishing.exporting import Format, export
from server.desk.publishing.leaving import Ground, publish
from server.desk.publishing.models import PublicationRow
from server.desk.publishing.store import PublicationView, publications
from server.desk.signals import observing, store
from server.desk.signals.assessment import AssessmentAct, Findings, Pillar
from server.desk.signals.errors import (
    DisclosureRefusedError,
    OwnSignatureError,
    UnknownSignalError,
)
from server.desk.signals.views import AssessmentView
from server.desk.signals.weeks import IsoWeek
from server.desk.triage import acts, coding
from server.desk.triage.taxonomy import taxonomy_of
from server.desk.triage.whereabouts import layer_of_desk
from server.desk.triage.workflow import Act
from tests.unit.triage.desk_room import DeskRoom

FINDINGS = Findings(
    headline="Doors are being marked in the Rift Valley",
    known="Over four weeks several reports tell of marks on doors.",
    basis="Eyewitnesses on independent devices, graded B2 to C3.",
    unknown="Nobody knows who paints, or by whose order.",
    explanations="A water company marks houses too; one report says so.",
    step="Ask the governor for a public answer within the week.",
    pillar=Pillar.STATE,
)
EXERCISE = Choices(status=Status.EXERCISE)


class Shift:
    """A desk at work: an analyst, a lead, and coded reports of one area."""

    def __init__(self, room: DeskRoom, reports: int = 6) -> None:
        """Let reports come in and be coded."""
        self.room = room
        self.analyst = room.person(Role.ANALYST)
        self.lead = room.person(Role.LEAD)
        place = Place(
            text="Mill Street, Avenne", precision=PlacePrecision.SETTLEMENT, area="KE-700"
        )
        self.reports = [
            room.report(f"Number {n}: a red mark on the door of my neighbour.", place=place)
            for n in range(reports)
        ]
        with room.inside():
            hand = room.hand(self.analyst)
            taxonomy = taxonomy_of(desk_config().home)
            for report_id in self.reports:
                coding.code(hand, taxonomy, report_id, coding.Judgement("7.12"))
            desk_session().commit()

    def ground(self) -> Ground:
        """Give places and indicators."""
        return Ground(layer_of_desk(), taxonomy_of(desk_config().home).framework)

    def assessed(self, findings: Findings = FINDINGS) -> AssessmentView:
        """Open the signal and write an assessment."""
        hand = self.room.hand(self.analyst)
        lines = observing.coverage(hand.session, hand.ring, "KEN", hand.now).lines
        signal = store.open_signal(
            hand,
            lines.line("KE-700", "7.12"),
            IsoWeek.of(hand.now),
            country="KEN",
            taxonomy_version="un-2014-draft-0",
        )
        made = store.write_assessment(hand, signal.id, findings)
        desk_session().commit()
        return made

    def signed(self, findings: Findings = FINDINGS) -> AssessmentView:
        """Write an assessment and let the lead sign it."""
        made = self.assessed(findings)
        done = store.act_on(self.room.hand(self.lead), made.id, AssessmentAct.SIGN)
        desk_session().commit()
        return done

    def published(
        self,
        assessment_id: str,
        kind: MessageType = MessageType.ALERT,
        follows: str = "",
        choices: Choices = EXERCISE,
        by: Person | None = None,
    ) -> PublicationView:
        """Publish."""
        hand = self.room.hand(by or self.lead)
        view = publish(
            hand, self.ground(), assessment_id, choices, message_type=kind, follows=follows
        )
        desk_session().commit()
        return view


def test_a_signed_assessment_leaves_as_an_alert_that_passes_every_rule(
    any_room: DeskRoom,
) -> None:
    shift = Shift(any_room)
    with any_room.inside():
        view = shift.published(shift.signed().id)
        check_cap(view.cap)
        assert view.stands
        assert view.alert.count == 6
        assert view.alert.area.code == "KE-700"
        assert (view.author, view.signed_by) == (shift.analyst.actor, shift.lead.actor)
        assert latest(desk_session(), limit=1)[0].act == "publication.alert"
        assert verify(desk_session()).intact


def test_no_report_behind_an_alert_is_in_any_of_its_files(room: DeskRoom) -> None:
    shift = Shift(room)
    with room.inside():
        shift.published(shift.signed().id)
        for wanted in Format:
            text = export(desk_session(), keyring(), wanted).text
            for secret in (*shift.reports, shift.reports[0][:8], "Mill Street", "Avenne", "Number"):
                assert secret not in text, wanted


def test_nothing_leaves_with_one_signature(room: DeskRoom) -> None:
    shift = Shift(room)
    with room.inside():
        made = shift.assessed()
        with pytest.raises(NotSignedError):
            shift.published(made.id)
        with pytest.raises(OwnSignatureError):
            store.act_on(room.hand(shift.analyst), made.id, AssessmentAct.SIGN)
        assert publications(desk_session(), keyring()) == []


def test_four_reports_are_too_few_to_leave(room: DeskRoom) -> None:
    shift = Shift(room, reports=4)
    with room.inside():
        signed = shift.signed()
        with pytest.raises(DisclosureRefusedError, match="small-cell"):
            shift.published(signed.id)


def test_reports_found_to_be_repeats_since_no_longer_count(room: DeskRoom) -> None:
    shift = Shift(room, reports=5)
    with room.inside():
        signed = shift.signed()
        hand = room.hand(shift.analyst)
        first, second = shift.reports[:2]
        acts.take(hand, second, Act.MARK_DUPLICATE, duplicate_of=first)
        desk_session().commit()
        with pytest.raises(DisclosureRefusedError, match="small-cell"):
            shift.published(signed.id)


def test_a_witnesss_place_does_not_leave(room: DeskRoom) -> None:
    shift = Shift(room)
    with room.inside():
        signed = shift.signed(replace(FINDINGS, known="Marks were seen on Mill Street, at night."))
        with pytest.raises(DisclosureRefusedError, match="precise-place"):
            shift.published(signed.id)


def test_changing_signed_words_takes_the_signature_away(room: DeskRoom) -> None:
    shift = Shift(room)
    with room.inside():
        signed = shift.signed()
        words = replace(FINDINGS, headline="Doors and shops are being marked")
        revised = store.revise(room.hand(shift.analyst), signed.id, words)
        desk_session().commit()
        assert not revised.signed
        assert revised.signed_by is None
        with pytest.raises(NotSignedError):
            shift.published(signed.id)


def test_an_update_and_a_cancel_refer_to_all_before_them(any_room: DeskRoom) -> None:
    shift = Shift(any_room)
    with any_room.inside():
        first = shift.signed()
        alert = shift.published(first.id)
        update = shift.published(shift.signed().id, MessageType.UPDATE, alert.id)
        cancel = shift.published(first.id, MessageType.CANCEL, alert.id)
        found = publications(desk_session(), keyring())
        assert [view.alert.message_type for view in found if view.stands] == []
        assert [r.identifier for r in cancel.alert.references] == [
            alert.alert.identifier,
            update.alert.identifier,
        ]
        with pytest.raises(ChainError):
            shift.published(first.id, MessageType.UPDATE, alert.id)


def test_one_assessment_begins_one_chain_only(room: DeskRoom) -> None:
    shift = Shift(room)
    with room.inside():
        signed = shift.signed()
        shift.published(signed.id)
        with pytest.raises(ChainError):
            shift.published(signed.id)


def test_a_cancellation_repeats_the_number_that_left(room: DeskRoom) -> None:
    shift = Shift(room, reports=5)
    with room.inside():
        signed = shift.signed()
        alert = shift.published(signed.id)
        acts.take(room.hand(shift.analyst), shift.reports[0], Act.MARK_SPAM)
        desk_session().commit()
        cancel = shift.published(signed.id, MessageType.CANCEL, alert.id)
        assert cancel.alert.count == 5


def test_a_document_that_breaks_a_rule_is_not_kept(room: DeskRoom) -> None:
    shift = Shift(room)
    with room.inside():
        signed = shift.signed()
        with pytest.raises(CapError, match="restriction"):
            shift.published(signed.id, choices=Choices(restriction=""))
        desk_session().rollback()
        assert publications(desk_session(), keyring()) == []


def test_what_is_over_is_in_the_feed_and_on_no_map(room: DeskRoom) -> None:
    shift = Shift(room)
    with room.inside():
        signed = shift.signed()
        alert = shift.published(signed.id)
        shift.published(signed.id, MessageType.CANCEL, alert.id)
        assert export(desk_session(), keyring(), Format.ATOM).text.count("<entry>") == 2
        for wanted in (Format.GEOJSON, Format.HXL):
            with pytest.raises(NothingPublishedError):
                export(desk_session(), keyring(), wanted)


def test_with_nothing_published_every_export_says_what_to_do(room: DeskRoom) -> None:
    with room.inside():
        for wanted in Format:
            with pytest.raises(NothingPublishedError, match="publish it first"):
                export(desk_session(), keyring(), wanted)


def test_a_publication_lies_sealed_like_everything_else(any_room: DeskRoom) -> None:
    shift = Shift(any_room)
    with any_room.inside():
        shift.published(shift.signed().id)
        row = desk_session().execute(select(PublicationRow.sealed_alert)).scalar_one()
        assert b"marked" not in row
        assert b"7.12" not in row


def test_a_signal_that_does_not_exist_is_refused(room: DeskRoom) -> None:
    analyst = room.person(Role.ANALYST)
    with room.inside():
        hand = room.hand(analyst)
        with pytest.raises(UnknownSignalError):
            store.write_assessment(hand, "00" * 8, FINDINGS)
