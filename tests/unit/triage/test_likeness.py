"""Possible duplicates: words, distance and time together, never words alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.desk.triage.likeness import (
    NEAR_TIME,
    Trace,
    kilometres_between,
    likeness,
    proposal,
    runs_of,
)

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TEXT = "Red crosses were painted on nine doors of our street last night."


def trace(report_id: str, text: str = TEXT) -> Trace:
    """Give a report near the bridge."""
    return Trace(report_id, runs_of(text), AT, latitude=-15.0, longitude=80.0, area="QZ-NA")


def test_nearly_the_same_words_at_one_place_and_time_are_proposed() -> None:
    other = trace("b", "red crosses painted on nine doors in our street last night")
    found = proposal(trace("a"), other)
    assert found is not None
    assert found.report_id == "b"
    assert found.likeness > 0.5
    assert found.kilometres == 0.0


def test_the_same_words_about_another_week_are_not_proposed() -> None:
    later = replace(trace("b"), observed_at=AT + NEAR_TIME + timedelta(hours=1))
    assert proposal(trace("a"), later) is None


def test_the_same_words_from_a_far_town_are_not_proposed() -> None:
    far = replace(trace("b"), latitude=-14.0)
    assert proposal(trace("a"), far) is None


def test_other_words_at_the_same_place_and_time_are_not_proposed() -> None:
    assert proposal(trace("a"), trace("b", "The well behind the mill has been closed.")) is None


def test_a_missing_place_is_unknown_and_not_near() -> None:
    nowhere = replace(trace("b"), latitude=None, longitude=None, area="")
    found = proposal(trace("a"), nowhere)
    assert found is not None
    assert found.kilometres is None


def test_two_areas_without_points_keep_reports_apart() -> None:
    here = replace(trace("a"), latitude=None, longitude=None)
    there = replace(here, report_id="b", area="QZ-SE")
    assert proposal(here, there) is None


def test_a_report_never_repeats_itself() -> None:
    assert proposal(trace("a"), trace("a")) is None


def test_marks_and_case_do_not_hide_the_same_words() -> None:
    assert runs_of("Été À MIDI") == runs_of("ete a midi")
    assert runs_of("ضُرِبَ الناس") == runs_of("ضرب الناس")


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    south = replace(trace("b"), latitude=-16.0)
    found = kilometres_between(trace("a"), south)
    assert found is not None
    assert 110.0 < found < 112.0


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_symmetric_and_between_nothing_and_all(one: str, other: str) -> None:
    a, b = runs_of(one), runs_of(other)
    assert likeness(a, b) == likeness(b, a)
    assert 0.0 <= likeness(a, b) <= 1.0
    assert likeness(a, a) in {0.0, 1.0}
