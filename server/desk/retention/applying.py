"""One run of retention: take back, announce, delete, erase.

Theory of operation: each report is deleted in one transaction with its entry in the audit log and
a list of its files. The files are erased after that: the key at the head of each is overwritten,
then the file is unlinked. A run that was interrupted between the two goes on with the list at the
next; nothing that is listed can be read any more, because nothing names it. Words of reports are
also in the models that suggestions learned: those are dropped with the first report deleted, and
the desk learns anew from what is left.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from server.desk.audit.store import append
from server.desk.db import start_writing
from server.desk.keys.hand import Hand
from server.desk.keys.identities import scrub
from server.desk.keys.sealed_files import erase, path_of
from server.desk.retention import store
from server.desk.retention.models import ErasureDueRow
from server.desk.retention.removal import remove_report
from server.desk.retention.rules import Fate, Verdict, takes_back
from server.desk.suggestions.models import SuggestionModelRow
from server.desk.triage.models import IncidentReportRow, IncidentRow


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did."""

    announced: int
    taken_back: int
    deleted: int
    files_erased: int


def counted(found: list[Verdict]) -> dict[str, int]:
    """Count reports by what becomes of them."""
    counts = Counter(one.fate for one in found)
    return {fate.value: counts.get(fate, 0) for fate in Fate}


def apply(hand: Hand, evidence: Path) -> Outcome:
    """Run once; commits as it goes.

    Args:
        hand: Who and when.
        evidence: Folder of sealed files.

    Returns:
        What was done.
    """
    session = hand.session
    found = store.verdicts(session, hand.ring, hand.now)
    start_writing(session)
    back = sum(store.take_back(hand, one.report_id) for one in found if takes_back(one))
    announced = [one for one in found if one.fate is Fate.TO_ANNOUNCE]
    for one in announced:
        store.announce(hand, one)
    session.commit()
    due = [one.report_id for one in found if one.fate is Fate.TO_DELETE]
    deleted = sum(delete_due(hand, evidence, report_id) for report_id in due)
    erased = erase_listed(session, evidence)
    if deleted:
        scrub(session)
    return Outcome(len(announced), back, deleted, erased)


def delete_due(hand: Hand, evidence: Path, report_id: str) -> bool:
    """Delete a report, if that is still what is to become of it; commits.

    It is decided again with nobody else writing: since the run looked at all of them, somebody may
    have placed a hold, or gone on working on it.

    Returns:
        Whether it is gone.
    """
    session = hand.session
    start_writing(session)
    found = store.verdicts(session, hand.ring, hand.now, only=report_id)
    if [one.fate for one in found] != [Fate.TO_DELETE]:
        return False
    gone = remove_report(session, report_id)
    files = sorted(one for one in gone if one.isalnum() and path_of(evidence, one).is_file())
    session.add_all([ErasureDueRow(file_id=one) for one in files])
    _drop_empty_incidents(session)
    session.execute(update(SuggestionModelRow).values(sealed_model=None))
    append(session, hand.actor, "report.delete", report_id, {"files": len(files)})
    session.commit()
    return True


def _drop_empty_incidents(session: Session) -> None:
    """Drop the words of incidents of which no report is left."""
    told = exists().where(IncidentReportRow.incident_id == IncidentRow.id)
    session.execute(
        update(IncidentRow).where(~told).values(sealed_words=None),
        execution_options={"synchronize_session": False},
    )


def erase_listed(session: Session, evidence: Path) -> int:
    """Erase every file whose report is gone; tell how many."""
    listed = list(session.execute(select(ErasureDueRow.file_id)).scalars())
    for file_id in listed:
        erase(evidence, file_id)
    if listed:
        start_writing(session)
        session.execute(delete(ErasureDueRow).where(ErasureDueRow.file_id.in_(listed)))
        session.commit()
    return len(listed)
