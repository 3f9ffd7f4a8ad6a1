"""Turning what a person types into a key.

Theory of operation: Argon2id makes every guess cost 64 MiB and three passes, so that a stolen
disk is guessed slowly. A small gate lets only two derivations run at a time: on a machine of
1 GB a burst of logins waits in line instead of exhausting the memory.

Source: RFC 9106 section 4 (second recommended option: 64 MiB, t = 3).
"""

import unicodedata
from threading import BoundedSemaphore
from typing import Final

from schemas.constants import KEY_BYTES
from schemas.envelope import primitives

SALT_BYTES: Final = 16
PASSES: Final = 3
MEMORY_BYTES: Final = 64 * 1024 * 1024

MIN_PASSWORD_CHARACTERS: Final = 12
MAX_PASSWORD_CHARACTERS: Final = 256
MIN_DIFFERENT_CHARACTERS: Final = 5

_AT_ONCE: Final = BoundedSemaphore(2)


def derive(password: str, salt: bytes) -> bytes:
    """Derive a key from a password or passphrase.

    Args:
        password: As typed; composed and decomposed accents give the same key.
        salt: 16 random bytes kept beside what the key opens.

    Returns:
        32 bytes.
    """
    typed = unicodedata.normalize("NFKC", password).encode()
    with _AT_ONCE:
        return primitives.argon2id(
            typed, salt, passes=PASSES, memory_bytes=MEMORY_BYTES, size=KEY_BYTES
        )


def strong_enough(password: str, name: str = "") -> bool:
    """Tell whether a password may be chosen: long, not one sign repeated, not the name.

    Args:
        password: What was chosen.
        name: Whose it is.

    Returns:
        True for 12 to 256 characters of which at least 5 differ, without the name in it.
    """
    long_enough = MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS
    varied = len(set(password)) >= MIN_DIFFERENT_CHARACTERS
    own_name = bool(name) and name.casefold() in password.casefold()
    return long_enough and varied and not own_name
