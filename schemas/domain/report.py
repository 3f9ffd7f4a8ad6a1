"""A report, its parts, and the desk's reply to it.

Spec: docs/spec/report.md
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from schemas.domain.forms import FilledForm
from schemas.domain.ids import ReportId
from schemas.domain.vocabulary import (
    Category,
    PlacePrecision,
    Purpose,
    ReplyKind,
    Source,
    TimePrecision,
)


@dataclass(frozen=True, slots=True)
class Observed:
    """When it happened, and how exactly that is known (UTC)."""

    at: datetime
    precision: TimePrecision


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """Where it happened: in words, as a point in 1e-5 degrees, or as an area code."""

    text: str | None = None
    lat_e5: int | None = None
    lon_e5: int | None = None
    precision: PlacePrecision | None = None
    area: str | None = None

    def __repr__(self) -> str:
        """Hide the place: a repr ends in logs."""
        return "<Place>"


@dataclass(frozen=True, slots=True, repr=False)
class Manifest:
    """What is needed to fetch, join and check one attachment.

    Attributes:
        key: 32 bytes; opens the chunks.
        sha256: 32 bytes of the whole file, computed by the sender.
        size_bytes: True length of the file.
        chunk_count: ``n`` on the wire: padded number of chunks.
        class_bytes: ``class`` on the wire: 16384 or 4096.
        thumbnail_of: Position of the picture that this is the small copy of, or None.
    """

    key: bytes
    sha256: bytes
    size_bytes: int
    chunk_count: int
    class_bytes: int
    mime: str
    name: str
    thumbnail_of: int | None = None

    def __repr__(self) -> str:
        """Hide key and name."""
        return "<Manifest>"


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What a witness tells a desk."""

    category: Category
    text: str
    written_at: datetime
    observed: Observed
    lang: str = "und"
    source: Source = Source.UNSAID
    place: Place | None = None
    attachments: tuple[Manifest, ...] = field(default=())
    forms: tuple[FilledForm, ...] = ()
    seq: int | None = None
    prev: ReportId | None = None
    about: ReportId | None = None
    purpose: Purpose | None = None

    def __repr__(self) -> str:
        """Hide everything a witness said."""
        return "<Report>"


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What a desk answers to one report."""

    number: int
    kind: ReplyKind
    text: str
    lang: str
    sent_on: date

    def __repr__(self) -> str:
        """Hide the text."""
        return "<Reply>"
