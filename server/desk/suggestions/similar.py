"""Past reports that people coded to one indicator and that share the words that weighed.

They are looked up in the index in memory, which keeps neither texts nor anything on the disk.
"""

from collections.abc import Sequence
from typing import Final

from schemas.domain.ids import ReportId
from server.desk.triage.index.folding import words_of
from server.desk.triage.index.memory import ReportIndex

MOST_SIMILAR: Final = 2
"""Two are looked at; more are only counted."""
MOST_CODED: Final = 500
"""The newest of an indicator: a bound on the walk at a desk with a long history."""
_ASK: Final = (
    "SELECT report.report_id FROM words JOIN report ON report.row = words.rowid"
    " WHERE words MATCH ? AND words.rowid IN"
    " (SELECT row FROM coding WHERE indicator = ? ORDER BY row DESC LIMIT ?)"
    " AND report.report_id != ? ORDER BY words.rowid DESC LIMIT ?"
)


def coded_so_before(
    index: ReportIndex, report_id: str, indicator_id: str, words: Sequence[str]
) -> tuple[ReportId, ...]:
    """Find past codings that are alike.

    Args:
        index: Of all reports.
        report_id: The report that is looked at; it is no example of itself.
        indicator_id: What is suggested.
        words: The words that weighed, as the text writes them.

    Returns:
        Reports, newest first; none where no word weighed.
    """
    folded = [" ".join(words_of(word)) for word in words]
    asked = " OR ".join(f'"{word}"' for word in folded if word)
    if not asked:
        return ()
    values = (asked, indicator_id, MOST_CODED, bytes.fromhex(report_id), MOST_SIMILAR)
    return tuple(ReportId(found.hex()) for (found,) in index.ask(_ASK, values))
