"""What is remembered of relays from one run to the next, sealed, for each network apart.

Theory of operation: failures, rests and rates tell where a machine was and when. So they stand in
the outbox sealed under a key of the vault, in a row of fixed size; what can be seen is how many
networks there are, eight at most. What cannot be opened is forgotten: nothing is lost by it but
a little speed.

Spec: docs/spec/engine.md sections 1 and 5
"""

import struct
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from client_sync.outbox.ledger import Ledger
from client_sync.sync.engine_state import RelayFacts
from schemas.constants import AEAD_NONCE_BYTES, MAX_RELAYS
from schemas.domain.ids import RelayKey
from schemas.envelope.entropy import Entropy
from schemas.envelope.primitives import aead_open, aead_seal

MOST_NETWORKS: Final = 8  # home, work, mobile, and some cafes
_MOST_RELAYS: Final = MAX_RELAYS + 1  # the directory's and the invite's
_ENTRY: Final = struct.Struct(">32s7Q")
_PLAIN_BYTES: Final = _ENTRY.size * _MOST_RELAYS
_NOBODY: Final = bytes(32)
_MOST: Final = 2**63 - 1


class RelayMemory:
    """What one outbox remembers of relays on one network."""

    def __init__(self, ledger: Ledger, key: bytes, network: bytes, entropy: Entropy) -> None:
        """Name the network and the key that seals."""
        self._ledger = ledger
        self._key = key
        self._network = network
        self._entropy = entropy

    def recall(self, relay_keys: Iterable[RelayKey]) -> tuple[RelayFacts, ...]:
        """Give what is known of relays, in the order given; nothing of the unknown."""
        known = {facts.key: facts for facts in self._open()}
        return tuple(
            replace(known.get(key, RelayFacts(key, place)), place=place)
            for place, key in enumerate(relay_keys)
        )

    def keep(self, relays: Iterable[RelayFacts]) -> None:
        """Keep what a run learnt; inside of a transaction of the outbox."""
        learnt = {facts.key: facts for facts in relays}
        older = [facts for facts in self._open() if facts.key not in learnt]
        entries = b"".join(map(_pack, [*learnt.values(), *older][:_MOST_RELAYS]))
        nonce = self._entropy(AEAD_NONCE_BYTES)
        plain = entries.ljust(_PLAIN_BYTES, b"\x00")
        sealed = nonce + aead_seal(self._key, nonce, self._network, plain)
        self._ledger.keep_network(self._network, sealed, MOST_NETWORKS)

    def _open(self) -> list[RelayFacts]:
        sealed = self._ledger.network(self._network)
        nonce, cipher = sealed[:AEAD_NONCE_BYTES], sealed[AEAD_NONCE_BYTES:]
        if len(nonce) != AEAD_NONCE_BYTES:
            return []
        plain = aead_open(self._key, nonce, self._network, cipher)
        if plain is None or len(plain) != _PLAIN_BYTES:
            return []
        return [_facts(entry) for entry in _ENTRY.iter_unpack(plain) if entry[0] != _NOBODY]


def _pack(facts: RelayFacts) -> bytes:
    numbers = (
        facts.failures,
        facts.rest_until_ms,
        facts.full_until_ms,
        facts.rate_bytes_per_second,
        facts.round_trip_ms,
        facts.batch_bytes,
        facts.most_batch_bytes,
    )
    return _ENTRY.pack(facts.key, *(min(max(number, 0), _MOST) for number in numbers))


def _facts(entry: tuple[bytes, int, int, int, int, int, int, int]) -> RelayFacts:
    key, failures, rest, full, rate, trip, batch, most = entry
    return RelayFacts(
        key=RelayKey(key),
        place=0,
        failures=failures,
        rest_until_ms=rest,
        full_until_ms=full,
        rate_bytes_per_second=rate,
        round_trip_ms=trip,
        batch_bytes=batch,
        most_batch_bytes=most,
    )
