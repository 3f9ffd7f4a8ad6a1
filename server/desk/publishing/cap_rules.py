"""The rules of CAP 1.2, and a check of a document against them.

Theory of operation: the OASIS schema fixes which elements an element holds, in which order, how
often, and what their text may be; the tables below say the same. On top of it stand the rules
that the standard states in words: who must be named for a narrower scope, what must be referred
to, how names and shapes are written. A document is read back and every rule is tried on it before
it may leave the desk.

Spec: OASIS Common Alerting Protocol 1.2, sections 3.2 and 3.4 (schema).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from server.desk.publishing.cap import NAMESPACE
from server.desk.publishing.errors import CapError
from server.desk.publishing.xml_text import Element, read_document

MANY: Final = 1_000_000
MOST_DOCUMENT_BYTES: Final = 262_144
"""Our own limit: an alert that a narrow line cannot carry warns nobody."""


@dataclass(frozen=True, slots=True)
class Part:
    """One element another holds: how often, and what kind its text is of."""

    name: str
    least: int
    most: int
    kind: str = "text"


def _one(name: str, kind: str = "text") -> Part:
    return Part(name, 1, 1, kind)


def _maybe(name: str, kind: str = "text") -> Part:
    return Part(name, 0, 1, kind)


def _some(name: str, kind: str = "text", least: int = 0) -> Part:
    return Part(name, least, MANY, kind)


_PAIR: Final = (_one("valueName"), _one("value"))

CONTENT: Final[Mapping[str, tuple[Part, ...]]] = {
    "alert": (
        _one("identifier", "name"),
        _one("sender", "name"),
        _one("sent", "time"),
        _one("status", "status"),
        _one("msgType", "msgType"),
        _maybe("source"),
        _one("scope", "scope"),
        _maybe("restriction"),
        _maybe("addresses"),
        _some("code"),
        _maybe("note"),
        _maybe("references", "references"),
        _maybe("incidents"),
        _some("info"),
    ),
    "info": (
        _maybe("language", "language"),
        _some("category", "category", least=1),
        _one("event"),
        _some("responseType", "responseType"),
        _one("urgency", "urgency"),
        _one("severity", "severity"),
        _one("certainty", "certainty"),
        _maybe("audience"),
        _some("eventCode"),
        _maybe("effective", "time"),
        _maybe("onset", "time"),
        _maybe("expires", "time"),
        _maybe("senderName"),
        _maybe("headline"),
        _maybe("description"),
        _maybe("instruction"),
        _maybe("web", "address"),
        _maybe("contact"),
        _some("parameter"),
        _some("resource"),
        _some("area"),
    ),
    "resource": (
        _one("resourceDesc"),
        _one("mimeType"),
        _maybe("size", "integer"),
        _maybe("uri", "address"),
        _maybe("derefUri"),
        _maybe("digest"),
    ),
    "area": (
        _one("areaDesc"),
        _some("polygon", "polygon"),
        _some("circle", "circle"),
        _some("geocode"),
        _maybe("altitude", "decimal"),
        _maybe("ceiling", "decimal"),
    ),
    "eventCode": _PAIR,
    "parameter": _PAIR,
    "geocode": _PAIR,
}
"""Element -> what it holds, in order. Elements not named here hold text."""

LISTS: Final[Mapping[str, frozenset[str]]] = {
    "status": frozenset({"Actual", "Exercise", "System", "Test", "Draft"}),
    "msgType": frozenset({"Alert", "Update", "Cancel", "Ack", "Error"}),
    "scope": frozenset({"Public", "Restricted", "Private"}),
    "category": frozenset(
        {
            *("Geo", "Met", "Safety", "Security", "Rescue", "Fire"),
            *("Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
        }
    ),
    "responseType": frozenset(
        {
            *("Shelter", "Evacuate", "Prepare", "Execute", "Avoid"),
            *("Monitor", "Assess", "AllClear", "None"),
        }
    ),
    "urgency": frozenset({"Immediate", "Expected", "Future", "Past", "Unknown"}),
    "severity": frozenset({"Extreme", "Severe", "Moderate", "Minor", "Unknown"}),
    "certainty": frozenset({"Observed", "Likely", "Possible", "Unlikely", "Unknown"}),
}

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "text": re.compile(r"(?s).*\S.*"),
    "name": re.compile(r"[^\s,<&]+"),
    "time": re.compile(_TIME),
    "references": re.compile(rf"[^\s,]+,[^\s,]+,{_TIME}(?:\s+[^\s,]+,[^\s,]+,{_TIME})*"),
    "language": re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"),
    "address": re.compile(r"[^\s<>\"{}|\\^`]+"),
    "integer": re.compile(r"[-+]?\d+"),
    "decimal": re.compile(_NUMBER),
    "polygon": re.compile(rf"{_NUMBER},{_NUMBER}(?: {_NUMBER},{_NUMBER}){{3,}}"),
    "circle": re.compile(rf"{_NUMBER},{_NUMBER} {_NUMBER}"),
}
_FARTHEST_LATITUDE: Final = 90.0
_FARTHEST_LONGITUDE: Final = 180.0
_REFERRING: Final = frozenset({"Update", "Cancel", "Ack", "Error"})


def check_cap(document: str) -> None:
    """Try every rule on a document.

    Raises:
        CapError: Naming the first rule that is broken, and the element.
    """
    if len(document.encode()) > MOST_DOCUMENT_BYTES:
        raise CapError("too-large", "alert")
    root = read_document(document)
    if root.name != f"{NAMESPACE} alert":
        raise CapError("namespace", "alert")
    _check_element(root, "alert")
    _check_alert(root)


def _check_element(item: Element, name: str) -> None:
    """Check the children of an element, and theirs."""
    held = [_local(child) for child in item.children]
    if item.text.strip():
        raise CapError("stray-text", name)
    position = 0
    for part in CONTENT[name]:
        count = 0
        while position < len(held) and held[position] == part.name:
            _check_part(item.children[position], part)
            position, count = position + 1, count + 1
        if not part.least <= count <= part.most:
            raise CapError("missing" if count < part.least else "too-many", f"{name}/{part.name}")
    if position < len(held):
        known = {part.name for part in CONTENT[name]}
        raise CapError("order" if held[position] in known else "unknown", f"{name}/...")


def _local(item: Element) -> str:
    namespace, _, name = item.name.rpartition(" ")
    if namespace != NAMESPACE:
        raise CapError("namespace", "an element")
    return name


def _check_part(item: Element, part: Part) -> None:
    if part.name in CONTENT:
        _check_element(item, part.name)
        return
    if item.children:
        raise CapError("unknown", f"{part.name}/...")
    text = item.text
    if part.kind in LISTS:
        if text not in LISTS[part.kind]:
            raise CapError("enumeration", part.name)
        return
    if not PATTERNS[part.kind].fullmatch(text):
        raise CapError("pattern", part.name)
    if part.kind == "time":
        _check_time(text, part.name)
    elif part.kind in {"polygon", "circle"}:
        _check_shape(text, part.kind)


def _check_time(text: str, name: str) -> None:
    """Check that a time exists: the pattern alone lets the 45th of May pass."""
    try:
        datetime.fromisoformat(text)
    except ValueError as impossible:
        raise CapError("time", name) from impossible


def _check_shape(text: str, kind: str) -> None:
    pairs = [tuple(float(part) for part in pair.split(",")) for pair in text.split(" ")]
    points = pairs if kind == "polygon" else pairs[:1]
    if not all(_on_the_globe(*point) for point in points):
        raise CapError("coordinates", kind)
    if kind == "polygon" and pairs[0] != pairs[-1]:
        raise CapError("open-ring", kind)
    if kind == "circle" and pairs[1][0] < 0:
        raise CapError("radius", kind)


def _on_the_globe(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= _FARTHEST_LATITUDE and abs(longitude) <= _FARTHEST_LONGITUDE


def _check_alert(root: Element) -> None:
    """Check the rules that the standard states in words."""
    held = {_local(child): child.text for child in root.children}
    if held["scope"] == "Restricted" and not held.get("restriction"):
        raise CapError("restriction", "alert/restriction")
    if held["scope"] == "Private" and not held.get("addresses"):
        raise CapError("addresses", "alert/addresses")
    if held["msgType"] in _REFERRING and not held.get("references"):
        raise CapError("references", "alert/references")
    if held["msgType"] in {"Alert", "Update"} and "info" not in held:
        raise CapError("missing", "alert/info")
