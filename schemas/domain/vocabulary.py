"""Closed lists of words. One word per thing, here and in every other language and table.

Source: docs/glossary.md names where each list comes from.
"""

from enum import IntEnum, StrEnum


class Category(StrEnum):
    """What a witness says it is about; each maps to indicators in ``framework/categories.json``."""

    ATTACK = "attack"
    TORTURE = "torture"
    TAKEN = "taken"
    DISPLACED = "displaced"
    DESTRUCTION = "destruction"
    MARKING = "marking"
    INCITEMENT = "incitement"
    ARMED_PRESENCE = "armed_presence"
    DEPRIVATION = "deprivation"
    CYBER = "cyber"
    SECURITY_FORCES = "security_forces"
    RULE_OR_EVENT = "rule_or_event"
    PROTECTED_SITE = "protected_site"
    OTHER = "other"


class Source(StrEnum):
    """How the reporter knows."""

    SAW = "saw"
    HEARD = "heard"
    QUOTING = "quoting"
    UNSAID = "unsaid"


class TimePrecision(StrEnum):
    """How exactly the time of an event is known."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class PlacePrecision(StrEnum):
    """How exactly the place of an event is known."""

    POINT = "point"
    SETTLEMENT = "settlement"
    ADMIN2 = "admin2"
    ADMIN1 = "admin1"


class Purpose(StrEnum):
    """Why a report follows another one; the desk never acts on it by itself but for `UNSAFE`."""

    ANSWER = "answer"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    UNSAFE = "unsafe"


class ReplyKind(StrEnum):
    """What a desk's message to a reporter is."""

    REPLY = "reply"
    QUESTION = "question"
    SAFETY = "safety"


class PutStatus(IntEnum):
    """A relay's word on one blob; sync.md section 2."""

    STORED = 0
    DUPLICATE = 1
    FULL = 2
    NEED_WORK = 3
    REFUSED = 4

    @property
    def held(self) -> bool:
        """Tell whether the blob is on the relay's stable storage."""
        return self in (PutStatus.STORED, PutStatus.DUPLICATE)


class AckStatus(IntEnum):
    """A desk's word on one report, by a tag on the board; sync.md section 3."""

    RECEIVED = 1
    ACCEPTED = 2
    REPLY_WAITING = 3
    NEED_MORE = 4
    CLOSED = 5


class Workflow(StrEnum):
    """Where a report stands in the desk's work."""

    NEW = "new"
    CLAIMED = "claimed"
    TRIAGED = "triaged"
    ESCALATED = "escalated"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    SPAM = "spam"


class Verification(StrEnum):
    """How far a report is verified; never mixed with the workflow."""

    RECEIVED = "received"
    SCREENED = "screened"
    CORROBORATED = "corroborated"
    VERIFIED = "verified"
    CONTRADICTED = "contradicted"
    UNVERIFIABLE = "unverifiable"


class SourceReliability(StrEnum):
    """Admiralty code, first half: A completely reliable ... F cannot be judged."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class InformationCredibility(StrEnum):
    """Admiralty code, second half: 1 confirmed ... 6 cannot be judged."""

    CONFIRMED = "1"
    PROBABLE = "2"
    POSSIBLE = "3"
    DOUBTFUL = "4"
    IMPROBABLE = "5"
    UNJUDGED = "6"


class Confidence(StrEnum):
    """A coder's confidence in one coding."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Sensitivity(StrEnum):
    """Sensitivity of information, after the IASC operational guidance on data responsibility."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    SEVERE = "severe"


class FactorKind(StrEnum):
    """Which crimes a risk factor of the Framework speaks of."""

    COMMON = "common"
    GENOCIDE = "genocide"
    CRIMES_AGAINST_HUMANITY = "crimes_against_humanity"
    WAR_CRIMES = "war_crimes"
