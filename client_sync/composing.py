"""What a person said becomes a `Report`, or an `InvalidReportError` that says what to change."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from client_sync.answering import TypedAnswers, filled_forms
from schemas.constants import COORDINATE_SCALE, MAX_PLACE_CHARACTERS, MAX_TEXT_CHARACTERS
from schemas.domain.forms import Form
from schemas.domain.ids import ReportId
from schemas.domain.report import Manifest, Observed, Place, Report
from schemas.domain.vocabulary import Category, PlacePrecision, Purpose, Source, TimePrecision
from schemas.errors import InvalidReportError

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST_DEGREES: Final = (90.0, 180.0)


@dataclass(frozen=True, slots=True, repr=False)
class Answers:
    """What a person said, as they said it.

    Attributes:
        observed_at: ISO 8601: a moment, a day, a week (`2026-W47`) or a month; None for today.
        lat: Degrees north; given with `lon` or not at all.
        lon: Degrees east.
        about: The own report that this one follows.
        forms: Answers to the desk's forms, by `question` or `form.question`.
        purpose: Why it follows that one; None where it only adds to it.
    """

    category: str
    text: str
    observed_at: str | None = None
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    lang: str = "und"
    source: str = Source.UNSAID
    about: ReportId | None = None
    purpose: str | None = None
    forms: TypedAnswers = field(default_factory=dict)

    def __repr__(self) -> str:
        """Hide everything."""
        return "<Answers>"


def compose(
    answers: Answers,
    now: datetime,
    attachments: tuple[Manifest, ...] = (),
    forms: Sequence[Form] = (),
) -> Report:
    """Make a report of what a person said.

    Args:
        answers: As they said it.
        now: Time of writing.
        attachments: Manifests of staged files.
        forms: Those in force at the desk.

    Returns:
        The report; `wire.report.encode_report` still checks it against the contract.

    Raises:
        InvalidReportError: When an answer cannot stand in a report.
    """
    if not 1 <= len(answers.text) <= MAX_TEXT_CHARACTERS:
        raise InvalidReportError(hint=f"write 1 to {MAX_TEXT_CHARACTERS} characters of text")
    category = _category(answers.category)
    return Report(
        category=category,
        text=answers.text,
        written_at=now,
        observed=_observed(answers.observed_at, now),
        lang=answers.lang,
        source=_source(answers.source),
        place=_place(answers),
        attachments=attachments,
        forms=filled_forms(forms, category, answers.forms),
        about=answers.about,
        purpose=_purpose(answers),
    )


def _category(key: str) -> Category:
    try:
        return Category(key)
    except ValueError:
        known = " ".join(Category)
        raise InvalidReportError(hint=f"the category is one of: {known}") from None


def _source(word: str) -> Source:
    try:
        return Source(word)
    except ValueError:
        raise InvalidReportError(hint=f"the source is one of: {' '.join(Source)}") from None


def _purpose(answers: Answers) -> Purpose | None:
    if answers.purpose is None:
        return None
    if answers.about is None:
        raise InvalidReportError(hint="a purpose needs the report that this one follows")
    try:
        return Purpose(answers.purpose)
    except ValueError:
        raise InvalidReportError(hint=f"the purpose is one of: {' '.join(Purpose)}") from None


def _observed(text: str | None, now: datetime) -> Observed:
    """Read a time together with how exactly it was said."""
    if text is None:
        return Observed(_midnight(now.astimezone(UTC).date()), TimePrecision.DAY)
    try:
        return _parse_observed(text)
    except ValueError:
        raise InvalidReportError(
            hint="write the time as 2026-11-23T18:30+02:00, 2026-11-23, 2026-W47 or 2026-11"
        ) from None


def _parse_observed(text: str) -> Observed:
    if month := _MONTH.fullmatch(text):
        return Observed(_midnight(date(int(month[1]), int(month[2]), 1)), TimePrecision.MONTH)
    if week := _WEEK.fullmatch(text):
        monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return Observed(_midnight(monday), TimePrecision.WEEK)
    if _DAY.fullmatch(text):
        return Observed(_midnight(date.fromisoformat(text)), TimePrecision.DAY)
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return Observed(aware.astimezone(UTC).replace(microsecond=0), TimePrecision.HOUR)
    except OverflowError as error:
        raise ValueError("out of range") from error


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _place(answers: Answers) -> Place | None:
    if (answers.lat is None) != (answers.lon is None):
        raise InvalidReportError(hint="give both --lat and --lon, or neither")
    if answers.place is not None and not 1 <= len(answers.place) <= MAX_PLACE_CHARACTERS:
        raise InvalidReportError(hint=f"a place has 1 to {MAX_PLACE_CHARACTERS} characters")
    if answers.lat is None or answers.lon is None:
        return Place(text=answers.place) if answers.place is not None else None
    if not (abs(answers.lat) <= _MOST_DEGREES[0] and abs(answers.lon) <= _MOST_DEGREES[1]):
        raise InvalidReportError(hint="latitude is within 90 and longitude within 180 degrees")
    return Place(
        text=answers.place,
        lat_e5=round(answers.lat * COORDINATE_SCALE),
        lon_e5=round(answers.lon * COORDINATE_SCALE),
        precision=PlacePrecision.POINT,
    )
