"""The invented narratives are no easier than the demonstration in what can be counted."""

from schemas.framework import bundled, load_categories, read_bundled
from server.desk.suggestions.holding_out import CodedReport
from tests.support.demonstration import coded_reports
from tests.support.narratives import PARTS, narrative, wordings

OF_CATEGORY = load_categories(read_bundled("categories.json"), bundled())
NARRATIVES = [narrative(7, part, number) for part in range(PARTS) for number in range(200)]


def named_by_category(reports: list[CodedReport]) -> float:
    """Share of reports whose category lists one of their indicators."""
    met = [bool(set(OF_CATEGORY[one.category]) & one.indicators) for one in reports]
    return sum(met) / len(met)


def test_the_category_helps_no_more_than_in_the_demonstration() -> None:
    assert named_by_category(NARRATIVES) <= named_by_category(coded_reports())


def test_a_narrative_has_no_more_codings_than_a_report_of_the_demonstration() -> None:
    told = coded_reports()
    codings = sum(len(one.indicators) for one in told) / len(told)
    assert sum(len(one.indicators) for one in NARRATIVES) / len(NARRATIVES) <= codings


def test_narratives_speak_only_of_indicators_that_exist() -> None:
    assert set(wordings().indicators) <= {one.id for one in bundled().indicators()}
