"""Check that the demonstration's content is whole, believable and of no real place.

Theory of operation: each rule is a function from the content to complaints, each complaint a
sentence that names the report or file and what to mend. No complaint means the content may be
seeded. The rules are run by the tests and by hand:

    python -m tools.demo.check
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator

from tools.demo import names_to_avoid, sheets
from tools.demo.check_story import campaign, hard_negatives, pattern
from tools.demo.content import Content, JsonObject, read_content
from tools.demo.images import SCENES

WHOLE_YEAR_DAYS = 365
LEAST = {"en": 100, "fr": 80, "ar": 75}
LEAST_OTHER_LANGUAGES = 5
REPORTS = range(300, 401)
STILL_NEW = range(70, 121)  # about a quarter waits in the queue


def counts(content: Content) -> Iterator[str]:
    """Check how many reports there are, in which languages, and how many are still new."""
    if len(content.reports) not in REPORTS:
        yield f"there are {len(content.reports)} reports"
    spoken = Counter(report["language"] for report in content.reports)
    for language, least in LEAST.items():
        if spoken[language] < least:
            yield f"only {spoken[language]} reports in {language}"
    if len(set(spoken) - set(LEAST)) < LEAST_OTHER_LANGUAGES:
        yield "too few other languages"
    new = sum(not report["coded"] for report in content.reports)
    if new not in STILL_NEW:
        yield f"{new} reports are still new"


def sheets_match(content: Content) -> Iterator[str]:
    """Check that ``reports.jsonl`` is what the sheets make."""
    if content.reports != sheets.read_reports(sheets.bundled_sheets()):
        yield "reports.jsonl is not what the sheets make; run python -m tools.demo.sheets"


def codes(content: Content) -> Iterator[str]:
    """Check categories, indicators and grades against the taxonomy."""
    for report in content.reports:
        if report["category"] not in content.categories:
            yield f"{report['ref']}: category {report['category']}"
        for indicator in report["gold"]["indicators"]:
            if indicator not in content.indicators:
                yield f"{report['ref']}: indicator {indicator}"
        grade = report["admiralty"] or "F6"
        if grade[0] not in "ABCDEF" or grade[1:] not in set("123456"):
            yield f"{report['ref']}: grade {grade}"


def dates(content: Content) -> Iterator[str]:
    """Check that each report is within the year and after what it tells of."""
    for report in content.reports:
        sent, seen = report["days_before_now"], report["observed_days_before_now"]
        if not 0 <= sent <= seen <= WHOLE_YEAR_DAYS or not 0 <= report["hour"] <= 23:  # noqa: PLR2004
            yield f"{report['ref']}: dates"
        if report["observed_precision"] not in {"hour", "day", "week", "month"}:
            yield f"{report['ref']}: precision of the date"


def refs(content: Content) -> Iterator[str]:
    """Check that refs are unique and every mention of one resolves."""
    known = {report["ref"]: report for report in content.reports}
    if len(known) != len(content.reports):
        yield "a ref is used twice"
    for report in content.reports:
        earlier = report["gold"]["duplicate_of"]
        if earlier is None:
            continue
        if earlier not in known or known[earlier]["gold"]["incident"] != report["gold"]["incident"]:
            yield f"{report['ref']}: repeats {earlier}, which is another event"
        elif known[earlier]["days_before_now"] < report["days_before_now"]:
            yield f"{report['ref']}: repeats {earlier}, which came later"


def texts(content: Content) -> Iterator[str]:
    """Check lengths, and that no real people, place or body is named."""
    for report in content.reports:
        if not 1 <= len(report["text"]) <= 8000 or not 1 <= len(report["place_text"]) <= 200:  # noqa: PLR2004
            yield f"{report['ref']}: length"
    whole = json.dumps(
        [content.reports, content.country, content.assessments, content.replies, content.people],
        ensure_ascii=False,
    )
    for name in names_to_avoid.real_names_in(whole):
        yield f"the real name {name} occurs"


def pictures(content: Content) -> Iterator[str]:
    """Check that every picture asked for can be drawn."""
    for report in content.reports:
        if report["attachment"] and report["attachment"]["kind"] not in SCENES:
            yield f"{report['ref']}: no scene {report['attachment']['kind']}"


def desk_work(content: Content) -> Iterator[str]:
    """Check replies, assessments and people against the reports."""
    known = {report["ref"]: report for report in content.reports}
    people = {person["id"] for person in content.people["people"]}
    for reply in content.replies:
        if reply["ref"] not in known or reply["from"] not in people:
            yield f"a reply to {reply['ref']} by {reply['from']}"
        elif reply["days_before_now"] > known[reply["ref"]]["days_before_now"]:
            yield f"the reply to {reply['ref']} is older than the report"
    for one in content.assessments:
        yield from _assessment(one, known, people, content.indicators)


def _assessment(
    one: JsonObject,
    known: dict[str, JsonObject],
    people: set[str],
    indicators: frozenset[str],
) -> Iterator[str]:
    """Check that an assessment's sentences rest on true, coded reports of its window."""
    mentioned = {ref for line in one["what_we_know"] for ref in line["refs"]}
    if mentioned - known.keys() or not set(one["indicators"]) <= indicators:
        yield f"{one['id']}: an unknown report or indicator"
        return
    found = [known[ref] for ref in mentioned]
    for report in found:
        late, early = one["window_days_before_now"]["to"], one["window_days_before_now"]["from"]
        in_window = late <= report["days_before_now"] <= early
        if not (report["coded"] and report["gold"]["true"] and in_window):
            yield f"{one['id']}: {report['ref']} is not a true coded report of the window"
    basis = {
        "reports": len(found),
        "devices": len({report["author"] for report in found}),
        "languages": len({report["language"] for report in found}),
    }
    if one["basis"] != basis:
        yield f"{one['id']}: rests on {basis}"
    if one["written_by"] not in people or one["signed_by"] == one["written_by"]:
        yield f"{one['id']}: signatures"


RULES: tuple[Callable[[Content], Iterator[str]], ...] = (
    counts,
    sheets_match,
    codes,
    dates,
    refs,
    texts,
    campaign,
    hard_negatives,
    pattern,
    pictures,
    desk_work,
)


def complaints(content: Content) -> list[str]:
    """List everything that is wrong with the content."""
    return [complaint for rule in RULES for complaint in rule(content)]


def main() -> int:
    """Print the complaints; tell by the exit code whether there are any."""
    found = complaints(read_content())
    for complaint in found:
        print(complaint)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
