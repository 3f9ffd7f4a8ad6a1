"""From a signed assessment to the message that leaves.

Theory of operation: the message says what the assessment says, and of the place nothing finer
than the province: its outline, thinned, and its code. A country whose code the ISO leaves to users
is made up, and can only be exercised with, so that no drill is ever taken for a warning.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from server.desk.areas.layer import Area
from server.desk.areas.simplify import within_corners
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
from server.desk.publishing.cap import DEGREE_DIGITS
from server.desk.publishing.errors import ExerciseOnlyError
from server.desk.signals.assessment import Findings
from server.desk.signals.views import SignalView

MOST_CORNERS: Final = 60
"""Corners of a ring: a province is recognised by fewer, and an alert must fit a narrow line."""
MOST_POLYGONS: Final = 8
"""Islands beyond the largest eight do not help anybody to find the province."""
EXPIRES_AFTER: Final = timedelta(days=14)
"""An assessment of a month's reports is old after two weeks."""
DAYS_IN_WEEK: Final = 7

_USER_ASSIGNED: Final = re.compile(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z]{2}|ZZ[A-Z]")
"""ISO 3166-1 leaves these three-letter codes to whoever needs one of their own."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person who publishes decides.

    Attributes:
        restriction: Who may read it, in words.
    """

    status: Status = Status.EXERCISE
    scope: Scope = Scope.RESTRICTED
    restriction: str = "For the addressed recipients only. Do not publish or forward."
    addresses: str = ""
    urgency: Urgency = Urgency.EXPECTED
    severity: Severity = Severity.SEVERE
    certainty: Certainty = Certainty.POSSIBLE
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What names a message and ties it to those before it."""

    identifier: str
    sender: str
    sender_name: str
    sent: datetime
    message_type: MessageType
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What the message itself says around the findings, in its own language.

    Attributes:
        event: The indicator or risk factor, with its number.
    """

    event: str
    area: str
    known: str
    basis: str
    unknown: str
    explanations: str


def is_made_up(country: str) -> bool:
    """Tell whether a three-letter code is one that the ISO leaves to users."""
    return _USER_ASSIGNED.fullmatch(country) is not None


def compose(
    signal: SignalView,
    findings: Findings,
    area: Area,
    *,
    words: Words,
    count: int,
    envelope: Envelope,
    choices: Choices,
) -> Alert:
    """Write the message.

    Args:
        signal: What was assessed.
        findings: What two people signed.
        area: The signal's area.
        words: The subject and the headings, in the message's language.
        count: Reports that stand behind it now.
        envelope: Names and references.
        choices: What the publisher decided.

    Raises:
        ExerciseOnlyError: A made-up country with a status other than Exercise.
    """
    if is_made_up(signal.country) and choices.status is not Status.EXERCISE:
        raise ExerciseOnlyError("this country is made up: publish it as an exercise")
    sent = envelope.sent.astimezone(UTC).replace(microsecond=0)
    last_day = signal.last_week.monday() + timedelta(days=DAYS_IN_WEEK - 1)
    return Alert(
        identifier=envelope.identifier,
        sender=envelope.sender,
        sender_name=envelope.sender_name,
        sent=sent,
        status=choices.status,
        message_type=envelope.message_type,
        scope=choices.scope,
        restriction=choices.restriction if choices.scope is Scope.RESTRICTED else "",
        addresses=choices.addresses,
        references=envelope.references,
        language=choices.language,
        subject=signal.subject,
        taxonomy_version=signal.taxonomy_version,
        event=words.event,
        urgency=choices.urgency,
        severity=choices.severity,
        certainty=choices.certainty,
        expires=sent + EXPIRES_AFTER,
        headline=findings.headline,
        description=description(findings, words),
        instruction=findings.step,
        count=count,
        first_day=signal.first_week.monday().isoformat(),
        last_day=last_day.isoformat(),
        area=coarse_area(area, words.area),
    )


def description(findings: Findings, words: Words) -> str:
    """Say in one text what is known, how, what is not, and what else could explain it."""
    parts = (
        (words.known, findings.known),
        (words.basis, findings.basis),
        (words.unknown, findings.unknown),
        (words.explanations, findings.explanations),
    )
    return "\n\n".join(f"{heading}:\n{text.strip()}" for heading, text in parts)


def coarse_area(area: Area, name: str) -> AlertArea:
    """Thin an area's outline to what may leave the desk."""
    outer = sorted((polygon[0] for polygon in area.polygons), key=len, reverse=True)
    rings = tuple(_rounded(within_corners(ring, MOST_CORNERS)) for ring in outer[:MOST_POLYGONS])
    whole = tuple(ring for ring in rings if len(set(ring)) > 2)  # noqa: PLR2004 - two points enclose nothing
    return AlertArea(area.code, name, whole)


def _rounded(ring: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    points: list[tuple[float, float]] = []
    for longitude, latitude in ring:
        point = (round(longitude, DEGREE_DIGITS), round(latitude, DEGREE_DIGITS))
        if not points or points[-1] != point:
            points.append(point)
    if points[0] != points[-1]:
        points.append(points[0])
    return tuple(points)
