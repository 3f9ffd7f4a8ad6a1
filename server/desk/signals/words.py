"""How the room says its detectors, states and refusals; every sentence stands in the catalogue."""

from typing import Final

from schemas.domain.framework import Framework
from server.desk.signals.assessment import AssessmentState, Pillar
from server.desk.signals.counting import EVERYTHING, WHOLE_COUNTRY
from server.desk.signals.disclosure import Refusal
from server.desk.translations import N_, _

DETECTORS: Final = {
    "level": N_("Level: too many for half a year of history"),
    "ears_c1": N_("EARS C1: shock against the seven weeks before"),
    "ears_c2": N_("EARS C2: shock against seven weeks, the last two left out"),
    "ears_c3": N_("EARS C3: shocks of three weeks added up"),
}
SHORT: Final = {
    "level": N_("level"),
    "ears_c1": N_("EARS C1"),
    "ears_c2": N_("EARS C2"),
    "ears_c3": N_("EARS C3"),
}
STATES: Final = {
    AssessmentState.DRAFT: N_("draft"),
    AssessmentState.AWAITING: N_("waits for a second signature"),
    AssessmentState.SIGNED: N_("signed by two"),
    AssessmentState.WITHDRAWN: N_("withdrawn"),
}
PILLARS: Final = {
    Pillar.STATE: N_("I: what the State itself must do to protect"),
    Pillar.ASSISTANCE: N_("II: help to the State from others"),
    Pillar.RESPONSE: N_("III: a timely and decisive response from others"),
}
REFUSALS: Final = {
    Refusal.SMALL_CELL: N_("Fewer than five reports stand behind the number: it stays here."),
    Refusal.WITNESS_WORDS: N_("The text repeats a witness's own words. Say it in yours."),
    Refusal.PRECISE_PLACE: N_("The text names a place below the province. Leave it out."),
    Refusal.COORDINATE: N_("The text holds a coordinate. Leave it out."),
    Refusal.REPORT_ID: N_("The text holds the id of a report. Leave it out."),
    Refusal.FILE_NAME: N_("The text holds the name of a file. Leave it out."),
}


def subject_name(subject: str, framework: Framework) -> str:
    """Name an indicator or a risk factor with its number."""
    if subject == EVERYTHING:
        return _("all reports")
    found = framework.indicator(subject)
    if found is not None:
        return f"{subject} {_(found.label)}"
    factor = framework.factor(subject)
    return f"{subject} {_(factor.title)}" if factor is not None else subject


def is_whole(area: str) -> bool:
    """Tell whether an area stands for the whole country."""
    return area == WHOLE_COUNTRY
