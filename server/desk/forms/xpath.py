"""The conditions of XLSForm and those of a form, one into the other.

Theory of operation: `relevant` is XPath; a form knows "the answer is one of these", and, or, not.
A small grammar of XPath says the same things, and only that is read: selected(${q}, 'v'),
${q} = 'v', ${q} != 'v', ${q} = '' and ${q} != '', not(...), and, or, parentheses. Everything else
is refused whole: half a condition is another condition.

On a question with several answers, `=` means "this and nothing else", which a form cannot say;
`selected` is read there alone.

Spec: docs/spec/forms.md section 3; docs/spec/xlsform.md section 4
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.constants import MAX_CONDITION_DEPTH, MAX_CONDITION_PARTS, MAX_OPTIONS

MAX_NESTING: Final = 20
"""Parentheses deeper than any condition of three levels needs; bounds the recursion."""
MAX_XPATH_CHARACTERS: Final = 2000
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*[^\s{}]+\s*\})|(?P<text>'[^']*'|\"[^\"]*\"|\d+(?:\.\d+)?)"
    r"|(?P<sign>!=|=|\(|\)|,)|(?P<word>[A-Za-z][A-Za-z-]*))"
)

Condition = dict[str, Any]
"""A condition as a form document writes it."""


class UnsayableError(Exception):
    """A form has no condition that means the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An earlier question that may be asked about.

    Attributes:
        key: Its key in the form.
        values: What the sheet calls an answer, to its value in the form.
        is_many: Whether several may be chosen.
    """

    key: str
    values: Mapping[str, str]
    is_many: bool


def condition_of(xpath: str, asked: Mapping[str, Asked]) -> Condition:
    """Read a condition.

    Args:
        xpath: What stands in the cell.
        asked: The sheet's name of each earlier question with answers to choose from.

    Raises:
        UnsayableError: It says more than a form can.
    """
    reader = _Reader(_tokens(xpath), asked)
    found = plain(reader.either())
    if reader.rest:
        raise UnsayableError
    return bounded(found)


def bounded(condition: Condition) -> Condition:
    """Hold a condition to the form's own limits.

    Raises:
        UnsayableError: It is deeper or wider.
    """
    if _depth(condition) > MAX_CONDITION_DEPTH or _width(condition) > MAX_CONDITION_PARTS:
        raise UnsayableError
    if any(len(one["is"]) > MAX_OPTIONS for one in leaves(condition)):
        raise UnsayableError
    return condition


def xpath_of(condition: Condition) -> str:
    """Write a condition as XPath."""
    match condition:
        case {"question": key, "is": values}:
            return " or ".join(f"selected(${{{key}}}, '{value}')" for value in values)
        case {"not": part}:
            return f"not({xpath_of(part)})"
        case {"all": parts}:
            return " and ".join(_wrapped(part) for part in parts)
        case _:
            return " or ".join(_wrapped(part) for part in condition["any"])


def _wrapped(part: Condition) -> str:
    written = xpath_of(part)
    return f"({written})" if " and " in written or " or " in written else written


def plain(condition: Condition) -> Condition:
    """Write a condition in the one shortest way: no part of one, no list in a list."""
    if "not" in condition:
        part = plain(condition["not"])
        inner: Condition = part.get("not", {"not": part})
        return inner
    for word in ("all", "any"):
        if word in condition:
            return _joined(word, [plain(part) for part in condition[word]])
    return condition


def _joined(word: str, parts: list[Condition]) -> Condition:
    flat: list[Condition] = []
    for part in parts:
        flat += part.get(word, [part])
    if word == "any":
        flat = _merged(flat)
    return flat[0] if len(flat) == 1 else {word: flat}


def _merged(parts: list[Condition]) -> list[Condition]:
    """Join "it is a, or it is b" of one question into "it is a or b"."""
    merged: list[Condition] = []
    for part in parts:
        same = [one for one in merged if "is" in part and one.get("question") == part["question"]]
        if same:
            same[0]["is"] += [value for value in part["is"] if value not in same[0]["is"]]
        else:
            merged.append({**part, "is": list(part["is"])} if "is" in part else part)
    return merged


def leaves(condition: Condition) -> list[Condition]:
    """List the plain questions in a condition."""
    if "is" in condition:
        return [condition]
    parts = condition.get("all") or condition.get("any") or [condition["not"]]
    return [one for part in parts for one in leaves(part)]


def _depth(condition: Condition) -> int:
    if "is" in condition:
        return 1
    parts = condition.get("all") or condition.get("any") or [condition["not"]]
    return 1 + max(_depth(part) for part in parts)


def _width(condition: Condition) -> int:
    if "is" in condition:
        return 1
    parts = condition.get("all") or condition.get("any") or [condition["not"]]
    return max(len(parts), *(_width(part) for part in parts))


def _tokens(xpath: str) -> list[str]:
    if len(xpath) > MAX_XPATH_CHARACTERS:
        raise UnsayableError
    tokens, at = [], 0
    while at < len(xpath.rstrip()):
        found = _TOKEN.match(xpath, at)
        if found is None:
            raise UnsayableError
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


@dataclass(slots=True)
class _Reader:
    rest: list[str]
    asked: Mapping[str, Asked]
    nested: int = field(default=0)

    def either(self) -> Condition:
        return self._listed("any", "or", self._every)

    def _every(self) -> Condition:
        return self._listed("all", "and", self._one)

    def _listed(self, word: str, between: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self._next_is(between):
            self._take(between)
            parts.append(part())
        return {word: parts}

    def _one(self) -> Condition:
        self.nested += 1
        if self.nested > MAX_NESTING or not self.rest:
            raise UnsayableError
        try:
            if self._next_is("("):
                return self._inside()
            if self._next_is("not"):
                self._take("not")
                return {"not": self._inside()}
            if self._next_is("selected"):
                return self._selected()
            return self._compared()
        finally:
            self.nested -= 1

    def _inside(self) -> Condition:
        self._take("(")
        found = self.either()
        self._take(")")
        return found

    def _selected(self) -> Condition:
        self._take("selected")
        self._take("(")
        question = self._question()
        self._take(",")
        value = self._literal()
        self._take(")")
        return self._is(question, value)

    def _compared(self) -> Condition:
        question = self._question()
        sign = self._take("=", "!=")
        value = self._literal()
        if value == "":
            answered = {"question": question.key, "is": list(question.values.values())}
            return answered if sign == "!=" else {"not": answered}
        if question.is_many:
            raise UnsayableError
        found = self._is(question, value)
        return found if sign == "=" else {"not": found}

    def _is(self, question: Asked, value: str) -> Condition:
        if value not in question.values:
            raise UnsayableError
        return {"question": question.key, "is": [question.values[value]]}

    def _question(self) -> Asked:
        token = self._take()
        found = self.asked.get(token[2:-1].strip()) if token.startswith("${") else None
        if found is None:
            raise UnsayableError
        return found

    def _literal(self) -> str:
        token = self._take()
        if token[0] in "'\"":
            return token[1:-1]
        if token[0].isdigit():
            return token
        raise UnsayableError

    def _next_is(self, token: str) -> bool:
        return bool(self.rest) and self.rest[0] == token

    def _take(self, *wanted: str) -> str:
        if not self.rest or (wanted and self.rest[0] not in wanted):
            raise UnsayableError
        return self.rest.pop(0)
