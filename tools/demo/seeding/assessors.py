"""What the invented analyst and lead make of the pattern: signals opened, assessed, signed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from server.desk.db import start_writing
from server.desk.keys.hand import Hand
from server.desk.publishing.alert import Certainty, Severity, Status, Urgency
from server.desk.publishing.composing import Choices
from server.desk.publishing.leaving import Ground, publish
from server.desk.signals import observing, store
from server.desk.signals.assessment import AssessmentAct, Findings, Pillar
from server.desk.signals.counting import factor_of
from server.desk.signals.weeks import IsoWeek
from server.desk.triage.taxonomy import taxonomy_of
from server.desk.triage.whereabouts import layer_of_desk
from tools.demo.seeding.rooms import Rooms
from tools.demo.seeding.shift import Colleague
from tools.demo.seeding.story import read_json

PILLARS: Final = (Pillar.STATE, Pillar.ASSISTANCE, Pillar.RESPONSE)


class Assessors:
    """The people who assess, each assessment on its day."""

    def __init__(self, rooms: Rooms, people: Mapping[str, Colleague], base: datetime) -> None:
        """Take the rooms, the people and the demonstration's "now"."""
        self._rooms = rooms
        self._people = people
        self._due = [
            (base - timedelta(days=item["days_before_now"]), item)
            for item in read_json("assessments.json")
        ]

    def work_until(self, moment: datetime) -> None:
        """Write and sign whatever was due by a moment."""
        while self._due and self._due[0][0] <= moment:
            at, item = self._due.pop(0)
            self._rooms.move_to(at)
            with self._rooms.work() as session:
                self._assess(session, item)
                session.commit()

    def _assess(self, session: Session, item: dict[str, Any]) -> None:
        author = self._hand(session, item["written_by"])
        signal = self._open(author, item)
        written = store.write_assessment(author, signal, _findings(item))
        if item["signed_by"] is not None:
            signer = self._hand(session, item["signed_by"])
            store.act_on(signer, written.id, AssessmentAct.SIGN)
        if item["status"] == "published":
            self._publish(self._hand(session, item["signed_by"]), written.id, item)

    def _publish(self, hand: Hand, assessment_id: str, item: dict[str, Any]) -> None:
        taxonomy = taxonomy_of(self._rooms.config.home)
        ground = Ground(layer_of_desk(), taxonomy.framework)
        publish(hand, ground, assessment_id, _choices(item["cap"]))

    def _open(self, hand: Hand, item: dict[str, Any]) -> str:
        area = next(one for one in layer_of_desk().areas if one.pcode == item["area"])
        heard = observing.coverage(hand.session, hand.ring, area.country, hand.now)
        signal = store.open_signal(
            hand,
            heard.lines.line(area.code, factor_of(item["indicators"][0])),
            IsoWeek.of(hand.now),
            country=area.country,
            taxonomy_version=taxonomy_of(self._rooms.config.home).framework.version,
        )
        return signal.id

    def _hand(self, session: Session, who: str) -> Hand:
        start_writing(session)
        return Hand(session, self._rooms.ring(), self._people[who].actor, self._rooms.clock.now())


def _choices(cap: dict[str, str]) -> Choices:
    return Choices(
        status=Status.EXERCISE,
        severity=Severity(cap["severity"]),
        urgency=Urgency(cap["urgency"]),
        certainty=Certainty(cap["certainty"]),
    )


def _findings(item: dict[str, Any]) -> Findings:
    step = item["recommended_step"]
    return Findings(
        headline=item["title"]["en"],
        known="\n".join(f"- {known['text']}" for known in item["what_we_know"]),
        basis=item["how_we_know"],
        unknown="\n".join(f"- {unknown}" for unknown in item["what_we_do_not_know"]),
        explanations="\n".join(
            f"- {one['text']} {one['weighed']}" for one in item["competing_explanations"]
        ),
        step=f"{step['text']} ({step['to']})",
        pillar=PILLARS[step["pillar"] - 1],
    )
