"""Proof of dropping: what relays signed for and the desk did not acknowledge in time.

Theory of operation: a receipt says that a relay holds a blob; the board, every page signed and
chained to the one before, says what the desk has. Put side by side they show a blob that was
signed for and of which the desk had no word. The acknowledgement key of the report goes along, so
that anybody can compute the tags that are missing; it opens nothing and links nothing but this
report's own tags. What it does not show is whose fault that is: docs/spec/sync.md section 11.

Spec: docs/spec/sync.md section 11
"""

import json
from dataclasses import dataclass, field

from client_sync.errors import ClientError
from client_sync.session import Session
from schemas.wire.codec import to_base64url

PROOF_NAME = "tocsin-proof-1"


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as one JSON text.

    Attributes:
        missed: Blobs for which no acknowledgement came in time.
        relays: Relays that had signed for them then, base64url.
    """

    text: str
    missed: int
    relays: tuple[str, ...] = field(default_factory=tuple)


def prove(session: Session) -> Proof:
    """Put a proof together; see `Client.proof`.

    Raises:
        ClientError: When the desk's directory is not known yet.
    """
    trusted = session.vault.trusted
    if trusted is None:
        raise ClientError("nothing was handed over yet; there is nothing to prove")
    ledger, reports = session.outbox.ledger, session.vault.contents.reports
    keys = {kept.parcel: kept.keys.ack for kept in reports.values()}
    receipts = [one for one in ledger.receipts_of_missed() if one.parcel in keys]
    content = {
        "proof": PROOF_NAME,
        "desk_id": to_base64url(trusted.directory.desk_id),
        "board_key": to_base64url(trusted.directory.board_key),
        "receipts": [
            {
                "id": one.blob_id.hex(),
                "kind": one.blob_kind,
                "ack_key": to_base64url(keys[one.parcel]),
                "relay_key": to_base64url(one.relay_key),
                "is_missed": one.is_missed,
                "frame_type": one.frame_type,
                "ids": to_base64url(one.ids),
                "payload": to_base64url(one.payload),
            }
            for one in receipts
        ],
        "pages": [to_base64url(raw) for raw in ledger.pages()],
    }
    missed = [one for one in receipts if one.is_missed]
    return Proof(
        text=json.dumps(content, indent=1) + "\n",
        missed=len({one.blob_id for one in missed}),
        relays=tuple(sorted({to_base64url(one.relay_key) for one in missed})),
    )
