"""What the bench makes of Lighthouse's words."""

from tests.bench.bench_lighthouse import Tally


def told(score: int, *failed: str) -> dict[str, object]:
    """Make the result of one page."""
    audits = [{"id": name, "title": f"the {name}", "places": ["#one"]} for name in failed]
    result = {"name": "accessibility", "score": score, "ran": 20, "failed": audits}
    return {"error": "", "results": [result]}


def test_page_with_less_than_a_hundred_is_named_with_the_audits_that_failed() -> None:
    tally = Tally()
    tally.take("home", told(100))
    tally.take("write", told(97, "button-name"))
    assert tally.least == {"accessibility": 97}
    assert tally.wrong == ["write: accessibility 97", "write: button-name (the button-name): #one"]


def test_audit_that_did_not_come_to_an_end_is_no_pass() -> None:
    tally = Tally()
    tally.take("home", {"error": "NO_FCP", "results": []})
    assert tally.wrong == ["home: NO_FCP"]


def test_pages_without_a_flaw_leave_nothing_to_say() -> None:
    tally = Tally()
    tally.take("home", told(100))
    assert (tally.pages, tally.audits, tally.wrong) == (1, 20, [])
