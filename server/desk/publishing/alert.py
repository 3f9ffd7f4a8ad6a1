"""An alert as plain values, with the closed lists of CAP 1.2.

Spec: OASIS Common Alerting Protocol 1.2, section 3.2.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """How a message is to be taken."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class MessageType(StrEnum):
    """What a message does to those before it."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class Scope(StrEnum):
    """Whom a message is for; the desk never publishes to everybody."""

    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Urgency(StrEnum):
    """How soon something should be done."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad it would be."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Reference:
    """What names an earlier message."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class AlertArea:
    """A first-level area; nothing finer leaves the desk.

    Attributes:
        polygons: Outer rings of (longitude, latitude) in degrees, closed.
    """

    code: str
    name: str
    polygons: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """One message.

    Attributes:
        sent: UTC, aware, whole seconds.
        restriction: Who may read it; required because the scope is restricted.
        addresses: Whom it is for, when the scope is private.
        subject: Indicator or risk factor id.
        taxonomy_version: Of the subject.
        event: What it is about, in words.
        count: Reports behind it: at least five.
        first_day: First day counted, ISO.
        last_day: Last day counted, ISO.
    """

    identifier: str
    sender: str
    sender_name: str
    sent: datetime
    status: Status
    message_type: MessageType
    scope: Scope
    restriction: str
    addresses: str
    references: tuple[Reference, ...]
    language: str
    subject: str
    taxonomy_version: str
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    expires: datetime
    headline: str
    description: str
    instruction: str
    count: int
    first_day: str
    last_day: str
    area: AlertArea
