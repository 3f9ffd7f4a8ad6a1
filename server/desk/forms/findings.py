"""What an XLSForm holds that a form of Tocsin cannot, or can only otherwise: named by its cell.

Nothing of a file is dropped in silence: each thing that is left out or written otherwise is one
finding, kept with the draft until somebody has read them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What became of it."""

    LOST = "lost"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that did not go over as it stood.

    Attributes:
        cell: Where it stands, such as `survey!D7`, or the sheet's name.
        code: One of those in `finding_words.SENTENCES`.
        values: What the sentence names.
    """

    cell: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """Tell whether something is not in the form, or is there otherwise."""
        return Kind.CHANGED if self.code in CHANGED else Kind.LOST


CHANGED: Final = frozenset(
    {
        "group-flat",
        "name",
        "no-categories",
        "no-form-id",
        "no-language",
        "note-as-hint",
        "reference",
        "title-once",
        "too-long",
        "too-many-questions",
        "translation-missing",
        "pyxform",
    }
)
"""Those of which something stands in the form; all others are left out."""


def as_json(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Write findings for a sealed draft or a command."""
    return [
        {"cell": one.cell, "code": one.code, "values": dict(one.values), "kind": one.kind.value}
        for one in findings
    ]


def of_json(held: Sequence[Mapping[str, object]]) -> tuple[Finding, ...]:
    """Read what `as_json` wrote."""
    found = []
    for one in held:
        values = one["values"]
        named = values if isinstance(values, dict) else {}
        found.append(Finding(str(one["cell"]), str(one["code"]), named))
    return tuple(found)
