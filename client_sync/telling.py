"""How reports stand and what was answered, told from an open home."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from client_sync.outbox.delivery import report_state
from client_sync.outbox.states import BlobState
from client_sync.session import Session
from client_sync.views import ReplyView, ReportStatus
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RelayKey
from schemas.wire.codec import to_base64url


def tell_status(session: Session) -> tuple[ReportStatus, ...]:
    """List every report with its state; see `Client.status`."""
    origins = _origins(session.vault.relays())
    statuses: list[ReportStatus] = []
    for report_id, kept in session.vault.contents.reports.items():
        view = session.outbox.ledger.parcel_view(kept.parcel)
        state = report_state(view.states, view.ack_statuses)
        relays = tuple(origins.get(key, to_base64url(key)) for key in view.relay_keys)
        statuses.append(ReportStatus(report_id, state, relays, len(kept.replies)))
    drafts = session.vault.contents.drafts
    return (*statuses, *(ReportStatus(None, BlobState.DRAFT, (), 0) for _ in drafts))


def tell_replies(session: Session) -> tuple[ReplyView, ...]:
    """List every reply; see `Client.replies`."""
    return tuple(
        ReplyView(report_id, each.number, each.kind, each.text, each.lang, each.sent_on)
        for report_id, kept in session.vault.contents.reports.items()
        for each in kept.replies
    )


def _origins(relays: Iterable[BridgeLine]) -> dict[RelayKey, str]:
    """Name relays by scheme, host and port: the path is a secret of its channel."""
    return {
        bridge.relay_key: f"{urlsplit(bridge.url).scheme}://{urlsplit(bridge.url).netloc}"
        for bridge in relays
    }
