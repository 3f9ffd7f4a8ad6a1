"""What is judged was never learned from: reports of one event stand on one side."""

from itertools import combinations

from schemas.domain.vocabulary import Category
from server.desk.suggestions.holding_out import CodedReport, documents, parts
from tests.support.demonstration import coded_reports
from tests.support.held_out import halves
from tests.support.narratives import LANGUAGES, PARTS, narrative, wordings


def told(name: str, *kin: str, text: str = "") -> CodedReport:
    return CodedReport(name, kin, Category.ATTACK, text or name, frozenset({"11.1"}))


def test_reports_of_one_incident_are_one_document() -> None:
    assert documents([told("a", "incident 1"), told("b"), told("c", "incident 1")]) == [0, 1, 0]


def test_a_repeat_of_a_report_of_an_incident_belongs_to_the_incident() -> None:
    reports = [told("a"), told("b", "incident 1"), told("c", "b"), told("d", "a")]
    assert documents(reports) == [0, 1, 1, 0]


def test_the_same_words_twice_are_one_document() -> None:
    reports = [told("a", text="They  came at night"), told("b", text="they came AT night")]
    assert len(set(documents(reports))) == 1


def test_parts_hold_whole_documents_and_are_of_like_size() -> None:
    reports = coded_reports()
    held = documents(reports)
    dealt = parts(held)
    assert all(
        len({part for document, part in zip(held, dealt, strict=True) if document == one}) == 1
        for one in set(held)
    )
    sizes = [dealt.count(part) for part in range(4)]
    assert max(sizes) - min(sizes) <= 1


def test_no_event_of_the_demonstration_stands_in_both_halves() -> None:
    for half in halves(300):
        learned = {tie for one in half.learned for tie in (one.report_id, *one.kin)}
        judged = {tie for one in half.demonstration for tie in (one.report_id, *one.kin)}
        assert learned & judged == set()


def test_no_wording_of_the_narratives_stands_in_two_parts() -> None:
    known = wordings()
    for lang in LANGUAGES:
        for held in known.indicators.values():
            assert len(set(held[lang])) == PARTS
        for texts in (known.openings[lang], known.ends[lang]):
            said = [set(one) - {""} for one in texts]
            assert all(not one & other for one, other in combinations(said, 2))


def test_a_narrative_is_the_same_on_every_machine() -> None:
    one, same = narrative(3, 1, 5), narrative(3, 1, 5)
    assert (one.text, one.category, one.indicators) == (same.text, same.category, same.indicators)
    assert narrative(3, 1, 6).text != one.text
