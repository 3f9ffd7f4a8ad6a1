"""What of a report is at the desk."""

from collections.abc import Mapping
from typing import cast

from tests.browser.support.spine import Spine
from tests.browser.support.steps import AT_DESK, Steps, Words


def attachments_of(report: Mapping[str, object]) -> list[dict[str, object]]:
    """List the files of a report as the desk has them."""
    return cast("list[dict[str, object]]", report["attachments"])


def delivered_once(standing: Spine, phone: Steps, words: Words) -> None:
    """Send, pull and send again; the desk has the report once and the phone knows."""
    phone.send_everything()
    standing.pull()
    assert [report["text"] for report in standing.reports(words.text)] == [words.text]
    phone.send()
    phone.shows(AT_DESK)
