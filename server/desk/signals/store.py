"""Keeping signals and assessments, and reading them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.signals import columns
from server.desk.signals.assessment import (
    AssessmentAct,
    AssessmentState,
    Findings,
    Pillar,
    check,
    step,
)
from server.desk.signals.counting import Line
from server.desk.signals.errors import AssessmentError, UnknownSignalError
from server.desk.signals.models import ID_CHARACTERS, AssessmentRow, SignalRow
from server.desk.signals.scan import DETECTORS_IN_ORDER, LEVEL, readings_at
from server.desk.signals.views import AssessmentView, SignalView
from server.desk.signals.weeks import IsoWeek

WINDOW_WEEKS = 4
"""Weeks an assessment speaks of: the month that ends with the week that stood out."""


def open_signal(
    hand: Hand, line: Line, week: IsoWeek, *, country: str, taxonomy_version: str
) -> SignalView:
    """Keep a line as it stands, as a signal to be assessed.

    Args:
        hand: Who and when.
        line: The line.
        week: The week that stood out; one of the line's.
        country: Three-letter code.
        taxonomy_version: Of the codings counted.

    Raises:
        UnknownSignalError: The line does not have this week.
    """
    if week not in line.weeks:
        raise UnknownSignalError("the line does not reach this week: choose another")
    end = line.weeks.index(week) + 1
    start = max(0, end - WINDOW_WEEKS)
    readings = readings_at(line, end)
    value = {
        "area": line.name.area,
        "country": country,
        "subject": line.name.subject,
        "taxonomy_version": taxonomy_version,
        "first_week": str(line.weeks[start]),
        "last_week": str(week),
        "week_count": line.counts[end - 1] or 0,
        "expected": readings[LEVEL].expected,
        "upper": readings[LEVEL].upper,
        "alarms": [name for name in DETECTORS_IN_ORDER if readings[name].alarm],
        "report_ids": sorted({name for ids in line.report_ids[start:end] for name in ids}),
    }
    row = SignalRow(id=_new_id(), opened_by=hand.actor, opened_at=hand.now)
    row.sealed_signal = columns.SIGNAL.seal_json(hand.ring, row.id, value)
    hand.session.add(row)
    append(hand.session, hand.actor, "signal.open", f"signal:{row.id}", {})
    hand.session.flush()
    return _signal_view(hand.ring, row)


def signals(session: Session, ring: Keyring) -> list[SignalView]:
    """Open all signals, newest first."""
    rows = session.execute(select(SignalRow).order_by(SignalRow.opened_at.desc())).scalars()
    return [_signal_view(ring, row) for row in rows]


def signal_named(session: Session, ring: Keyring, signal_id: str) -> SignalView:
    """Open one signal.

    Raises:
        UnknownSignalError: There is none of this id.
    """
    row = session.get(SignalRow, signal_id)
    if row is None:
        raise UnknownSignalError("there is no such signal: see the signals page")
    return _signal_view(ring, row)


def _signal_view(ring: Keyring, row: SignalRow) -> SignalView:
    held = _object(columns.SIGNAL.open_json(ring, row.id, row.sealed_signal))
    return SignalView(
        id=row.id,
        area=str(held["area"]),
        country=str(held["country"]),
        subject=str(held["subject"]),
        taxonomy_version=str(held["taxonomy_version"]),
        first_week=IsoWeek.parse(str(held["first_week"])),
        last_week=IsoWeek.parse(str(held["last_week"])),
        count=len(held["report_ids"]),
        week_count=int(held["week_count"]),
        expected=held["expected"],
        upper=held["upper"],
        alarms=tuple(held["alarms"]),
        report_ids=tuple(held["report_ids"]),
        opened_by=row.opened_by,
        opened_at=row.opened_at,
    )


def write_assessment(hand: Hand, signal_id: str, findings: Findings) -> AssessmentView:
    """Write an assessment and lay it before a second person.

    Raises:
        UnknownSignalError: There is no such signal.
        AssessmentError: An answer is missing.
    """
    check(findings)
    signal_named(hand.session, hand.ring, signal_id)
    row = AssessmentRow(
        id=_new_id(),
        signal_id=signal_id,
        state=AssessmentState.DRAFT.value,
        author=hand.actor,
        written_at=hand.now,
        sealed_findings=b"",
    )
    row.sealed_findings = columns.ASSESSMENT.seal_json(hand.ring, row.id, asdict(findings))
    row.state = step(
        AssessmentState.DRAFT, AssessmentAct.SUBMIT, author=hand.actor, actor=hand.actor
    ).value
    hand.session.add(row)
    append(hand.session, hand.actor, "assessment.write", f"assessment:{row.id}", {})
    hand.session.flush()
    return _assessment_view(hand.ring, row)


def revise(hand: Hand, assessment_id: str, findings: Findings) -> AssessmentView:
    """Change one's own assessment; signatures fall away and it waits for a second person again.

    Raises:
        UnknownSignalError: There is no such assessment.
        AssessmentError: It is not the author's to change, or an answer is missing.
    """
    check(findings)
    row = _row(hand, assessment_id)
    for act in (AssessmentAct.REVISE, AssessmentAct.SUBMIT):
        row.state = step(AssessmentState(row.state), act, author=row.author, actor=hand.actor).value
    row.signed_by, row.signed_at, row.written_at = None, None, hand.now
    row.sealed_findings = columns.ASSESSMENT.seal_json(hand.ring, row.id, asdict(findings))
    append(hand.session, hand.actor, "assessment.revise", f"assessment:{row.id}", {})
    hand.session.flush()
    return _assessment_view(hand.ring, row)


def act_on(hand: Hand, assessment_id: str, act: AssessmentAct) -> AssessmentView:
    """Sign, return or withdraw an assessment.

    Raises:
        UnknownSignalError: There is no such assessment.
        OwnSignatureError: The author signs or returns their own.
        AssessmentError: It does not stand where the act needs it.
    """
    if act in {AssessmentAct.REVISE, AssessmentAct.SUBMIT}:
        raise AssessmentError("words are changed by writing them, not by this act")
    row = _row(hand, assessment_id)
    row.state = step(AssessmentState(row.state), act, author=row.author, actor=hand.actor).value
    if act is AssessmentAct.SIGN:
        row.signed_by, row.signed_at = hand.actor, hand.now
    append(hand.session, hand.actor, f"assessment.{act.value}", f"assessment:{row.id}", {})
    hand.session.flush()
    return _assessment_view(hand.ring, row)


def assessments_of(session: Session, ring: Keyring, signal_id: str) -> list[AssessmentView]:
    """Open the assessments of a signal, newest first."""
    wanted = select(AssessmentRow).where(AssessmentRow.signal_id == signal_id)
    rows = session.execute(wanted.order_by(AssessmentRow.written_at.desc())).scalars()
    return [_assessment_view(ring, row) for row in rows]


def assessment_named(session: Session, ring: Keyring, assessment_id: str) -> AssessmentView:
    """Open one assessment.

    Raises:
        UnknownSignalError: There is none of this id.
    """
    row = session.get(AssessmentRow, assessment_id)
    if row is None:
        raise UnknownSignalError("there is no such assessment: see the signal's page")
    return _assessment_view(ring, row)


def _row(hand: Hand, assessment_id: str) -> AssessmentRow:
    wanted = select(AssessmentRow).where(AssessmentRow.id == assessment_id).with_for_update()
    row = hand.session.execute(wanted).scalar_one_or_none()
    if row is None:
        raise UnknownSignalError("there is no such assessment: see the signal's page")
    return row


def _assessment_view(ring: Keyring, row: AssessmentRow) -> AssessmentView:
    held = _object(columns.ASSESSMENT.open_json(ring, row.id, row.sealed_findings))
    findings = Findings(**{**held, "pillar": Pillar(str(held["pillar"]))})
    return AssessmentView(
        id=row.id,
        signal_id=row.signal_id,
        state=AssessmentState(row.state),
        findings=findings,
        author=row.author,
        written_at=row.written_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
    )


def _new_id() -> str:
    return random_bytes(ID_CHARACTERS // 2).hex()


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("a sealed value of this room is an object")
    return value
