"""Which mailbox page to ask for, and which replies in it are ours.

Theory of operation: every request asks for the page of some 16-bit prefix. When the board has
announced a reply, it is the prefix of that reply's address, else one drawn by chance; the relay
answers with a page that covers at least fifty mailboxes either way. A drawn prefix begins at
the highest row the relay has shown, so that an idle poll stays small; a relay that watches
closely may tell the two kinds of asking apart, but not which of the page's mailboxes is meant.

Replies of announced weeks and of the last weeks are recognised, wherever they turn up.

Spec: docs/spec/sync.md section 4, docs/spec/report.md section 4
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from client_sync.outbox.ledger import Ledger
from client_sync.outbox.rows import WantedMail
from client_sync.vault.contents import KeptReport
from schemas.constants import MAILBOX_WEEKS, MAX_MAILBOX_ENTRIES
from schemas.domain.ids import RelayKey, ReportId
from schemas.domain.report import Reply
from schemas.domain.sync import MailboxPage
from schemas.envelope.derived import mailbox_address, open_reply
from schemas.envelope.entropy import Entropy
from schemas.errors import ReplyError
from schemas.wire.reply import decode_reply

_PREFIX_BYTES = 2


@dataclass(frozen=True, slots=True)
class MailRequest:
    """What a request asks of the mailbox; `wanted` is the reply it is about, if any."""

    prefix: int
    cursor: int
    wanted: WantedMail | None = None


@dataclass(frozen=True, slots=True, repr=False)
class FoundReply:
    """A reply of ours, opened."""

    report_id: ReportId
    parcel: bytes
    week: int
    reply: Reply

    def __repr__(self) -> str:
        """Hide it."""
        return "<FoundReply>"


def choose_mail(
    reports: Mapping[ReportId, KeptReport],
    ledger: Ledger,
    relay_key: RelayKey,
    asked: Collection[WantedMail],
    entropy: Entropy,
) -> MailRequest:
    """Choose the mailbox page of the next request.

    Args:
        reports: Ours.
        ledger: Knows what is announced and how far each prefix was read.
        relay_key: Where the request goes.
        asked: Announced replies that this relay was asked for in this sync.
        entropy: Draws a prefix when there is nothing of our own to ask for.
    """
    by_parcel = {kept.parcel: kept for kept in reports.values()}
    for wanted in ledger.wanted_mail():
        kept = by_parcel.get(wanted.parcel)
        if kept is not None and wanted not in asked:
            address = mailbox_address(kept.keys.mailbox, wanted.week)
            prefix = int.from_bytes(address[:_PREFIX_BYTES], "big")
            return MailRequest(prefix, ledger.mail_cursor(relay_key, prefix), wanted)
    drawn = int.from_bytes(entropy(_PREFIX_BYTES), "big")
    return MailRequest(drawn, ledger.highest_mail_cursor(relay_key))


def find_replies(
    page: MailboxPage,
    reports: Mapping[ReportId, KeptReport],
    wanted: Collection[WantedMail],
    this_week: int,
) -> tuple[FoundReply, ...]:
    """Open the replies of a page that are ours; what does not open is somebody's noise."""
    addresses = _addresses(reports, wanted, this_week)
    found: list[FoundReply] = []
    for entry in page.entries:
        report_id, week = addresses.get(entry.address, (None, 0))
        if report_id is None:
            continue
        kept = reports[report_id]
        try:
            reply = decode_reply(open_reply(kept.keys, entry))
        except ReplyError:
            continue
        found.append(FoundReply(report_id, kept.parcel, week, reply))
    return tuple(found)


def is_full(page: MailboxPage) -> bool:
    """Tell whether more may lie behind the page."""
    return len(page.entries) >= MAX_MAILBOX_ENTRIES


def _addresses(
    reports: Mapping[ReportId, KeptReport], wanted: Collection[WantedMail], this_week: int
) -> dict[bytes, tuple[ReportId, int]]:
    recent = range(max(0, this_week - MAILBOX_WEEKS), this_week + 2)
    weeks = {kept.parcel: set(recent) for kept in reports.values()}
    for mail in wanted:
        weeks.setdefault(mail.parcel, set()).add(mail.week)
    return {
        mailbox_address(kept.keys.mailbox, week): (report_id, week)
        for report_id, kept in reports.items()
        for week in weeks[kept.parcel]
    }
