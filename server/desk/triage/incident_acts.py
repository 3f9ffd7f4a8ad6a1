"""What people do with incidents: put reports together, tell them apart, name, close.

Theory of operation: only a person joins reports; nothing here is called by a rule. An act on a
report locks its row as every act of triage does, is remembered with what undoing it restores, and
writes its audit line in the same transaction. Two reports that already stand in two incidents are
refused: joining whole incidents would hide which report moved, so a person moves reports singly.
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from server.desk.audit.store import append
from server.desk.keys.hand import Hand
from server.desk.triage import columns, incident_rows
from server.desk.triage.acts import locked_row, remember
from server.desk.triage.errors import (
    ClaimHeldError,
    IncidentChangedError,
    IncidentConflictError,
    TriageError,
    UnknownIncidentError,
)
from server.desk.triage.incident_rows import APART, PUT, TAKEN, Writing
from server.desk.triage.incident_states import IncidentAct, IncidentState, next_state
from server.desk.triage.models import IncidentRow
from server.desk.triage.store import view_of

SAME_ACT, NOT_SAME_ACT, TAKE_OUT_ACT = "same_event", "not_same_event", "take_out"
MOST_TITLE_CHARACTERS = 120
MOST_NOTE_CHARACTERS = 4000


@dataclass(frozen=True, slots=True, repr=False)
class IncidentWords:
    """What people call an incident and note about it."""

    title: str = ""
    note: str = ""

    def __repr__(self) -> str:
        """Hide the words."""
        return "<IncidentWords>"


def same_event(hand: Hand, report_id: str, other_id: str) -> str:
    """Put two reports into one incident: the one that either is in, else a new one.

    Args:
        hand: Who and when.
        report_id: The report worked on; undoing is done on it.
        other_id: The report that tells of the same event.

    Returns:
        The incident's id.

    Raises:
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on the first one.
        IncidentConflictError: They are one report, are together already, or stand in two incidents.
    """
    if report_id == other_id:
        raise IncidentConflictError("say which other report tells of the same event")
    _lock(hand, report_id, other_id)
    here, there = (incident_rows.standing(hand.session, each) for each in (report_id, other_id))
    if here is not None and there is not None:
        raise IncidentConflictError("both are in an incident already: take one of them out first")
    held = here or there
    incident_id = held.incident_id if held else incident_rows.new_incident(_by(hand))
    joining = [each for each, row in ((report_id, here), (other_id, there)) if row is None]
    _put(hand, report_id, incident_id, joining)
    return incident_id


def put_into(hand: Hand, report_id: str, incident_id: str) -> None:
    """Put a report into an incident by hand.

    Raises:
        UnknownIncidentError: There is no such incident.
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on it.
        IncidentConflictError: It is in one already.
    """
    _lock(hand, report_id)
    _require_incident(hand, incident_id)
    _put(hand, report_id, incident_id, [report_id])


def _put(hand: Hand, report_id: str, incident_id: str, joining: list[str]) -> None:
    memberships = [incident_rows.put(_by(hand), incident_id, each) for each in joining]
    remember(hand, report_id, SAME_ACT, {PUT: memberships})
    for each in joining:
        append(hand.session, hand.actor, "incident.put", each, {"incident": incident_id})
    hand.session.flush()


def take_out(hand: Hand, report_id: str) -> str:
    """Take a report out of the incident it is in.

    Returns:
        The incident's id.

    Raises:
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on it.
        IncidentConflictError: It is in none.
    """
    _lock(hand, report_id)
    held = incident_rows.standing(hand.session, report_id)
    if held is None:
        raise IncidentConflictError("the report is in no incident")
    incident_rows.take(_by(hand), held.id)
    remember(hand, report_id, TAKE_OUT_ACT, {TAKEN: held.id})
    detail = {"incident": held.incident_id}
    append(hand.session, hand.actor, "incident.take_out", report_id, detail)
    hand.session.flush()
    return held.incident_id


def not_same(hand: Hand, report_id: str, other_id: str) -> None:
    """Remember that two reports tell of different events, so that they are not proposed again.

    Raises:
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on the first one.
        IncidentConflictError: They are one report.
    """
    if report_id == other_id:
        raise IncidentConflictError("say which other report tells of another event")
    _lock(hand, report_id, other_id)
    row_id = incident_rows.tell_apart(_by(hand), report_id, other_id)
    remember(hand, report_id, NOT_SAME_ACT, {APART: row_id})
    append(hand.session, hand.actor, "incident.not_same", report_id, {"other": other_id})
    hand.session.flush()


def describe(hand: Hand, incident_id: str, words: IncidentWords, *, edition: int) -> None:
    """Name an incident and note what is known.

    Args:
        hand: Who and when.
        incident_id: Which.
        words: Title and note; both may be empty.
        edition: The one that was on the page: what a colleague wrote since is never overwritten.

    Raises:
        UnknownIncidentError: There is no such incident.
        IncidentChangedError: A colleague wrote meanwhile.
        TriageError: The words are too long.
    """
    title, note = " ".join(words.title.split()), words.note.strip()
    if len(title) > MOST_TITLE_CHARACTERS or len(note) > MOST_NOTE_CHARACTERS:
        raise TriageError("a title has 120 characters at most, a note 4000")
    sealed = columns.INCIDENT.seal_json(hand.ring, incident_id, {"title": title, "note": note})
    # One statement, so that of two who write at once the second is told.
    done = hand.session.execute(
        update(IncidentRow)
        .where(IncidentRow.id == incident_id, IncidentRow.edition == edition)
        .values(sealed_words=sealed, edition=edition + 1)
        .returning(IncidentRow.id)
    ).scalar_one_or_none()
    if done is None:
        _require_incident(hand, incident_id)
        raise IncidentChangedError("a colleague changed these words meanwhile: put both together")
    append(hand.session, hand.actor, "incident.describe", incident_id, {})


def move(hand: Hand, incident_id: str, act: IncidentAct) -> IncidentState:
    """Close an incident or open it again.

    Raises:
        UnknownIncidentError: There is no such incident.
        IllegalTransitionError: It stands there already.
    """
    row = _require_incident(hand, incident_id)
    row.state = next_state(IncidentState(row.state), act).value
    append(hand.session, hand.actor, f"incident.{act.value}", incident_id, {"state": row.state})
    hand.session.flush()
    return IncidentState(row.state)


def _by(hand: Hand) -> Writing:
    return Writing(hand.session, hand.actor, hand.now)


def _lock(hand: Hand, report_id: str, *others: str) -> None:
    """Hold the reports' rows, always in one order, and refuse where somebody else works."""
    rows = {each: locked_row(hand, each) for each in sorted({report_id, *others})}
    standing = view_of(hand.ring, rows[report_id]).standing
    if standing.held_by_another(hand.actor, hand.now):
        raise ClaimHeldError("somebody else is working on this report; wait or ask them to let go")
    for row in rows.values():
        row.changed_at = hand.now


def _require_incident(hand: Hand, incident_id: str) -> IncidentRow:
    # Written before it is read, as `locked_row` does and for its reason.
    hold = update(IncidentRow).where(IncidentRow.id == incident_id)
    hand.session.execute(
        hold.values(edition=IncidentRow.edition),
        execution_options={"synchronize_session": False},
    )
    wanted = select(IncidentRow).where(IncidentRow.id == incident_id).with_for_update()
    row = hand.session.execute(
        wanted, execution_options={"populate_existing": True}
    ).scalar_one_or_none()
    if row is None:
        raise UnknownIncidentError("no incident has this address: look for it in the list")
    return row
