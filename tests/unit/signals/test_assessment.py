"""Assessments: complete, signed by a second person, and nothing given away."""

from dataclasses import replace

import pytest

from server.desk.signals import disclosure
from server.desk.signals.assessment import (
    TRANSITIONS,
    AssessmentAct,
    AssessmentState,
    Findings,
    Pillar,
    check,
    step,
)
from server.desk.signals.disclosure import Refusal, Sealed
from server.desk.signals.errors import (
    AssessmentError,
    DisclosureRefusedError,
    OwnSignatureError,
)

AMINA, JONAS = "person:a", "person:b"
FINDINGS = Findings(
    headline="Doors are being marked in Navarit",
    known="Over four weeks several reports tell of marks on doors.",
    basis="Eyewitnesses on independent devices, graded B2 to C3.",
    unknown="Nobody knows who paints, or by whose order.",
    explanations="A water company marks houses too; two reports say so.",
    step="Ask the governor for a public answer within the week.",
    pillar=Pillar.STATE,
)
REPORT = Sealed(
    text="At night two men in grey coats came and painted a red cross on our door.",
    places=("Mill Street", "Avenne", "Navarit"),
    file_names=("IMG_2041.jpg",),
)
PROVINCES = ("Navarit", "Navarit ", "نافاريت")


def refused(texts: tuple[str, ...], *, cell: int = 5) -> set[str]:
    """Give the kinds that refuse some words."""
    try:
        disclosure.check([cell], texts, [REPORT], PROVINCES)
    except DisclosureRefusedError as error:
        return set(error.kinds)
    return set()


def test_nobody_signs_their_own_assessment() -> None:
    with pytest.raises(OwnSignatureError):
        step(AssessmentState.AWAITING, AssessmentAct.SIGN, author=AMINA, actor=AMINA)
    signed = step(AssessmentState.AWAITING, AssessmentAct.SIGN, author=AMINA, actor=JONAS)
    assert signed is AssessmentState.SIGNED


def test_changing_the_words_takes_the_signature_away() -> None:
    after = step(AssessmentState.SIGNED, AssessmentAct.REVISE, author=AMINA, actor=AMINA)
    assert after is AssessmentState.DRAFT


def test_only_the_author_changes_the_words() -> None:
    with pytest.raises(AssessmentError):
        step(AssessmentState.AWAITING, AssessmentAct.REVISE, author=AMINA, actor=JONAS)


@pytest.mark.parametrize("state", list(AssessmentState))
@pytest.mark.parametrize("act", list(AssessmentAct))
def test_what_the_table_does_not_hold_is_refused(
    state: AssessmentState, act: AssessmentAct
) -> None:
    actor = JONAS if act in {AssessmentAct.SIGN, AssessmentAct.RETURN} else AMINA
    if act in TRANSITIONS[state]:
        assert step(state, act, author=AMINA, actor=actor) is TRANSITIONS[state][act]
    else:
        with pytest.raises(AssessmentError):
            step(state, act, author=AMINA, actor=actor)


def test_nothing_is_signed_that_was_not_laid_before_a_second_person() -> None:
    into_signed = [s for s, acts in TRANSITIONS.items() if AssessmentState.SIGNED in acts.values()]
    assert into_signed == [AssessmentState.AWAITING]


@pytest.mark.parametrize("name", ["headline", "known", "basis", "unknown", "explanations", "step"])
def test_an_unanswered_question_is_refused(name: str) -> None:
    check(FINDINGS)
    with pytest.raises(AssessmentError):
        check(replace(FINDINGS, **{name: " short "}))  # type: ignore[arg-type]


def test_words_of_ones_own_pass() -> None:
    assert refused(FINDINGS.texts()) == set()


def test_a_number_under_five_stays_at_the_desk() -> None:
    assert refused(("All quiet in the province of Navarit.",), cell=4) == {Refusal.SMALL_CELL}


def test_a_witnesss_own_words_stay_at_the_desk() -> None:
    copied = 'One wrote: "two men in GREY coats came, and painted a red cross"'
    assert refused((copied,)) == {Refusal.WITNESS_WORDS}


def test_seven_words_in_common_may_be_chance() -> None:
    assert refused(("He said two men in grey coats came by on Friday",)) == set()


def test_a_place_below_the_province_stays_at_the_desk() -> None:
    assert refused(("Marks were seen near mill street and elsewhere",)) == {Refusal.PRECISE_PLACE}
    assert refused(("Marks were seen in Navarit and elsewhere",)) == set()


def test_a_coordinate_stays_at_the_desk() -> None:
    assert Refusal.COORDINATE in refused(("See -15.6231 by 80.1123 on the map",))


def test_a_reports_id_stays_at_the_desk() -> None:
    assert refused(("As report 3f9a2c51 tells us",)) == {Refusal.REPORT_ID}
    assert refused(("Between 20261101 and 20261123 it rose",)) == set()


def test_a_file_name_stays_at_the_desk() -> None:
    assert refused(("The picture img_2041.JPG shows it",)) == {Refusal.FILE_NAME}


def test_every_rule_that_refuses_is_named_at_once() -> None:
    kinds = refused(("3f9a2c51 in Avenne at 15.62312",), cell=1)
    assert kinds == {
        Refusal.SMALL_CELL,
        Refusal.REPORT_ID,
        Refusal.PRECISE_PLACE,
        Refusal.COORDINATE,
    }
