"""Which reports may be judged by what was learned from which: never from their own event.

Theory of operation: reports that people put into one incident, marked as repeats, that follow each
other or say the same words form one document. Documents are dealt into parts; each part is judged
by a model that saw only the others. A report, or another report of its event, never stands on both
sides, so that what is measured is how the model does on events it has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.domain.vocabulary import Category

PARTS = 4
"""Each judged by the other three quarters; a fifth part would cost a quarter more time."""


@dataclass(frozen=True, slots=True, repr=False)
class CodedReport:
    """One report that people coded.

    Attributes:
        report_id: Names it.
        kin: What ties reports to one document: its incident, the report it repeats or follows.
        indicators: What it was coded to.
    """

    report_id: str
    kin: tuple[str, ...]
    category: Category
    text: str
    indicators: frozenset[str]

    def __repr__(self) -> str:
        """Hide what was said and judged."""
        return "<CodedReport>"


def documents(reports: Sequence[CodedReport]) -> list[int]:
    """Number the document of each report.

    Returns:
        One number a report; reports of one document have the same.
    """
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    for report in reports:
        words = " ".join(report.text.casefold().split())
        for tie in (*report.kin, f"says {words}"):
            parents[root(report.report_id)] = root(tie)
    numbers: dict[str, int] = {}
    return [numbers.setdefault(root(one.report_id), len(numbers)) for one in reports]


def parts(documents_of: Sequence[int], count: int = PARTS) -> list[int]:
    """Deal documents into parts of nearly the same number of reports, large ones first.

    Args:
        documents_of: The document of each report.
        count: How many parts.

    Returns:
        The part of each report, from 0.
    """
    sizes: dict[int, int] = {}
    for document in documents_of:
        sizes[document] = sizes.get(document, 0) + 1
    filled = [0] * count
    dealt: dict[int, int] = {}
    for document in sorted(sizes, key=lambda one: (-sizes[one], one)):
        part = filled.index(min(filled))
        filled[part] += sizes[document]
        dealt[document] = part
    return [dealt[document] for document in documents_of]
