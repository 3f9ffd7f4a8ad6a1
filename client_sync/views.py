"""What the public API gives back: plain values, nothing that opens anything."""

from dataclasses import dataclass
from datetime import date

from client_sync.outbox.states import BlobState
from schemas.domain.ids import ReportId
from schemas.domain.vocabulary import ReplyKind


@dataclass(frozen=True, slots=True)
class KeptReportView:
    """A report that was just kept; `report_id` is None while it is a draft."""

    report_id: ReportId | None
    state: BlobState


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """How a report stands.

    Attributes:
        relays: Origins of the relays that signed for any part of it.
        replies: How many replies are in the vault.
    """

    report_id: ReportId | None
    state: BlobState
    relays: tuple[str, ...]
    replies: int


@dataclass(frozen=True, slots=True, repr=False)
class ReplyView:
    """A desk's reply."""

    report_id: ReportId
    number: int
    kind: ReplyKind
    text: str
    lang: str
    sent_on: date

    def __repr__(self) -> str:
        """Hide the text."""
        return "<ReplyView>"


@dataclass(frozen=True, slots=True)
class JoinView:
    """What joining gave.

    Attributes:
        desk_name: As the invite says.
        has_directory: Reports can be sealed; without it they are kept as drafts.
    """

    desk_name: str
    has_directory: bool


@dataclass(frozen=True, slots=True)
class ExportView:
    """What an export wrote: blobs in files, drafts that cannot be carried yet."""

    blobs: int
    files: tuple[str, ...]
    drafts: int


@dataclass(frozen=True, slots=True)
class ImportView:
    """What an import took.

    Attributes:
        carried: Blobs of others that are queued now and were not before.
        acknowledged: Own reports the desk says, for the first time, that it has.
        is_cut: The file's end is missing; what came before was taken.
        is_damaged: Some bytes are not as written; what is whole was taken.
    """

    carried: int
    pages: int
    acknowledged: int
    has_new_directory: bool
    drafts_sealed: int
    is_cut: bool
    is_damaged: bool
