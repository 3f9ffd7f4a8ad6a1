"""Which public key does a certificate hold: its SHA-256, as pins name it.

Theory of operation: the certificate has been shown by somebody who proved, in the handshake, to
hold its key; what is read here is only which key that is. So of DER no more is understood than
how to step over the fields that stand before the key.

Source: RFC 5280 section 4.1 (TBSCertificate), RFC 7469 section 2.4 (what is hashed)
"""

import hashlib
from typing import Final

_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_LONG: Final = 0x80
_MOST_LENGTH_BYTES: Final = 4
_BEFORE_THE_KEY: Final = 5  # serial number, algorithm, issuer, validity, subject


class _UnreadableError(ValueError):
    """The bytes are no certificate."""


def key_hash(certificate: bytes) -> bytes | None:
    """Hash the SubjectPublicKeyInfo of a certificate.

    Args:
        certificate: DER.

    Returns:
        32 bytes, or None when it is no certificate.
    """
    try:
        _, whole, _ = _element(certificate)
        _, fields, _ = _element(whole)
        tag, _, rest = _element(fields)
        if tag == _VERSION:
            fields = rest
        for _ in range(_BEFORE_THE_KEY):
            _, _, fields = _element(fields)
        tag, _, rest = _element(fields)
    except _UnreadableError:
        return None
    if tag != _SEQUENCE:
        return None
    return hashlib.sha256(fields[: len(fields) - len(rest)]).digest()


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """Take the first element apart: tag, content, and what follows it."""
    if len(data) < 2:  # noqa: PLR2004  # tag and length
        raise _UnreadableError
    tag, length, begins = data[0], data[1], 2
    if length >= _LONG:
        count = length - _LONG
        if not 1 <= count <= _MOST_LENGTH_BYTES:
            raise _UnreadableError
        length = int.from_bytes(data[2 : 2 + count], "big")
        begins += count
    if len(data) < begins + length:
        raise _UnreadableError
    return tag, data[begins : begins + length], data[begins + length :]
