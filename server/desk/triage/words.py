"""How the closed lists are said on pages; every sentence stands in the catalogue."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from schemas.domain.vocabulary import (
    Category,
    Confidence,
    FactorKind,
    InformationCredibility,
    PlacePrecision,
    Purpose,
    ReplyKind,
    Source,
    SourceReliability,
    TimePrecision,
    Verification,
    Workflow,
)
from server.desk.translations import N_, _
from server.desk.triage.incident_states import IncidentState
from server.desk.triage.verification import Finding
from server.desk.triage.workflow import Act

LABELS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = {
    Category: {
        Category.ATTACK: N_("people attacked or killed"),
        Category.TORTURE: N_("beaten, tortured, sexual violence"),
        Category.TAKEN: N_("taken, held or missing"),
        Category.DISPLACED: N_("forced out, moved, separated"),
        Category.DESTRUCTION: N_("homes, crops, worship places destroyed or looted"),
        Category.MARKING: N_("people or houses marked, listed, checked by group"),
        Category.INCITEMENT: N_("threats, hate speech, calls to violence"),
        Category.ARMED_PRESENCE: N_("armed men, weapons, troops gathering"),
        Category.DEPRIVATION: N_("food, water, medicine, aid or press blocked"),
        Category.CYBER: N_("internet or phones cut, spying, doctored video"),
        Category.SECURITY_FORCES: N_("police or soldiers: abuse or failing to protect"),
        Category.RULE_OR_EVENT: N_("new rule or event aimed at a group"),
        Category.PROTECTED_SITE: N_("hospital, school, aid worker, peacekeeper attacked"),
        Category.OTHER: N_("something else"),
    },
    Workflow: {
        Workflow.NEW: N_("new"),
        Workflow.CLAIMED: N_("claimed"),
        Workflow.TRIAGED: N_("triaged"),
        Workflow.ESCALATED: N_("escalated"),
        Workflow.CLOSED: N_("closed"),
        Workflow.DUPLICATE: N_("duplicate"),
        Workflow.OUT_OF_SCOPE: N_("out of scope"),
        Workflow.SPAM: N_("spam"),
    },
    Act: {
        Act.CLAIM: N_("Claim"),
        Act.RELEASE: N_("Let go"),
        Act.TRIAGE: N_("Done: triaged"),
        Act.ESCALATE: N_("Escalate"),
        Act.CLOSE: N_("Close"),
        Act.MARK_DUPLICATE: N_("Duplicate"),
        Act.MARK_OUT_OF_SCOPE: N_("Out of scope"),
        Act.MARK_SPAM: N_("Spam"),
        Act.REOPEN: N_("Reopen"),
    },
    Verification: {
        Verification.RECEIVED: N_("received, nobody looked yet"),
        Verification.SCREENED: N_("screened"),
        Verification.CORROBORATED: N_("corroborated"),
        Verification.VERIFIED: N_("verified"),
        Verification.CONTRADICTED: N_("contradicted"),
        Verification.UNVERIFIABLE: N_("unverifiable"),
    },
    Finding: {
        Finding.SCREEN: N_("Screened"),
        Finding.CORROBORATE: N_("Corroborated"),
        Finding.VERIFY: N_("Verified"),
        Finding.CONTRADICT: N_("Contradicted"),
        Finding.GIVE_UP: N_("Unverifiable"),
        Finding.RECONSIDER: N_("Reconsider"),
    },
    SourceReliability: {
        SourceReliability.A: N_("completely reliable"),
        SourceReliability.B: N_("usually reliable"),
        SourceReliability.C: N_("fairly reliable"),
        SourceReliability.D: N_("not usually reliable"),
        SourceReliability.E: N_("unreliable"),
        SourceReliability.F: N_("reliability cannot be judged"),
    },
    InformationCredibility: {
        InformationCredibility.CONFIRMED: N_("confirmed by other sources"),
        InformationCredibility.PROBABLE: N_("probably true"),
        InformationCredibility.POSSIBLE: N_("possibly true"),
        InformationCredibility.DOUBTFUL: N_("doubtful"),
        InformationCredibility.IMPROBABLE: N_("improbable"),
        InformationCredibility.UNJUDGED: N_("truth cannot be judged"),
    },
    Confidence: {
        Confidence.LOW: N_("low"),
        Confidence.MEDIUM: N_("medium"),
        Confidence.HIGH: N_("high"),
    },
    Source: {
        Source.SAW: N_("saw it"),
        Source.HEARD: N_("heard it"),
        Source.QUOTING: N_("quotes somebody"),
        Source.UNSAID: N_("does not say how it is known"),
    },
    TimePrecision: {
        TimePrecision.HOUR: N_("to the hour"),
        TimePrecision.DAY: N_("to the day"),
        TimePrecision.WEEK: N_("to the week"),
        TimePrecision.MONTH: N_("to the month"),
    },
    PlacePrecision: {
        PlacePrecision.POINT: N_("exact point"),
        PlacePrecision.SETTLEMENT: N_("town or village"),
        PlacePrecision.ADMIN2: N_("district"),
        PlacePrecision.ADMIN1: N_("province"),
    },
    ReplyKind: {
        ReplyKind.REPLY: N_("Answer"),
        ReplyKind.QUESTION: N_("Question"),
        ReplyKind.SAFETY: N_("Safety advice"),
    },
    Purpose: {
        Purpose.ANSWER: N_("answers the desk"),
        Purpose.CORRECTION: N_("corrects it"),
        Purpose.WITHDRAWAL: N_("takes it back"),
        Purpose.UNSAFE: N_("asks not to be contacted"),
    },
    IncidentState: {
        IncidentState.OPEN: N_("open incident"),
        IncidentState.CLOSED: N_("closed incident"),
    },
    FactorKind: {
        FactorKind.COMMON: N_("common"),
        FactorKind.GENOCIDE: N_("genocide"),
        FactorKind.CRIMES_AGAINST_HUMANITY: N_("crimes against humanity"),
        FactorKind.WAR_CRIMES: N_("war crimes"),
    },
}
"""Closed list -> value -> English source sentence."""

HISTORY: Final[Mapping[str, str]] = {
    "claim": N_("claimed it"),
    "release": N_("let it go"),
    "triage": N_("finished triage"),
    "escalate": N_("escalated it"),
    "close": N_("closed it"),
    "mark_duplicate": N_("marked it as a duplicate"),
    "mark_out_of_scope": N_("put it out of scope"),
    "mark_spam": N_("marked it as spam"),
    "reopen": N_("reopened it"),
    "screen": N_("screened it"),
    "corroborate": N_("found it corroborated"),
    "verify": N_("found it verified"),
    "contradict": N_("found it contradicted"),
    "give_up": N_("found it unverifiable"),
    "reconsider": N_("reconsidered it"),
    "grade": N_("graded it"),
    "code": N_("coded it"),
    "assign": N_("gave it to a colleague"),
    "same_event": N_("put it into an incident"),
    "not_same_event": N_("told it apart from another report"),
    "take_out": N_("took it out of an incident"),
}
"""Act of the history -> what a person did."""


def said(value: StrEnum) -> str:
    """Say a value of a closed list in the language of the request."""
    return _(LABELS[type(value)][value])


def done(act: str) -> str:
    """Say an act of the history in the language of the request."""
    return _(HISTORY[act])
