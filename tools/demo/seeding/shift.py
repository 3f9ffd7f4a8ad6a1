"""What the desk's invented people do with each report: claim, grade, code, answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from schemas.constants import KEY_BYTES
from schemas.domain.ids import ReportId
from schemas.domain.vocabulary import (
    Confidence,
    InformationCredibility,
    ReplyKind,
    SourceReliability,
)
from schemas.envelope.entropy import random_bytes
from server.desk.accounts.login import name_key
from server.desk.accounts.models import PERSON_ID_CHARACTERS, PersonRow
from server.desk.accounts.roles import Role
from server.desk.accounts.session_store import person_of
from server.desk.db import start_writing
from server.desk.intake.replies import queue_reply
from server.desk.keys.hand import Hand
from server.desk.triage.acts import find, grade, take
from server.desk.triage.coding import Judgement, code, note
from server.desk.triage.taxonomy import Taxonomy, taxonomy_of
from server.desk.triage.verification import Finding, Grade
from server.desk.triage.workflow import Act
from tools.demo.seeding.rooms import Rooms
from tools.demo.seeding.story import Told, read_json

MINUTES_PER_REPORT: Final = 2
DAYS_LEFT_NEW: Final = 30
"""What is nothing for the desk and older has been set aside; newer waits for the visitor."""
SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the invented people."""

    actor: str
    name: str


def hire(rooms: Rooms) -> dict[str, Colleague]:
    """Enter the invented people; nobody can log in as them.

    They stand as people who have left: no password opens their account, so that the first real
    person still gets the first-run set-up.
    """
    hired: dict[str, Colleague] = {}
    with rooms.work() as session:
        start_writing(session)
        for one in read_json("people.json")["people"]:
            row = PersonRow(
                id=random_bytes(PERSON_ID_CHARACTERS // 2).hex(),
                name=one["name"],
                name_key=name_key(one["name"]),
                role=one["role"],
                administers=one["role"] == Role.ADMIN.value,
                language=one["language"],
                salt=random_bytes(SALT_BYTES),
                secret_box=random_bytes(KEY_BYTES),
                created_at=rooms.clock.now(),
                disabled_at=rooms.clock.now(),
            )
            session.add(row)
            session.flush()
            hired[one["id"]] = Colleague(person_of(row).actor, row.name)
        session.commit()
    return hired


class Shift:
    """The work of the invented people, in the order of the story."""

    def __init__(
        self,
        rooms: Rooms,
        people: Mapping[str, Colleague],
        ids: Mapping[str, ReportId],
        base: datetime,
    ) -> None:
        """Take the rooms, the people, the ids as they become known, and the story's "now"."""
        self._rooms = rooms
        self._people = people
        self._ids = ids
        roster: dict[str, Any] = read_json("people.json")
        self._coders: dict[str, str] = roster["coders"]
        self._second: str = roster["second_coder"]["who"]
        self._every: int = round(1 / roster["second_coder"]["share"])
        self._replies = {item["ref"]: item for item in read_json("replies.json")}
        self._coded = 0
        self._quiet_before = base - timedelta(days=DAYS_LEFT_NEW)
        self._taxonomy: Taxonomy = taxonomy_of(rooms.config.home)

    def work_on(self, told: Told) -> None:
        """Do with one report what the story says was done with it."""
        self._rooms.move_to(self._rooms.clock.now() + timedelta(minutes=MINUTES_PER_REPORT))
        if told.is_coded:
            self._triage(told)
        elif not told.indicators and told.written_at < self._quiet_before:
            self._set_aside(told)
        if told.ref in self._replies:
            self._answer(told.ref)

    def _triage(self, told: Told) -> None:
        who = self._coders.get(told.lang, self._coders["other"])
        report_id = self._ids[told.ref]
        with self._rooms.work() as session:
            hand = self._hand(session, who)
            take(hand, report_id, Act.CLAIM)
            if told.admiralty:
                grade(hand, report_id, _grade(told.admiralty))
            if told.duplicate_of and told.duplicate_of in self._ids:
                twin = self._ids[told.duplicate_of]
                take(hand, report_id, Act.MARK_DUPLICATE, duplicate_of=twin)
            else:
                self._judge(hand, told, report_id)
            session.commit()

    def _set_aside(self, told: Told) -> None:
        """Take an old message that is nothing for this desk out of the queue."""
        who = self._coders.get(told.lang, self._coders["other"])
        with self._rooms.work() as session:
            take(self._hand(session, who), self._ids[told.ref], Act.MARK_OUT_OF_SCOPE)
            session.commit()

    def _judge(self, hand: Hand, told: Told, report_id: ReportId) -> None:
        for rank, indicator in enumerate(told.indicators):
            confidence = Confidence.MEDIUM if rank else Confidence.HIGH
            code(hand, self._taxonomy, report_id, Judgement(indicator, confidence))
        find(hand, report_id, Finding.SCREEN)
        if told.campaign:
            note(hand, report_id, "Nearly the same words came from several phones. Count it once.")
        take(hand, report_id, Act.TRIAGE if told.indicators else Act.CLOSE)
        self._coded += 1
        if told.indicators and self._coded % self._every == 0:
            self._second_look(hand.session, told, report_id)

    def _second_look(self, session: Session, told: Told, report_id: ReportId) -> None:
        hand = self._hand(session, self._second)
        judgement = Judgement(told.indicators[0], Confidence.MEDIUM)
        code(hand, self._taxonomy, report_id, judgement)

    def _answer(self, ref: str) -> None:
        said = self._replies[ref]
        with self._rooms.work() as session:
            start_writing(session)
            queue_reply(
                session,
                self._rooms.ring(),
                self._ids[ref],
                kind=ReplyKind(said["kind"]),
                text=said["text"],
                lang=said["language"],
                actor=self._people[said["from"]].actor,
            )
            session.commit()

    def _hand(self, session: Session, who: str) -> Hand:
        start_writing(session)
        return Hand(session, self._rooms.ring(), self._people[who].actor, self._rooms.clock.now())


def _grade(admiralty: str) -> Grade:
    return Grade(SourceReliability(admiralty[0]), InformationCredibility(admiralty[1]))
