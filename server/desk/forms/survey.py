"""The sheet `survey`: rows into questions, one walk from top to bottom.

Theory of operation: groups are opened and closed on a stack, and what a group asks for is asked of
each of its questions; all stand in one list. A note before the first question is the form's own
note, a later one becomes the hint of the question under it, where both are shown together.

Spec: docs/spec/xlsform.md sections 3 and 4
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.constants import MAX_ANSWER_CHARACTERS, MAX_ANSWER_NUMBER, MAX_HINT_CHARACTERS
from schemas.domain.forms import YES_NO_VALUES
from server.desk.forms.option_lists import YES_NO_LIST, OptionList
from server.desk.forms.sheet_reader import SheetReader, Text
from server.desk.forms.sheets import SheetRow
from server.desk.forms.xpath import Asked, UnsayableError, bounded, condition_of, plain

COLUMNS: Final = ("type", "name", "required", "relevant", "constraint")
METADATA: Final = frozenset(
    {
        "start",
        "end",
        "today",
        "deviceid",
        "device_id",
        "subscriberid",
        "simserial",
        "phonenumber",
        "username",
        "email",
        "audit",
        "start-geopoint",
        "background-audio",
        "background-geopoint",
    }
)
SIMPLE: Final[Mapping[str, str]] = {
    "text": "text",
    "string": "text",
    "integer": "number",
    "int": "number",
    "date": "date",
}
LISTED: Final[Mapping[str, str]] = {
    "select_one": "choice",
    "select one": "choice",
    "select_multiple": "choices",
    "select multiple": "choices",
}
YES: Final = frozenset({"yes", "true", "true()", "1"})
NO: Final = frozenset({"no", "false", "false()", "0", ""})
_NUMBER_PART: Final = re.compile(r"\.\s*(>=|<=|>|<)\s*(\d{1,10})")
_LENGTH: Final = re.compile(r"string-length\(\s*\.\s*\)\s*(<=|<)\s*(\d{1,5})")
_LIST: Final = re.compile(r"(select[_ ]one|select[_ ]multiple)\s+(\S+)(\s+or[_ ]other)?")

Question = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Group:
    condition: dict[str, Any] | None
    is_repeat: bool


@dataclass(slots=True)
class Survey:
    """What the walk has found so far.

    Attributes:
        note: The form's own note.
        questions: As a form document writes them.
        used: Names of the lists that a question uses.
    """

    reader: SheetReader
    lists: Mapping[str, OptionList]
    note: Text | None = None
    questions: list[Question] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    _asked: dict[str, Asked] = field(default_factory=dict)
    _groups: list[_Group] = field(default_factory=list)
    _waiting: tuple[SheetRow, Text, dict[str, Any] | None] | None = None

    def read(self) -> "Survey":
        """Walk the sheet."""
        for row in self.reader.sheet.rows:
            kind = " ".join(self.reader.headings.cell(row, "type").split())
            self._row(row, kind)
        self._let_go_of_the_note()
        self.reader.unread(COLUMNS)
        return self

    def _row(self, row: SheetRow, kind: str) -> None:
        word = kind.lower().replace(" ", "_")
        if word in ("begin_group", "begin_repeat"):
            self._begin(row, is_repeat=word == "begin_repeat")
        elif word in ("end_group", "end_repeat"):
            if self._groups:
                self._groups.pop()
            else:
                self.reader.find("group-end", row.number, "type")
        elif any(group.is_repeat for group in self._groups):
            self.reader.find("inside-repeat", row.number, "type")
        elif word == "note":
            self._note(row)
        else:
            self._question(row, kind)

    def _begin(self, row: SheetRow, *, is_repeat: bool) -> None:
        if is_repeat:
            self.reader.find("repeat", row.number, "type")
            self._groups.append(_Group(None, is_repeat=True))
            return
        self.reader.find("group-flat", row.number, "type")
        if self.reader.text(row, "label"):
            self.reader.find("group-label", row.number, "label")
        self._groups.append(_Group(self._condition(row), is_repeat=False))

    def _note(self, row: SheetRow) -> None:
        self._let_go_of_the_note()
        said = self.reader.text(row, "label", MAX_HINT_CHARACTERS)
        condition = self._condition(row)
        if not said:
            self.reader.find("row", row.number, "label")
        elif not self.questions and self.note is None and not self._groups and condition is None:
            self.note = said
        else:
            self._waiting = (row, said, self._whole(condition))

    def _let_go_of_the_note(self) -> None:
        if self._waiting is not None:
            self.reader.find("note", self._waiting[0].number, "label")
        self._waiting = None

    def _question(self, row: SheetRow, kind: str) -> None:
        made = self._typed(row, kind)
        if made is None:
            return
        label = self.reader.text(row, "label")
        if not label or not self.reader.headings.cell(row, "name"):
            self.reader.find("row", row.number, "label")
            return
        key = self.reader.key(row, "name", [one["key"] for one in self.questions])
        if key is None:
            return
        question: Question = {"key": key, **made, "label": label}
        if hint := self.reader.text(row, "hint"):
            question["hint"] = hint
        if self._is_required(row):
            question["required"] = True
        condition = self._whole(self._condition(row))
        if condition is not None:
            question["when"] = self._held(row, condition)
        self._limit(row, question)
        self._take_the_note(question, condition)
        self.questions.append({part: held for part, held in question.items() if held is not None})
        self._remember(row, question, kind)

    def _typed(self, row: SheetRow, kind: str) -> Question | None:
        """Give what follows from the type, or None for a question that is left out."""
        word = kind.lower()
        if word in SIMPLE:
            return {"type": SIMPLE[word]}
        listed = _LIST.fullmatch(kind)
        if listed is None:
            code = "metadata" if word in METADATA else "type" if kind else "row"
            self.reader.find(code, row.number, "type", type=kind)
            return None
        name = listed[2]
        found = self.lists.get(name)
        if found is None:
            self.reader.find("no-list", row.number, "type", list=name)
            return None
        self.used.add(name)
        if listed[3]:
            self.reader.find("or-other", row.number, "type")
        if name == YES_NO_LIST and tuple(found.values.values()) == YES_NO_VALUES:
            return {"type": "yes_no"}
        return {
            "type": LISTED[listed[1].replace(" ", "_")],
            "options": [{**option, "label": dict(option["label"])} for option in found.options],
        }

    def _is_required(self, row: SheetRow) -> bool:
        written = self.reader.headings.cell(row, "required")
        if written.lower() in YES:
            return True
        if written.lower() not in NO:
            self.reader.find("required", row.number, "required", text=written)
        return False

    def _condition(self, row: SheetRow) -> dict[str, Any] | None:
        written = self.reader.headings.cell(row, "relevant")
        if not written or written in ("true()", "1"):
            return None
        try:
            return condition_of(written, self._asked)
        except UnsayableError:
            self.reader.find("relevant", row.number, "relevant", text=written)
            return None

    def _whole(self, own: dict[str, Any] | None) -> dict[str, Any] | None:
        """Ask for what the groups around it ask for, too."""
        parts = [group.condition for group in self._groups if group.condition is not None]
        parts += [] if own is None else [own]
        return plain({"all": parts}) if parts else None

    def _held(self, row: SheetRow, condition: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return bounded(condition)
        except UnsayableError:
            written = self.reader.headings.cell(row, "relevant")
            self.reader.find("relevant", row.number, "relevant", text=written)
            return None

    def _limit(self, row: SheetRow, question: Question) -> None:
        written = self.reader.headings.cell(row, "constraint")
        if not written:
            return
        read: Callable[[str], Question | None] = {
            "number": number_limits,
            "text": text_limit,
        }.get(question["type"], lambda _: None)
        limits = read(written)
        if limits is None:
            self.reader.find("constraint", row.number, "constraint", text=written)
        else:
            question.update(limits)

    def _take_the_note(self, question: Question, condition: dict[str, Any] | None) -> None:
        if self._waiting is None:
            return
        row, said, shown_when = self._waiting
        fits = all(len(sentence) <= MAX_HINT_CHARACTERS for sentence in said.values())
        if "hint" in question or shown_when != condition or not fits:
            self._let_go_of_the_note()
            return
        question["hint"] = said
        self.reader.find("note-as-hint", row.number, "label")
        self._waiting = None

    def _remember(self, row: SheetRow, question: Question, kind: str) -> None:
        """Let later questions ask about this one."""
        name = self.reader.headings.cell(row, "name")
        if question["type"] in ("choice", "choices", "yes_no"):
            values = self.lists[kind.split()[1]].values
            self._asked[name] = Asked(question["key"], values, question["type"] == "choices")


def number_limits(constraint: str) -> Question | None:
    """Read `. >= 0 and . <= 10`; None if it says anything else."""
    limits: Question = {}
    for part in re.split(r"\s+and\s+", constraint.strip()):
        found = _NUMBER_PART.fullmatch(part.strip().removeprefix("(").removesuffix(")").strip())
        if found is None:
            return None
        sign, number = found[1], int(found[2])
        key = "least" if sign[0] == ">" else "most"
        value = number + {">": 1, "<": -1}.get(sign, 0)
        if key in limits or not 0 <= value <= MAX_ANSWER_NUMBER:
            return None
        limits[key] = value
    return None if limits.get("most") == 0 else limits


def text_limit(constraint: str) -> Question | None:
    """Read `string-length(.) <= 100`; None if it says anything else."""
    found = _LENGTH.fullmatch(constraint.strip())
    if found is None:
        return None
    most = int(found[2]) - (1 if found[1] == "<" else 0)
    return {"most": most} if 1 <= most <= MAX_ANSWER_CHARACTERS else None
