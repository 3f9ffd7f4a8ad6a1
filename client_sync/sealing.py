"""From a finished report to blobs that may be sent, through any crash.

Theory of operation: two stores change, the vault (keys) and the outbox (sealed blobs), and no
transaction spans both. So one of them decides. A report exists from the moment the vault
holds its keys, or holds it as a draft; not before.

1. Blobs are *staged* in the outbox: attachments while they are read, the text when it is
   sealed. Nobody sends what is only staged.
2. The vault is saved with the report's keys; its draft, if it was one, goes in the same save.
   This is the moment.
3. The staged blobs are *released* into the queue.

`recover` runs whenever a home is opened and looks at what is staged: the vault knows the report
- step 3 is done now; the vault has its draft - a text staged before the crash is dropped,
because its keys died with the process, and will be sealed anew; neither - the report was never
promised to anybody, and its blobs go. So nothing kept is lost, and nothing can be sent twice
under two ids, since no blob leaves before its keys are safe.

Spec: docs/spec/sync.md section 5, docs/spec/envelope.md section 2 (seal on save)
"""

from contextlib import suppress
from dataclasses import replace

from client_sync.clock import Clock
from client_sync.errors import OutboxFullError, StorageError, VaultFullError
from client_sync.outbox.rows import BlobKind
from client_sync.outbox.store import OutboxStore
from client_sync.trust import TrustedDirectory
from client_sync.vault.contents import Draft, KeptReport
from client_sync.vault.vault import Vault
from schemas.constants import ID_BYTES, KEY_BYTES, MAX_SAFE_INTEGER, MAX_SLOTS
from schemas.domain.directory import RecipientRecord
from schemas.domain.ids import ReportId, report_id_of
from schemas.domain.report import Report
from schemas.envelope.entropy import Entropy
from schemas.envelope.keys import desk_id_of, week_of
from schemas.envelope.primitives import x25519_public
from schemas.envelope.sealing import SealedEnvelope, seal
from schemas.errors import UnknownSuiteError
from schemas.wire.report import encode_report

_LONGEST_ID = ReportId("0" * (2 * ID_BYTES))


class Sealer:
    """Seals reports to the desk of one vault."""

    def __init__(self, vault: Vault, outbox: OutboxStore, clock: Clock, entropy: Entropy) -> None:
        """Work on an open vault and outbox."""
        self._vault = vault
        self._outbox = outbox
        self._clock = clock
        self._entropy = entropy

    def keep(self, report: Report, parcel: bytes) -> ReportId | None:
        """Keep a finished report: sealed if the desk's directory is known, else as a draft.

        Args:
            report: Checked already.
            parcel: Groups it with its staged attachments.

        Returns:
            Its id, or None while it is a draft.

        Raises:
            PlaintextTooLargeError: When it fits no envelope.
            VaultFullError: When there is no room for it.
            OutboxFullError: When there is no room for it.
        """
        if self._vault.trusted is not None:
            try:
                return self._seal(report, parcel, self._vault.trusted)
            except UnknownSuiteError:
                pass  # this version cannot seal to that key yet; a later one will
        self._check_fits(report)
        self._vault.keep(self._vault.contents.with_draft(Draft(parcel, report)))
        return None

    def seal_drafts(self) -> tuple[ReportId, ...]:
        """Seal the drafts that can be sealed now; the others stay drafts.

        Returns:
            Ids of the reports they became.
        """
        if self._vault.trusted is None:
            return ()
        sealed: list[ReportId] = []
        with suppress(UnknownSuiteError, OutboxFullError, VaultFullError):
            for draft in self._vault.contents.drafts:
                report_id = self._seal(draft.report, draft.parcel, self._vault.trusted)
                sealed.append(report_id)  # what came before a refusal counts
        return tuple(sealed)

    def recover(self) -> None:
        """Finish or undo what a crash left between the two stores."""
        drafts = {draft.parcel for draft in self._vault.contents.drafts}
        with self._outbox.transaction():
            for parcel in self._outbox.staged_parcels():
                if self._vault.report_of_parcel(parcel) is not None:
                    self._outbox.enqueue(parcel)
                elif parcel in drafts:
                    self._outbox.discard_staged(parcel, BlobKind.TEXT)
                else:
                    self._outbox.discard_staged(parcel)

    def _check_fits(self, report: Report) -> None:
        """Refuse now, while the writer is here, what could be sealed for no directory later."""
        nobody = RecipientRecord(0, x25519_public(self._entropy(KEY_BYTES)), slots=MAX_SLOTS)
        author = self._vault.contents.author
        plain_json = encode_report(replace(report, seq=MAX_SAFE_INTEGER, prev=_LONGEST_ID))
        seal(
            plain_json,
            recipient=nobody,
            desk_id=desk_id_of(self._vault.root_key),
            author=author,
            entropy=self._entropy,
        )

    def _seal(self, report: Report, parcel: bytes, trusted: TrustedDirectory) -> ReportId:
        contents, now = self._vault.contents, self._clock.now()
        numbered = replace(report, seq=contents.seq + 1, prev=contents.prev)
        sealed = self._envelope(encode_report(numbered), trusted)
        report_id = report_id_of(sealed.id)
        with self._outbox.transaction():
            self._outbox.stage(parcel, BlobKind.TEXT, [(sealed.id, sealed.blob)])
        kept = KeptReport(sealed.keys, parcel, now.date())
        try:
            self._vault.keep(contents.with_report(report_id, kept))
        except VaultFullError:
            with self._outbox.transaction():
                self._outbox.discard_staged(parcel, BlobKind.TEXT)
            raise
        with suppress(StorageError), self._outbox.transaction():
            self._outbox.enqueue(parcel)  # the report is kept: failing here, `recover` does it
        return report_id

    def _envelope(self, plain_json: bytes, trusted: TrustedDirectory) -> SealedEnvelope:
        directory = trusted.directory
        return seal(
            plain_json,
            recipient=directory.recipient_for(week_of(self._clock.now())),
            desk_id=directory.desk_id,
            backup=directory.backup,
            author=self._vault.contents.author,
            smallest_bytes=directory.policy.smallest_bytes,
            entropy=self._entropy,
        )
