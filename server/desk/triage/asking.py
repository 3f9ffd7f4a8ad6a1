"""What a person can ask of the queue, as it stands in an address and in a saved view."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from schemas.domain.vocabulary import (
    Category,
    InformationCredibility,
    SourceReliability,
    Verification,
    Workflow,
)

OPEN: Final = "open"
MINE: Final = "mine"
ALL: Final = "all"
STATES: Final = (OPEN, MINE, *Workflow, ALL)
AGES_DAYS: Final = (1, 7, 30, 365)
MOST_QUESTION_CHARACTERS: Final = 200
MOST_CODE_CHARACTERS: Final = 80
"""An area, a language, an indicator or a person is named in fewer."""


class Order(StrEnum):
    """How the queue is sorted."""

    OLDEST = "oldest"
    NEWEST = "newest"
    EVENT = "event"


_CLOSED_LISTS: Final[Mapping[str, frozenset[str]]] = {
    "state": frozenset(STATES),
    "category": frozenset(Category),
    "days": frozenset(str(age) for age in AGES_DAYS),
    "verification": frozenset(Verification),
    "reliability": frozenset(SourceReliability),
    "credibility": frozenset(InformationCredibility),
    "files": frozenset({"yes", "no"}),
    "order": frozenset(Order),
}


@dataclass(frozen=True, slots=True, repr=False)
class QueueFilter:
    """What a person asked to see; empty means any.

    Attributes:
        state: A workflow state, or `open` (new and claimed), `mine`, `all`.
        q: Words to look for.
        area: Area code, or `none` for reports without one.
        days: Received within so many days; 0 for any.
        coded: `yes`, `no`, or the indicator that a coding must name.
        assignee: `me`, `nobody`, or a person as the audit log names them.
        files: `yes` or `no`.
        after: Row that the page begins after, in its order; 0 for the first page.
        before: Row that the page ends before; 0 for none.
    """

    state: str = OPEN
    q: str = ""
    category: str = ""
    lang: str = ""
    area: str = ""
    days: int = 0
    verification: str = ""
    reliability: str = ""
    credibility: str = ""
    coded: str = ""
    assignee: str = ""
    files: str = ""
    order: Order = Order.OLDEST
    after: int = 0
    before: int = 0

    def __repr__(self) -> str:
        """Hide what somebody looks for."""
        return "<QueueFilter>"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "QueueFilter":
        """Read what an address asks for; what is not understood asks for nothing."""
        plain = {name: value for name in _NAMES if (value := _understood(name, query.get(name)))}
        return cls(
            **{name: plain[name] for name in plain if name not in _NUMBERS | {"order"}},  # type: ignore[arg-type]
            **{name: int(plain[name]) for name in plain if name in _NUMBERS},  # type: ignore[arg-type]
            order=Order(plain.get("order", Order.OLDEST)),
        )

    @property
    def query(self) -> dict[str, str]:
        """Write it as an address does, only what differs from a plain queue."""
        plain = QueueFilter()
        return {
            name: str(value)
            for name in _NAMES
            if (value := getattr(self, name)) != getattr(plain, name)
        }

    @property
    def without_page(self) -> "QueueFilter":
        """Give the same question from its first page on."""
        return replace(self, after=0, before=0)

    @property
    def address(self) -> str:
        """Write it as the part of an address after the question mark, without the page."""
        return urlencode(self.without_page.query)

    @property
    def only_state(self) -> bool:
        """Tell whether nothing but the state is asked for."""
        return self.without_page == QueueFilter(state=self.state, order=self.order)

    @property
    def has_more(self) -> bool:
        """Tell whether one of the rarer questions is asked, so that the page shows them."""
        rarer = (self.verification, self.reliability, self.credibility, self.coded)
        return any((*rarer, self.assignee, self.files))


_NAMES: Final = tuple(one.name for one in fields(QueueFilter))
_NUMBERS: Final = {"days", "after", "before"}


def _understood(name: str, value: str | None) -> str:
    if value is None:
        return ""
    if name in _CLOSED_LISTS:
        return value if value in _CLOSED_LISTS[name] else ""
    if name in _NUMBERS:
        return value if value.isdecimal() and value.isascii() and len(value) < 16 else ""  # noqa: PLR2004 - rows fit 64 bits
    return value[: MOST_QUESTION_CHARACTERS if name == "q" else MOST_CODE_CHARACTERS]
