"""Show a relay under load that a blob is meant: by work, or by a token of a report it vouches for.

Theory of operation: work is done while a blob waits, for the most bits a relay or the directory
asked for, and kept with the blob; what is missing is done when it is needed. Where there is no
work yet, a one-time token stands in: both ends compute it from an accepted report's reply key. A
token is bound to one blob for good, so that a request that is made again offers the same one; one
that a relay does not take is void, and work is done instead. Work is offered before a token,
since a token tells the relay that the desk knows the sender.

Source: Back, "Hashcash - A Denial of Service Counter-Measure" (2002); bound to id and week.
Spec: docs/spec/sync.md sections 1, 8 and 9
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from client_sync.clock import Clock
from client_sync.outbox.store import OutboxStore
from client_sync.vault.vault import Vault
from schemas.constants import SECONDS_PER_DAY, SECONDS_PER_WEEK, TOKENS_PER_REPORT
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import Stamp, Token
from schemas.domain.vocabulary import AckStatus
from schemas.envelope.keys import day_of
from schemas.envelope.stamps import make_stamp
from schemas.envelope.tokens import tokens_of

MOST_WORK_BITS: Final = 22  # about ten seconds a blob on a small machine; above it, another relay
OLDEST_STAMP_WEEKS: Final = 7  # a relay takes eight; one week is for the way
_KEPT: Final = struct.Struct(">IQ")  # week, nonce
_VOUCHED: Final = frozenset({AckStatus.ACCEPTED, AckStatus.CLOSED})


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What goes along with one blob.

    Attributes:
        stamp: Work, or None.
        bits: How much the stamp is worth.
        token: In place of work, or None.
        parcel: The report whose token it is.
        number: Which of its tokens.
    """

    blob_id: EnvelopeId
    stamp: Stamp | None = None
    bits: int = 0
    token: Token | None = None
    parcel: bytes = b""
    number: int = 0

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "<Proof>"


class Proofs:
    """Finds, makes and keeps proofs for one vault and outbox."""

    def __init__(self, vault: Vault, outbox: OutboxStore, clock: Clock) -> None:
        """Work on an open vault and outbox."""
        self._vault = vault
        self._outbox = outbox
        self._clock = clock

    def prepare(
        self, relay_key: RelayKey, blob_ids: Sequence[EnvelopeId], work_bits: int
    ) -> tuple[Proof, ...]:
        """Find or make what a relay asks for; changes nothing yet.

        Args:
            relay_key: Who asks.
            blob_ids: What is about to be put.
            work_bits: How much is asked; 0: nothing as far as is known, so work goes along
                only where it was done already.

        Returns:
            A proof for each blob that has one.
        """
        if work_bits > MOST_WORK_BITS:
            return ()
        if work_bits == 0:
            done = (self._kept(blob_id, max(self.work_bits(), 1)) for blob_id in blob_ids)
            return tuple(proof for proof in done if proof is not None)
        taken: set[tuple[bytes, int]] = set()
        proofs = []
        for blob_id in blob_ids:
            proof = self._kept(blob_id, work_bits) or self._token(relay_key, blob_id, taken)
            proofs.append(proof or self._made(blob_id, work_bits))
        return tuple(proofs)

    def keep(self, relay_key: RelayKey, proofs: Iterable[Proof]) -> None:
        """Keep stamps, and bind tokens; inside of a transaction, before they are sent."""
        for proof in proofs:
            if proof.stamp is not None:
                kept = _KEPT.pack(proof.stamp.week, proof.stamp.nonce)
                self._outbox.keep_stamp(proof.blob_id, kept, proof.bits)
            elif proof.token is not None:
                self._outbox.ledger.tokens.bind(
                    relay_key, proof.parcel, proof.number, proof.blob_id
                )

    def stamp_waiting(self, most_seconds: float, most_blobs: int) -> int:
        """Do work for what waits, most urgent first, for the most that was asked lately.

        Args:
            most_seconds: No stamp is begun after this.
            most_blobs: How many blobs to look at.

        Returns:
            How many were stamped.
        """
        bits, made = self.work_bits(), 0
        if not 0 < bits <= MOST_WORK_BITS:
            return 0
        ends_at = self._clock.elapsed_seconds() + most_seconds
        for row in self._outbox.unsettled(most_blobs):
            if self._clock.elapsed_seconds() >= ends_at:
                break
            if self._kept(row.blob_id, bits) is None:
                proof = self._made(row.blob_id, bits)
                with self._outbox.transaction():
                    self.keep(RelayKey(b""), [proof])
                made += 1
        return made

    def work_bits(self) -> int:
        """Tell the most that the directory or a relay asked for lately."""
        trusted = self._vault.trusted
        asked = trusted.directory.policy.work_bits if trusted else 0
        return max(asked, self._outbox.ledger.work_bits())

    def _week(self) -> int:
        day = self._outbox.ledger.relay_day() or day_of(self._clock.now())
        return day * SECONDS_PER_DAY // SECONDS_PER_WEEK

    def _made(self, blob_id: EnvelopeId, work_bits: int) -> Proof:
        return Proof(blob_id, make_stamp(blob_id, self._week(), work_bits), work_bits)

    def _kept(self, blob_id: EnvelopeId, work_bits: int) -> Proof | None:
        kept, bits = self._outbox.stamp_of(blob_id)
        if bits < work_bits or len(kept) != _KEPT.size:
            return None
        week, nonce = _KEPT.unpack(kept)
        if not self._week() - OLDEST_STAMP_WEEKS <= week <= self._week():
            return None
        return Proof(blob_id, Stamp(blob_id, week, nonce), bits)

    def _token(
        self, relay_key: RelayKey, blob_id: EnvelopeId, taken: set[tuple[bytes, int]]
    ) -> Proof | None:
        """Give the token bound to a blob, or a free one; none where the relay refused one."""
        refused_parcels, refused_blobs = self._outbox.ledger.tokens.refused(relay_key)
        if blob_id in refused_blobs:
            return None
        bound = self._outbox.ledger.tokens.bound(relay_key, blob_id)
        found = bound or self._free_token(relay_key, refused_parcels, taken)
        if found is None:
            return None
        taken.add(found)
        parcel, number = found
        report_id = self._vault.report_of_parcel(parcel)
        if report_id is None:
            return None
        keys = self._vault.contents.reports[report_id].keys
        token = Token(blob_id, tokens_of(keys.reply, relay_key)[number])
        return Proof(blob_id, token=token, parcel=parcel, number=number)

    def _free_token(
        self,
        relay_key: RelayKey,
        refused_parcels: frozenset[bytes],
        taken: set[tuple[bytes, int]],
    ) -> tuple[bytes, int] | None:
        ledger = self._outbox.ledger
        for kept in self._vault.contents.reports.values():
            if kept.parcel in refused_parcels or not ledger.ack_statuses(kept.parcel) & _VOUCHED:
                continue
            spent = ledger.tokens.spent(relay_key, kept.parcel)
            for number in range(TOKENS_PER_REPORT):
                if number not in spent and (kept.parcel, number) not in taken:
                    return kept.parcel, number
        return None
