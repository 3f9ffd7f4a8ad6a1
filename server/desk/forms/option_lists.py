"""The sheet `choices`: lists of answers by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from server.desk.forms.sheet_reader import SheetReader

COLUMNS: Final = ("list_name", "name")
YES_NO_LIST: Final = "tocsin_yes_no"
"""The list that an export writes for yes, no and "I do not know", which the phone says itself."""


@dataclass(frozen=True, slots=True)
class OptionList:
    """One list.

    Attributes:
        options: As a form document writes them.
        values: What the sheet calls an answer, to its value in the form.
        row: Where it begins.
    """

    options: list[dict[str, Any]]
    values: dict[str, str]
    row: int


def option_lists(reader: SheetReader) -> Mapping[str, OptionList]:
    """Read every list."""
    lists: dict[str, OptionList] = {}
    for row in reader.sheet.rows:
        name = reader.headings.cell(row, "list_name")
        written = reader.headings.cell(row, "name")
        label = reader.text(row, "label")
        if not name or not written or not label:
            reader.find("row", row.number, "list_name")
            continue
        held = lists.setdefault(name, OptionList([], {}, row.number))
        value = reader.key(row, "name", list(held.values.values()))
        if value is not None:
            held.options.append({"value": value, "label": label})
            held.values[written] = value
    reader.unread(COLUMNS)
    return lists
