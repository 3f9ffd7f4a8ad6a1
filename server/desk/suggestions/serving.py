"""Which suggestions a report gets now: by the newest model, or by rules, or none.

Theory of operation: the model of the highest number is opened once and kept in memory while the
desk is unlocked. It serves if it met codings on the desk's own held-out reports at least as often
as the rules; otherwise the rules serve. What the model leaves free of three places, rules fill.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from flask import current_app
from sqlalchemy.orm import Session

from schemas.domain.ids import IndicatorId, ReportId
from server.desk.intake.views import ReportView
from server.desk.keys.keyring import Keyring
from server.desk.suggestions import store
from server.desk.suggestions.accuracy import Accuracy
from server.desk.suggestions.features import traits_of
from server.desk.suggestions.learned_model import Model, Ranked, decode
from server.desk.suggestions.rules import (
    MOST_SUGGESTIONS,
    Guide,
    Suggestion,
    guide_for,
    suggest,
)
from server.desk.suggestions.similar import coded_so_before
from server.desk.triage.index.memory import ReportIndex
from server.desk.triage.taxonomy import Taxonomy

SERVING_KEY: Final = "tocsin.suggestion_model"
FEWEST_CODINGS: Final = 75
"""Below, a model is no better than the rules (`docs/suggestions.md`); none is learned."""
EVERY: Final = 1000
"""More than a taxonomy has indicators."""
LEAST_CHANCE: Final = 0.05
"""One in twenty: less is noise beside a rule that has a reason."""


class By(StrEnum):
    """What suggests."""

    NOTHING = "nothing"
    RULES = "rules"
    MODEL = "model"


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A model in memory."""

    number: int
    model: Model
    accuracy: Accuracy

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<Opened {self.number}>"


def guide_of(taxonomy: Taxonomy) -> Guide:
    """Give what the rules go by at a desk."""
    known = (indicator.id for indicator in taxonomy.framework.indicators())
    return guide_for(known, taxonomy.of_category)


def opened_model(session: Session, ring: Keyring) -> Opened | None:
    """Give the newest model, opened once.

    Raises:
        DeskLockedError: The desk is locked; what was in memory is dropped.
    """
    held = current_app.extensions.get(SERVING_KEY)
    if ring.locked:
        current_app.extensions.pop(SERVING_KEY, None)
        ring.storage_key()
    number = store.newest_number(session)
    if not isinstance(held, Opened) or held.number != number:
        found = store.model_bytes(session, ring, number)
        held = Opened(number, decode(found[0]), found[1]) if found else None
        current_app.extensions[SERVING_KEY] = held
    return held


def who_suggests(session: Session, opened: Opened | None) -> By:
    """Tell what suggests now."""
    if not store.switched_on(session):
        return By.NOTHING
    return By.MODEL if opened is not None and opened.accuracy.beats_rules else By.RULES


def suggestions(
    session: Session, ring: Keyring, index: ReportIndex, view: ReportView, taxonomy: Taxonomy
) -> Sequence[Suggestion]:
    """Suggest indicators for a report.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        index: Of all reports: past codings are found there.
        view: The report.
        taxonomy: Of the desk.

    Returns:
        At most three, likeliest first, each with its reasons; none where they are switched off.
    """
    opened = opened_model(session, ring)
    by = who_suggests(session, opened)
    if by is By.NOTHING:
        return ()
    ruled = suggest(view.report.category, view.report.text, guide_of(taxonomy))
    if opened is None or by is By.RULES:
        return _with_past(index, view, ruled)
    return _with_past(index, view, _by_model(opened, view, taxonomy, ruled))


def _with_past(
    index: ReportIndex, view: ReportView, found: Sequence[Suggestion]
) -> Sequence[Suggestion]:
    return [replace(one, similar=_past(index, view.report_id, one)) for one in found]


def _past(index: ReportIndex, report_id: str, one: Suggestion) -> tuple[ReportId, ...]:
    return coded_so_before(index, report_id, one.indicator_id, (*one.words, *one.listed))


def _by_model(
    opened: Opened, view: ReportView, taxonomy: Taxonomy, ruled: Sequence[Suggestion]
) -> Sequence[Suggestion]:
    guide = guide_of(taxonomy)
    traits = traits_of(view.report.category, view.report.text, guide)
    ranked = [
        _as_suggestion(one, opened.number, view, guide)
        for one in opened.model.rank(traits, MOST_SUGGESTIONS)
        if one.chance >= LEAST_CHANCE and taxonomy.framework.indicator(one.indicator_id)
    ]
    named = {one.indicator_id for one in ranked}
    free = [one for one in ruled if one.indicator_id not in named]
    return [*ranked, *free][:MOST_SUGGESTIONS]


def _as_suggestion(ranked: Ranked, number: int, view: ReportView, guide: Guide) -> Suggestion:
    """Say a model's reasons together with what the rules found for the same indicator."""
    every = suggest(view.report.category, view.report.text, guide, most=EVERY)
    rule = next((one for one in every if one.indicator_id == ranked.indicator_id), None)
    return Suggestion(
        IndicatorId(ranked.indicator_id),
        category_place=rule.category_place if rule else 0,
        words=ranked.words,
        listed=rule.words if rule else (),
        by_category=ranked.by_category,
        chance=ranked.chance,
        model=number,
    )
