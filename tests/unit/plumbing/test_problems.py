"""The problem table."""

import json
import re
from pathlib import Path

import pytest

from server.plumbing.problems import TABLE, problem_response

SPEC = Path(__file__).resolve().parents[3] / "docs" / "spec" / "sync.md"


def test_table_says_what_the_specification_says() -> None:
    section = SPEC.read_text().split("## 7. Problems")[1].split("## Changelog")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| (yes|no)", section, re.MULTILINE)
    assert len(rows) == 10
    for slug, status, retry in rows:
        assert (TABLE[slug].status, TABLE[slug].retry) == (int(status), retry == "yes")


def test_problem_is_a_document_of_rfc_9457() -> None:
    response = problem_response("conflict", "Wait a moment.")
    assert (response.status_code, response.mimetype) == (409, "application/problem+json")
    document = json.loads(response.get_data())
    assert document == {
        "type": "urn:tocsin:problem:conflict",
        "title": TABLE["conflict"].title,
        "status": 409,
        "retry": True,
        "detail": "Wait a moment.",
    }


def test_problem_without_a_hint_has_no_detail() -> None:
    assert "detail" not in json.loads(problem_response("not-found").get_data())


def test_unknown_slug_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        problem_response("made-up")
