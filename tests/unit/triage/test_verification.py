"""The verification ladder and the Admiralty grade."""

import pytest

from schemas.domain.vocabulary import InformationCredibility, SourceReliability, Verification
from server.desk.triage.errors import IllegalTransitionError
from server.desk.triage.verification import TRANSITIONS, Finding, Grade, climb, findings_open


def test_until_somebody_judges_a_report_is_f6() -> None:
    assert str(Grade()) == "F6"


def test_a_grade_keeps_both_halves() -> None:
    given = Grade(SourceReliability.A, InformationCredibility.DOUBTFUL)
    assert str(given) == "A4"


def test_nothing_is_verified_before_it_is_corroborated() -> None:
    for rung in (Verification.RECEIVED, Verification.SCREENED):
        with pytest.raises(IllegalTransitionError):
            climb(rung, Finding.VERIFY)


def test_one_source_corroborates_nothing() -> None:
    with pytest.raises(IllegalTransitionError, match="at least 2"):
        climb(Verification.SCREENED, Finding.CORROBORATE, independent_sources=1)
    assert climb(Verification.SCREENED, Finding.CORROBORATE, 2) is Verification.CORROBORATED


def test_every_judgement_can_be_reconsidered() -> None:
    judged = set(Verification) - {Verification.RECEIVED, Verification.SCREENED}
    assert all(climb(rung, Finding.RECONSIDER) is Verification.SCREENED for rung in judged)


def test_a_verified_report_can_still_be_contradicted() -> None:
    assert climb(Verification.VERIFIED, Finding.CONTRADICT) is Verification.CONTRADICTED


@pytest.mark.parametrize("rung", list(Verification))
def test_the_page_offers_exactly_what_the_table_holds(rung: Verification) -> None:
    assert findings_open(rung) == tuple(TRANSITIONS[rung])
    for finding in set(Finding) - set(TRANSITIONS[rung]):
        with pytest.raises(IllegalTransitionError):
            climb(rung, finding, independent_sources=9)
