"""Writing and reading XML, no more of it than an alert needs.

Theory of operation: a document is a tree of named elements with text or children. What XML 1.0
cannot carry (control characters, lone surrogates) is taken out when it is written. Reading refuses
document types altogether, so that no entity can be declared, and is used on what the desk itself
wrote: to check it once more before it leaves.

Spec: XML 1.0, fifth edition, sections 2.2 and 2.4.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from server.desk.publishing.errors import CapError

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Element:
    """One element: text, or children, and attributes.

    Attributes:
        name: With its namespace in front and a space between, when it was read.
    """

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


def element(name: str, content: str | Sequence[Element] = "", **attributes: str) -> Element:
    """Make an element with text or with children."""
    if isinstance(content, str):
        return Element(name, text=content, attributes=attributes)
    return Element(name, children=list(content), attributes=attributes)


def optional(name: str, text: str) -> list[Element]:
    """Make an element where there is something to say, else nothing."""
    return [element(name, text)] if text else []


def write_document(root: Element, namespace: str) -> str:
    """Write a document whose elements are all of one namespace."""
    root.attributes = {"xmlns": namespace, **root.attributes}
    return DECLARATION + "".join(_lines(root, 0))


def escaped(text: str) -> str:
    """Write text so that XML reads it back as it was, less what XML cannot carry."""
    kept = _NOT_XML.sub("", text)
    for plain, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        kept = kept.replace(plain, safe)
    return kept


def _lines(item: Element, depth: int) -> list[str]:
    margin = "  " * depth
    attributes = "".join(f' {key}="{escaped(value)}"' for key, value in item.attributes.items())
    if not item.children:
        return [f"{margin}<{item.name}{attributes}>{escaped(item.text)}</{item.name}>\n"]
    inner = [line for child in item.children for line in _lines(child, depth + 1)]
    return [f"{margin}<{item.name}{attributes}>\n", *inner, f"{margin}</{item.name}>\n"]


def read_document(text: str) -> Element:
    """Read a document.

    Args:
        text: What the desk wrote.

    Returns:
        The root; names are `namespace name`.

    Raises:
        CapError: `not-xml` when it is not well formed, or declares a document type.
    """
    root = Element("")
    open_elements = [root]
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        child = Element(name, attributes=attributes)
        open_elements[-1].children.append(child)
        open_elements.append(child)

    def end(_name: str) -> None:
        open_elements.pop()

    def characters(words: str) -> None:
        open_elements[-1].text += words

    def refuse(*_parts: object) -> None:
        raise CapError("not-xml", "a document type is declared")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003 - the parser's own signature
    except expat.ExpatError as damage:
        raise CapError("not-xml", f"line {damage.lineno}") from damage
    return root.children[0]
