"""Who held a file and did what to it: its chain of custody, read from the audit log.

Theory of operation: there is no second log that could differ from the first. A step is an entry of
the audit chain about the file's report that names the file, or that let the report in; each shows
its number and the beginning of its hash, so that it can be found in an exported log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from server.desk.audit.chain import Entry
from server.desk.translations import N_, _

OF_THE_REPORT: Final = frozenset({"report.open", "evidence.export"})
"""What touches every file of a report."""
WORDS: Final = {
    "report.open": N_("opened the sealed report"),
    "attachment.complete": N_("put the file together; its hash is the phone's"),
    "attachment.damage": N_("found the file damaged"),
    "attachment.read": N_("was given the original"),
    "attachment.look": N_("had looked what is noted in it"),
    "file.read": N_("looked at this page"),
    "derivative.make": N_("made a copy"),
    "derivative.read": N_("was given a copy"),
    "evidence.export": N_("took it out in a folder"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a file's way."""

    number: int
    at: datetime
    actor: str
    act: str
    entry_hash: bytes

    @property
    def words(self) -> str:
        """Say what was done, in the language of the page."""
        return _(WORDS[self.act]) if self.act in WORDS else self.act


def steps_of(entries: Iterable[tuple[Entry, bytes]], attachment_id: str) -> list[Step]:
    """Pick the steps of one file from the entries about its report."""
    return [
        Step(entry.number, entry.at, entry.actor, entry.act, entry_hash)
        for entry, entry_hash in entries
        if entry.detail.get("attachment") == attachment_id or entry.act in OF_THE_REPORT
    ]
