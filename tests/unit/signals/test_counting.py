"""Lines: what is counted, what is missing, what stands out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.domain.vocabulary import TimePrecision
from server.desk.signals.counting import (
    EVERYTHING,
    WHOLE_COUNTRY,
    LineName,
    Observation,
    by_number,
    count_lines,
    subjects_of,
)
from server.desk.signals.drawing import draw_chart, scale, step_bounds, step_of
from server.desk.signals.scan import scan
from server.desk.signals.weeks import IsoWeek, weeks_until

LAST = IsoWeek(2026, 47)
WEEKS = weeks_until(LAST, 52)


def seen(
    number: int,
    week: IsoWeek,
    *indicators: str,
    area: str = "QZ-NA",
    precision: TimePrecision = TimePrecision.DAY,
) -> Observation:
    """Give a report as the lines see it."""
    return Observation(f"r{number}", area, week, precision, subjects_of(indicators))


def steady(each: int, *, until: int = 52, area: str = "QZ-NA") -> list[Observation]:
    """Give so many reports in each of the first weeks."""
    return [
        seen(100 * w + n, week, "7.14", area=area)
        for w, week in enumerate(WEEKS[:until])
        for n in range(each)
    ]


def test_a_report_counts_for_its_indicators_and_once_for_their_factor() -> None:
    lines = count_lines([seen(1, LAST, "7.12", "7.14")], WEEKS)
    assert lines.line("QZ-NA", "7.12").counts[-1] == 1
    assert lines.line("QZ-NA", "7.14").counts[-1] == 1
    assert lines.line("QZ-NA", "7").counts[-1] == 1
    assert lines.line(WHOLE_COUNTRY, "7").counts[-1] == 1


def test_an_uncoded_report_is_heard_but_counts_for_nothing() -> None:
    lines = count_lines([seen(1, LAST)], WEEKS)
    assert lines.line("QZ-NA", EVERYTHING).counts[-1] == 1
    assert lines.subjects() == ()


def test_a_report_known_only_to_the_month_is_on_no_line_and_said_so() -> None:
    lines = count_lines([seen(1, LAST, "7.12", precision=TimePrecision.MONTH)], WEEKS)
    assert lines.by_name == {}
    assert lines.month_only == 1


def test_a_report_without_an_area_is_on_the_countrys_line_only() -> None:
    lines = count_lines([seen(1, LAST, "7.12", area="")], WEEKS)
    assert lines.areas() == ()
    assert lines.line(WHOLE_COUNTRY, "7.12").counts[-1] == 1


def test_a_week_of_silence_from_an_area_that_reports_is_missing_not_zero() -> None:
    talk = [item for item in steady(6) if item.week != WEEKS[-2]]
    lines = count_lines(talk, WEEKS)
    assert lines.silent["QZ-NA"] == {WEEKS[-2]}
    assert lines.line("QZ-NA", "7.14").counts[-2] is None


def test_the_running_week_is_never_called_silent() -> None:
    lines = count_lines([item for item in steady(6) if item.week != LAST], WEEKS)
    assert lines.silent == {}
    assert lines.line("QZ-NA", "7.14").counts[-1] == 0


def test_a_line_nobody_reported_on_is_a_line_of_zeros() -> None:
    assert set(count_lines([], WEEKS).line("QZ-NA", "7.12").counts) == {0}


def test_what_rises_is_raised_with_its_newest_week() -> None:
    burst = [seen(9000 + n, WEEKS[-2], "7.12") for n in range(6)]
    found = scan(count_lines([*steady(1), *burst], WEEKS))
    first = found.raised[0]
    assert first.name == LineName("QZ-NA", "7.12")
    assert first.week == WEEKS[-2]
    assert first.strong
    assert "level" in first.alarms


def test_a_risk_factor_is_not_raised_beside_its_own_indicator() -> None:
    burst = [seen(9000 + n, WEEKS[-2], "7.12") for n in range(6)]
    raised = {item.name.subject for item in scan(count_lines([*steady(1), *burst], WEEKS)).raised}
    assert raised == {"7.12"}


def test_a_steady_line_is_not_raised() -> None:
    assert scan(count_lines(steady(3), WEEKS)).raised == ()


def test_two_reports_are_never_raised() -> None:
    assert scan(count_lines([seen(1, LAST, "7.12"), seen(2, LAST, "7.12")], WEEKS)).raised == ()


def test_the_scan_says_how_many_alarms_chance_alone_would_give() -> None:
    found = scan(count_lines(steady(2), WEEKS))
    assert found.lines_read == 2
    assert 0 < found.by_chance < 0.1


def test_iso_weeks_cross_the_year_where_iso_does() -> None:
    assert IsoWeek.of(datetime(2026, 12, 31, tzinfo=UTC)) == IsoWeek(2026, 53)
    assert IsoWeek.of(datetime(2027, 1, 3, 23, 59, tzinfo=UTC)) == IsoWeek(2026, 53)
    assert IsoWeek(2026, 53).shifted(1) == IsoWeek(2027, 1)
    assert str(IsoWeek(2027, 1)) == "2027-W01"


@pytest.mark.parametrize("text", ["", "2026", "2026-W54", "2027-W53", "x-W1", "2026-W00"])
def test_a_week_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the module's contract says ValueError
        IsoWeek.parse(text)


@given(st.integers(min_value=-3000, max_value=3000))
def test_going_on_and_back_ends_where_it_began(by: int) -> None:
    assert LAST.shifted(by).shifted(-by) == LAST


def test_subjects_sort_as_numbers_not_as_text() -> None:
    assert sorted(["7.12", "8", "7.2", "7"], key=by_number) == ["7", "7.2", "7.12", "8"]


@given(st.integers(min_value=1, max_value=5000))
def test_every_count_has_a_step_on_the_map(largest: int) -> None:
    bounds = step_bounds(largest)
    assert len(bounds) <= 5
    assert {step_of(count, bounds) for count in range(1, largest + 1)} <= {1, 2, 3, 4, 5}
    assert step_of(0, bounds) == 0


@given(st.floats(min_value=0, max_value=9000))
def test_a_charts_scale_holds_what_is_drawn(largest: float) -> None:
    top, ticks = scale(largest)
    assert top >= largest
    assert ticks[0] == 0
    assert ticks[-1] == top


def test_a_chart_draws_every_week_inside_its_frame() -> None:
    chart = draw_chart(count_lines(steady(4), WEEKS).line("QZ-NA", "7.14"))
    assert len(chart.bars) == 52
    assert all(0 <= bar.y <= chart.base and bar.height >= 0 for bar in chart.bars)
    assert chart.band.startswith("M")
