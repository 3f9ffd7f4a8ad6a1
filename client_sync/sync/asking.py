"""What a request says: header, mailbox, proofs, blobs, and its size.

Theory of operation: the first request to a relay in a run asks for a mailbox page, its own or one
drawn by chance; further ones ask only to fetch a reply that the board has announced. A request
with blobs has the class the engine chose for it; one without draws a class as a report would.

Spec: docs/spec/sync.md sections 1 and 4, docs/spec/engine.md section 5
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from client_sync.outbox.store import OutboxStore
from client_sync.sync.answer import ParsedAnswer
from client_sync.sync.exchange import Exchange
from client_sync.sync.mail import MailRequest, choose_mail
from client_sync.sync.padding import poll_class_bytes
from client_sync.sync.relay_run import RelayRun
from client_sync.sync.request import encode_request
from client_sync.sync.stamping import Proof
from client_sync.vault.vault import Vault
from schemas.constants import RESUMABLE_BYTES
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import RequestHeader
from schemas.envelope.entropy import Entropy
from schemas.errors import FrameError
from schemas.wire.frames import FrameType
from schemas.wire.parts import decode_begun

_BAD_REST: Final = "bad-rest"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under way: what was put and asked, and of which mailbox.

    Attributes:
        mail: None when no mailbox page is wanted.
        size_bytes: Of the request.
    """

    exchange: Exchange
    mail: MailRequest | None
    size_bytes: int


class Asker:
    """Writes requests for one vault and outbox."""

    def __init__(self, vault: Vault, outbox: OutboxStore, entropy: Entropy) -> None:
        """Work on an open vault and outbox."""
        self._vault = vault
        self._outbox = outbox
        self._entropy = entropy
        self._begun: dict[RelayKey, dict[EnvelopeId, int]] = {}

    def choose_mail(self, relay: RelayRun, *, has_mail: bool) -> MailRequest | None:
        """Choose a mailbox page to ask for, or none.

        Args:
            relay: Where the request goes.
            has_mail: A page of some mailbox has come in this run.
        """
        ledger = self._outbox.ledger
        is_first = not has_mail and not relay.has_asked_mail
        if not is_first and not relay.unasked(ledger.wanted_mail()):
            return None
        reports = self._vault.contents.reports
        busy = relay.asked | relay.asking
        return choose_mail(reports, ledger, relay.bridge.relay_key, busy, self._entropy)

    def heard(self, exchange: Exchange, parsed: ParsedAnswer) -> None:
        """Note what a relay kept of blobs whose connection was cut; they go on from there."""
        here = self._begun.setdefault(exchange.relay_key, {})
        problem = parsed.problem()
        if problem is not None and problem.slug == _BAD_REST:
            for row in exchange.puts:
                here.pop(row.blob_id, None)
        if not exchange.queries or not parsed.payloads(FrameType.HAVE):
            return
        try:
            begun = next(map(decode_begun, parsed.payloads(FrameType.BEGUN)), {})
        except FrameError:
            begun = {}
        for place, blob_id in enumerate(exchange.queries):
            kept_bytes = begun.get(place, 0)
            if 0 < kept_bytes < RESUMABLE_BYTES:
                here[blob_id] = kept_bytes
            else:
                here.pop(blob_id, None)

    def write(
        self,
        exchange: Exchange,
        mail: MailRequest | None,
        proofs: Sequence[Proof],
        class_bytes: int,
    ) -> bytes:
        """Write a request.

        Args:
            exchange: What it puts and asks.
            mail: The mailbox page it asks for.
            proofs: For some of the blobs.
            class_bytes: The class chosen for it.

        Returns:
            The body, padded to its class.
        """
        trusted = self._vault.trusted
        header = RequestHeader(
            directory_version=trusted.directory.version if trusted else 0,
            board_cursor=self._outbox.ledger.board_mark()[0],
            mailbox_prefix=mail.prefix if mail else 0,
            mailbox_cursor=mail.cursor if mail else 0,
            wants_mailbox=mail is not None,
        )
        kept = self._begun.get(exchange.relay_key, {})
        puts = [(row, self._outbox.sealed_bytes(row.blob_id)) for row in exchange.puts]
        begun = {
            row.blob_id: kept[row.blob_id]
            for row, blob in puts
            if row.blob_id in kept and len(blob) == RESUMABLE_BYTES
        }
        return encode_request(
            header,
            puts,
            exchange.queries,
            [proof.stamp for proof in proofs if proof.stamp is not None],
            [proof.token for proof in proofs if proof.token is not None],
            begun=begun,
            least_class_bytes=class_bytes if exchange.puts else poll_class_bytes(self._entropy),
        )
