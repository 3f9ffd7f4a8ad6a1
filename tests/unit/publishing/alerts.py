"""Alerts made for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from server.desk.publishing.alert import (
    Alert,
    AlertArea,
    Certainty,
    MessageType,
    Reference,
    Scope,
    Severity,
    Status,
    Urgency,
)

SENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RING = ((30.0, 10.0), (40.0, 10.0), (40.0, 20.0), (30.0, 20.0), (30.0, 10.0))

ALERT = Alert(
    identifier="tocsin-desk-aa-01",
    sender="tocsin-desk-aa",
    sender_name="Desk & friends",
    sent=SENT,
    status=Status.EXERCISE,
    message_type=MessageType.ALERT,
    scope=Scope.RESTRICTED,
    restriction="For the addressed recipients only.",
    addresses="",
    references=(),
    language="en",
    subject="7.12",
    taxonomy_version="un-2014-draft-0",
    event="Risk of atrocity crimes, 7.12: People or property marked",
    urgency=Urgency.EXPECTED,
    severity=Severity.SEVERE,
    certainty=Certainty.POSSIBLE,
    expires=SENT + timedelta(days=14),
    headline="Doors are being marked <everywhere>",
    description="What we know: marks on doors.",
    instruction="Ask for a public answer.",
    count=8,
    first_day="2026-10-26",
    last_day="2026-11-22",
    area=AlertArea("QZ-NA", "Navarit", (RING,)),
)


def following(kind: MessageType, *earlier: Alert) -> Alert:
    """Give a message that refers to those before it."""
    references = tuple(Reference(a.sender, a.identifier, a.sent) for a in earlier)
    return replace(
        ALERT,
        identifier=f"tocsin-desk-aa-0{len(earlier) + 1}",
        message_type=kind,
        references=references,
        sent=SENT + timedelta(days=len(earlier)),
    )
