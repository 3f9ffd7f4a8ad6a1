"""The place where a later room's suggestions come into the report page.

Theory of operation: triage never imports a later room. Whoever can suggest indicators puts a
function into the app under `HINTS_KEY`; the page asks it and shows what comes, reasons and all.
A desk without that room shows no suggestions.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from flask import current_app

from server.desk.intake.views import ReportView
from server.desk.triage.taxonomy import Taxonomy

HINTS_KEY: Final = "tocsin.coding_hints"


class Hint(Protocol):
    """One suggested indicator with its reasons."""

    @property
    def indicator_id(self) -> str:
        """What is suggested."""
        ...

    @property
    def category_place(self) -> int:
        """Place in the list of the witness's category from 1, or 0."""
        ...

    @property
    def words(self) -> tuple[str, ...]:
        """Words of the text that point to it."""
        ...

    @property
    def listed(self) -> tuple[str, ...]:
        """Those of a word list, where a model suggests."""
        ...

    @property
    def by_category(self) -> bool:
        """Whether a model learned that the category speaks for it."""
        ...

    @property
    def chance(self) -> float | None:
        """How likely a person codes it, 0 to 1; None where nothing is claimed."""
        ...

    @property
    def model(self) -> int:
        """Number of the model that suggests, 0 for rules."""
        ...

    @property
    def similar(self) -> Sequence[str]:
        """Past reports that people coded so and that share words."""
        ...


HintSource = Callable[[ReportView, Taxonomy], Sequence[Hint]]


def hints_for(view: ReportView, taxonomy: Taxonomy) -> Sequence[Hint]:
    """Ask for suggestions; none where nobody suggests."""
    source: HintSource | None = current_app.extensions.get(HINTS_KEY)
    return source(view, taxonomy) if source is not None else ()
