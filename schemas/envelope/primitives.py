"""Every call into a crypto library, and nothing else.

Theory of operation: libsodium (through PyNaCl) does X25519, XSalsa20-Poly1305,
XChaCha20-Poly1305, Ed25519 and Argon2id; BLAKE2b comes from hashlib, which is the same
function and faster to reach. Callers see bytes and ``None`` for "does not verify", so
that each of them raises its own kind of refusal.
"""

import hashlib
import hmac

import nacl.bindings
import nacl.exceptions
import nacl.pwhash.argon2id

from schemas.constants import AEAD_NONCE_BYTES, AEAD_TAG_BYTES, KEY_BYTES, SIGNATURE_BYTES
from schemas.envelope.entropy import Entropy

_SEAL_NONCE_BYTES = 24


def blake2b(*parts: bytes, size: int, person: str, key: bytes = b"") -> bytes:
    """Hash with BLAKE2b, keyed or not, under a personalisation.

    Args:
        parts: What is hashed, joined.
        size: Digest length in bytes, 1 to 64.
        person: ASCII, at most 16 characters.
        key: At most 64 bytes.

    Returns:
        ``size`` bytes.
    """
    digest = hashlib.blake2b(digest_size=size, key=key, person=person.encode("ascii"))
    for part in parts:
        digest.update(part)
    return digest.digest()


def sha256(data: bytes) -> bytes:
    """Hash with SHA-256: the hash people check evidence with."""
    return hashlib.sha256(data).digest()


def equal(a: bytes, b: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(a, b)


def x25519_public(secret: bytes) -> bytes:
    """Derive the X25519 public key of a 32-byte secret."""
    return nacl.bindings.crypto_scalarmult_base(secret)


def seal_to(public: bytes, message: bytes, entropy: Entropy) -> bytes:
    """Seal to a public key, byte for byte what ``crypto_box_seal`` gives.

    The ephemeral key comes from ``entropy`` so that vectors can be made.

    Args:
        public: 32-byte X25519 key.
        message: Any bytes.
        entropy: Gives the 32-byte ephemeral secret.

    Returns:
        Ephemeral public key, tag and ciphertext: 48 bytes more than the message.
    """
    secret = entropy(KEY_BYTES)
    ephemeral = x25519_public(secret)
    nonce = hashlib.blake2b(ephemeral + public, digest_size=_SEAL_NONCE_BYTES).digest()
    return ephemeral + nacl.bindings.crypto_box(message, nonce, public, secret)


def open_sealed(public: bytes, secret: bytes, sealed: bytes) -> bytes | None:
    """Open what ``seal_to`` made, or return None when it is for somebody else."""
    try:
        return nacl.bindings.crypto_box_seal_open(sealed, public, secret)
    except nacl.exceptions.CryptoError:
        return None


def x25519_shared(secret: bytes, public: bytes) -> bytes | None:
    """Agree on 32 bytes, or return None for a public key that makes them the same for everybody."""
    try:
        return nacl.bindings.crypto_scalarmult(secret, public)
    except (nacl.exceptions.CryptoError, RuntimeError):
        return None


def aead_seal(key: bytes, nonce: bytes, ad: bytes, plaintext: bytes) -> bytes:
    """Encrypt with XChaCha20-Poly1305-IETF; the result is 16 bytes longer."""
    return nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, ad, nonce, key)


def aead_open(key: bytes, nonce: bytes, ad: bytes, ciphertext: bytes) -> bytes | None:
    """Decrypt with XChaCha20-Poly1305-IETF, or return None when it does not verify."""
    if len(nonce) != AEAD_NONCE_BYTES or len(ciphertext) < AEAD_TAG_BYTES:
        return None
    try:
        return nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, ad, nonce, key)
    except nacl.exceptions.CryptoError:
        return None


def ed25519_public(seed: bytes) -> bytes:
    """Derive the Ed25519 public key of a 32-byte seed."""
    public, _ = nacl.bindings.crypto_sign_seed_keypair(seed)
    return public


def ed25519_expand(seed: bytes) -> bytes:
    """Expand a 32-byte seed into libsodium's 64-byte secret key, once for many signatures."""
    _, secret = nacl.bindings.crypto_sign_seed_keypair(seed)
    return secret


def ed25519_sign(expanded: bytes, message: bytes) -> bytes:
    """Sign with an expanded key; 64 bytes."""
    return nacl.bindings.crypto_sign(message, expanded)[:SIGNATURE_BYTES]


def ed25519_verify(public: bytes, message: bytes, sig: bytes) -> bool:
    """Tell whether a signature is good."""
    if len(sig) != SIGNATURE_BYTES or len(public) != KEY_BYTES:
        return False
    try:
        nacl.bindings.crypto_sign_open(sig + message, public)
    except nacl.exceptions.CryptoError:
        return False
    return True


def argon2id(
    passphrase: bytes, salt: bytes, *, passes: int, memory_bytes: int, size: int = KEY_BYTES
) -> bytes:
    """Derive a key from a passphrase with Argon2id.

    Args:
        passphrase: What a person typed, UTF-8.
        salt: 16 bytes.
        passes: Time cost.
        memory_bytes: Memory cost.
        size: Length of the key in bytes.

    Returns:
        The key.
    """
    return nacl.pwhash.argon2id.kdf(size, passphrase, salt, opslimit=passes, memlimit=memory_bytes)
