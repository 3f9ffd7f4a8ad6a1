"""The taxonomy this desk codes with: its own file where it laid one down, else the shipped one.

Theory of operation: `framework.json` and `categories.json` in the desk's home replace the shipped
files without a release. A coding stores the version it was made with, so older codings keep their
meaning after a change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.domain.framework import Framework, Indicator
from schemas.domain.ids import IndicatorId
from schemas.domain.vocabulary import Category
from schemas.framework import (
    BUNDLED_FILE,
    CATEGORIES_FILE,
    load_categories,
    load_framework,
    read_bundled,
)
from server.desk.triage.errors import UnknownIndicatorError

OWN_FRAMEWORK = "framework.json"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A version of the framework with the desk's mapping from witness categories.

    Attributes:
        framework: Risk factors and indicators.
        of_category: Category -> indicators it may point to, likeliest first.
    """

    framework: Framework
    of_category: Mapping[Category, tuple[IndicatorId, ...]]

    def indicator(self, indicator_id: str) -> Indicator:
        """Find an indicator.

        Raises:
            UnknownIndicatorError: There is none of this id.
        """
        found = self.framework.indicator(indicator_id)
        if found is None:
            raise UnknownIndicatorError(
                "the taxonomy has no such indicator: search for it by its id or its words"
            )
        return found


@cache
def taxonomy_of(home: Path) -> Taxonomy:
    """Read the taxonomy of a desk, once.

    Args:
        home: The desk's home folder.

    Raises:
        TaxonomyError: A file of the desk's own breaks the format.
    """
    framework = load_framework(_text(home / OWN_FRAMEWORK, BUNDLED_FILE))
    mapping = load_categories(_text(home / CATEGORIES_FILE, CATEGORIES_FILE), framework)
    return Taxonomy(framework, mapping)


def _text(own: Path, shipped: str) -> str:
    return own.read_text(encoding="utf-8") if own.is_file() else read_bundled(shipped)
