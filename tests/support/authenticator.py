"""A security key in software: makes Ed25519 keys and answers as a real one does."""

import base64
import json
from dataclasses import dataclass, field

import cbor2

from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes

USER_PRESENT = 0x01
KEY_ATTACHED = 0x40
NO_MODEL = bytes(16)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SoftKey:
    """One security key with one account on it.

    Attributes:
        origin: Of the page it is used at, as the browser tells it.
        host: What the credential is bound to.
        sign_count: Grows with every use.
    """

    origin: str = "http://localhost"
    host: str = "localhost"
    sign_count: int = 0
    credential_id: bytes = field(default_factory=lambda: random_bytes(32))
    seed: bytes = field(default_factory=lambda: random_bytes(32))

    def _client_data(self, kind: str, challenge: bytes) -> bytes:
        said = {"type": kind, "challenge": _text(challenge), "origin": self.origin}
        return json.dumps(said).encode()

    def _head(self, flags: int) -> bytes:
        self.sign_count += 1
        host = primitives.sha256(self.host.encode())
        return host + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def register(self, challenge: bytes) -> str:
        """Answer a question for a new key: JSON."""
        public = cbor2.dumps({1: 1, 3: -8, -1: 6, -2: primitives.ed25519_public(self.seed)})
        size = len(self.credential_id).to_bytes(2, "big")
        attached = NO_MODEL + size + self.credential_id + public
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._head(USER_PRESENT | KEY_ATTACHED) + attached,
        }
        return self._said(
            {
                "clientDataJSON": _text(self._client_data("webauthn.create", challenge)),
                "attestationObject": _text(cbor2.dumps(attestation)),
            }
        )

    def answer(self, challenge: bytes) -> str:
        """Answer a question at login: JSON."""
        client_data = self._client_data("webauthn.get", challenge)
        head = self._head(USER_PRESENT)
        expanded = primitives.ed25519_expand(self.seed)
        signature = primitives.ed25519_sign(expanded, head + primitives.sha256(client_data))
        return self._said(
            {
                "clientDataJSON": _text(client_data),
                "authenticatorData": _text(head),
                "signature": _text(signature),
            }
        )

    def _said(self, response: dict[str, str]) -> str:
        plain = _text(self.credential_id)
        said = {"id": plain, "rawId": plain, "type": "public-key", "response": response}
        return json.dumps(said)
