"""All SQL of suggestions: models that were learned, the switch, and what is learned from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.desk.audit.store import append
from server.desk.intake.store import reports_named
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.suggestions import columns
from server.desk.suggestions.accuracy import Accuracy
from server.desk.suggestions.figures import from_json, to_json
from server.desk.suggestions.holding_out import CodedReport
from server.desk.suggestions.models import SuggestionModelRow, SuggestionSwitchRow
from server.desk.triage.incident_store import memberships
from server.desk.triage.models import CodingRow, TriageRow
from server.desk.triage.store import codings_named

READ_AT_ONCE = 50
"""Reports opened in one go: some 20 ms, after which waiting requests get their turn."""
KEPT_MODELS = 2
"""The one that serves, and the one before it while a page still names it; figures of all stay."""
SWITCH = 1


@dataclass(frozen=True, slots=True)
class KeptModel:
    """One model of the desk's history, without its words."""

    number: int
    trained_by: str
    trained_at: datetime
    accuracy: Accuracy


def coded_reports_count(session: Session) -> int:
    """Count the reports that have a standing coding."""
    wanted = select(func.count(CodingRow.report_id.distinct()))
    return session.execute(wanted.where(CodingRow.withdrawn_at.is_(None))).scalar_one()


def codings_count(session: Session) -> int:
    """Count the standing codings."""
    wanted = select(func.count()).select_from(CodingRow)
    return session.execute(wanted.where(CodingRow.withdrawn_at.is_(None))).scalar_one()


def coded_reports(
    session: Session, ring: Keyring, known: Callable[[str], object], rest: Callable[[int], None]
) -> Iterator[CodedReport]:
    """Open every report that people coded, a few at a time.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        known: Gives None for indicators that the desk's taxonomy has no longer.
        rest: Called between two batches with the number of reports opened so far.
    """
    wanted = select(CodingRow.report_id).where(CodingRow.withdrawn_at.is_(None))
    ids = list(session.execute(wanted.distinct().order_by(CodingRow.report_id)).scalars())
    for start in range(0, len(ids), READ_AT_ONCE):
        part = ids[start : start + READ_AT_ONCE]
        yield from _opened(session, ring, part, known)
        rest(start + len(part))


def _opened(
    session: Session, ring: Keyring, ids: list[str], known: Callable[[str], object]
) -> Iterator[CodedReport]:
    codings = codings_named(session, ring, ids)
    views = reports_named(session, ring, ids)
    incidents = memberships(session, ids)
    repeats = _repeats(session, ids)
    for report_id in ids:
        names = {one.indicator_id for one in codings.get(report_id, ()) if known(one.indicator_id)}
        view = views.get(report_id)
        if view is None or not names:
            continue
        kin = [repeats.get(report_id), view.report.about]
        if report_id in incidents:
            kin.append(f"incident {incidents[report_id].incident_id}")
        yield CodedReport(
            report_id,
            tuple(str(tie) for tie in kin if tie),
            view.report.category,
            view.report.text,
            frozenset(names),
        )


def _repeats(session: Session, ids: list[str]) -> dict[str, str]:
    wanted = select(TriageRow.report_id, TriageRow.duplicate_of).where(
        TriageRow.report_id.in_(ids), TriageRow.duplicate_of.is_not(None)
    )
    return {row.report_id: row.duplicate_of for row in session.execute(wanted)}


def keep_model(hand: Hand, model: bytes, accuracy: Accuracy) -> int:
    """Keep a model in place of the one before it.

    Args:
        hand: Who trained it, in a writing transaction; the caller commits.
        model: Its bytes.
        accuracy: What was measured.

    Returns:
        Its number.
    """
    session = hand.session
    last = session.execute(select(func.max(SuggestionModelRow.number))).scalar_one_or_none()
    number = (last or 0) + 1
    row = str(number)
    session.add(
        SuggestionModelRow(
            number=number,
            trained_by=hand.actor,
            trained_at=hand.now,
            sealed_figures=columns.FIGURES.seal_json(hand.ring, row, to_json(accuracy)),
            sealed_model=columns.MODEL.seal(hand.ring, row, model),
        )
    )
    session.execute(
        update(SuggestionModelRow)
        .where(SuggestionModelRow.number <= number - KEPT_MODELS)
        .values(sealed_model=None)
    )
    append(session, hand.actor, "suggestions.learned", f"model:{number}", {"model": number})
    session.flush()
    return number


def history(session: Session, ring: Keyring) -> list[KeptModel]:
    """List every model with its figures, newest first."""
    rows = session.execute(
        select(
            SuggestionModelRow.number,
            SuggestionModelRow.trained_by,
            SuggestionModelRow.trained_at,
            SuggestionModelRow.sealed_figures,
        ).order_by(SuggestionModelRow.number.desc())
    )
    return [
        KeptModel(
            row.number,
            row.trained_by,
            row.trained_at,
            _figures(ring, row.number, row.sealed_figures),
        )
        for row in rows
    ]


def newest_number(session: Session) -> int:
    """Give the number of the newest model that is kept; 0 for none."""
    wanted = select(func.max(SuggestionModelRow.number))
    found = session.execute(wanted.where(SuggestionModelRow.sealed_model.is_not(None)))
    return found.scalar_one_or_none() or 0


def model_bytes(session: Session, ring: Keyring, number: int) -> tuple[bytes, Accuracy] | None:
    """Open a model; None where it is not kept any more."""
    row = session.get(SuggestionModelRow, number)
    if row is None or row.sealed_model is None:
        return None
    name = str(number)
    figures = _figures(ring, number, row.sealed_figures)
    return columns.MODEL.open(ring, name, row.sealed_model), figures


def _figures(ring: Keyring, number: int, sealed: bytes) -> Accuracy:
    held = columns.FIGURES.open_json(ring, str(number), sealed)
    if not isinstance(held, dict):
        raise TypeError("figures are an object")
    return from_json(held)


def switched_on(session: Session) -> bool:
    """Tell whether suggestions are shown; they are until somebody switches them off."""
    row = session.get(SuggestionSwitchRow, SWITCH)
    return row is None or row.on


def switch(hand: Hand, *, on: bool) -> None:
    """Switch suggestions on or off for the whole desk; written down.

    Args:
        hand: Who, in a writing transaction; the caller commits.
        on: Whether they are shown from now on.
    """
    row = hand.session.get(SuggestionSwitchRow, SWITCH)
    if row is None:
        row = SuggestionSwitchRow(id=SWITCH)
        hand.session.add(row)
    row.on, row.switched_by, row.switched_at = on, hand.actor, hand.now
    act = "suggestions.on" if on else "suggestions.off"
    append(hand.session, hand.actor, act, "desk", {})
    hand.session.flush()
