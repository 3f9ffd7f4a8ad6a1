"""The engine's values as JSON, and back: what a scenario file holds.

An event or action is a list of its name and its fields, `["tick", {"now_ms": 5}]`; ids and relay
keys are lower-case hex, sets are sorted lists.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import sha256
from typing import Any, Final

from client_sync.sync.engine_actions import Action
from client_sync.sync.engine_events import (
    Added,
    Answered,
    Begin,
    Connected,
    Dropped,
    Event,
    Failed,
    Failure,
    Tick,
    Verdict,
)
from client_sync.sync.engine_state import EngineState, Item, ItemState, Rank, RelayFacts
from schemas.domain.ids import EnvelopeId, RelayKey

DIGEST_CHARACTERS: Final = 16
Form = Any
"""What JSON can hold."""


def form_of(value: object) -> Form:
    """Write any of the engine's values as JSON holds it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | tuple):
        forms = [form_of(one) for one in value]
        return sorted(forms) if isinstance(value, frozenset) else forms
    return _form_of_many(value)


def _form_of_many(value: object) -> Form:
    if isinstance(value, Mapping):
        return {form_of(key): form_of(one) for key, one in value.items()}
    if is_dataclass(value):
        return {one.name: form_of(getattr(value, one.name)) for one in fields(value)}
    return value


def named_form(value: Event | Action) -> Form:
    """Write an event or an action: its name and its fields."""
    return [type(value).__name__.lower(), form_of(value)]


def digest_of(state: EngineState) -> str:
    """Name a whole state in a few characters."""
    text = json.dumps(form_of(state), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).hexdigest()[:DIGEST_CHARACTERS]


def event_of(form: Form) -> Event:
    """Read an event."""
    name, given = form
    return _READERS[name](given)


def _item(form: Form) -> Item:
    return Item(
        id=EnvelopeId(bytes.fromhex(form["id"])),
        rank=Rank(form["rank"]),
        urgency=form["urgency"],
        size_bytes=form["size_bytes"],
        state=ItemState(form["state"]),
        relay=RelayKey(bytes.fromhex(form["relay"])) if form["relay"] else None,
        holders=_keys(form["holders"]),
        refused=_keys(form["refused"]),
        unstamped=_keys(form["unstamped"]),
        repeats=form["repeats"],
    )


def _keys(forms: Form) -> frozenset[RelayKey]:
    return frozenset(RelayKey(bytes.fromhex(one)) for one in forms)


def _relay(form: Form) -> RelayFacts:
    return RelayFacts(**{**form, "key": RelayKey(bytes.fromhex(form["key"]))})


def _begin(form: Form) -> Event:
    items, relays = map(_item, form["items"]), map(_relay, form["relays"])
    return Begin(form["now_ms"], tuple(items), tuple(relays), form["is_manual"])


def _added(form: Form) -> Event:
    return Added(form["now_ms"], tuple(map(_item, form["items"])))


def _dropped(form: Form) -> Event:
    return Dropped(form["now_ms"], tuple(EnvelopeId(bytes.fromhex(one)) for one in form["ids"]))


def _answered(form: Form) -> Event:
    verdicts = {EnvelopeId(bytes.fromhex(k)): Verdict(v) for k, v in form["verdicts"].items()}
    have = {EnvelopeId(bytes.fromhex(k)): bool(v) for k, v in form["have"].items()}
    read = {"verdicts": verdicts, "have": have, "behind": _keys(form["behind"])}
    return Answered(**{**form, **read})


def _failed(form: Form) -> Event:
    return Failed(**{**form, "kind": Failure(form["kind"])})


_READERS: Final[Mapping[str, Callable[[Form], Event]]] = {
    "begin": _begin,
    "added": _added,
    "dropped": _dropped,
    "connected": lambda form: Connected(**form),
    "answered": _answered,
    "failed": _failed,
    "tick": lambda form: Tick(**form),
}
