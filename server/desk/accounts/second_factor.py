"""The second factor: codes of an authenticator app, and recovery codes for when it is lost.

Theory of operation: a code is taken for its own half minute and the ones beside it, and once: the
step of the last code taken is remembered and nothing at or before it is taken again. Recovery
codes are 80 random bits each, so their plain hash needs no slow derivation.

Source: RFC 6238 (TOTP), section 5.2 on taking a code only once.
"""

import base64
from datetime import datetime
from typing import Final

import pyotp
import segno

from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes

SECRET_BYTES: Final = 20
"""160 bits, what RFC 4226 section 4 asks for."""

STEP_SECONDS: Final = 30
DIGITS: Final = 6
RECOVERY_CODES: Final = 8
RECOVERY_CODE_BYTES: Final = 10
GROUP_CHARACTERS: Final = 4
ISSUER: Final = "Tocsin"


def new_secret() -> str:
    """Make a secret for an authenticator app: 32 signs of base32."""
    return base64.b32encode(random_bytes(SECRET_BYTES)).decode()


def well_formed(secret: str) -> bool:
    """Tell whether a secret that came back in a form is one that `new_secret` could make."""
    try:
        return len(base64.b32decode(secret)) == SECRET_BYTES
    except ValueError:
        return False


def enrolment_symbol(secret: str, name: str) -> str:
    """Draw what an authenticator app scans.

    Args:
        secret: From `new_secret`.
        name: Whose it is, for the app's list.

    Returns:
        An SVG element.
    """
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
    return symbol(address)


def symbol(text: str) -> str:
    """Draw any text as a QR symbol: an SVG element that scales with its page."""
    return str(segno.make(text, micro=False).svg_inline(omitsize=True, svgclass="symbol", border=4))


def matching_step(secret: str, code: str, at: datetime, after_step: int) -> int | None:
    """Find the half minute that a code belongs to.

    Args:
        secret: Of the person.
        code: As typed; spaces are dropped.
        at: Now.
        after_step: The step of the last code taken.

    Returns:
        The step, or None when the code is wrong or was used.
    """
    digits = code.replace(" ", "")
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    current = generator.timecode(at)
    found = None
    for step in (current - 1, current, current + 1):
        right = primitives.equal(generator.generate_otp(step).encode(), digits.encode())
        if right and step > after_step:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Make recovery codes, written in groups of four."""
    return [_grouped(random_bytes(RECOVERY_CODE_BYTES)) for _ in range(RECOVERY_CODES)]


def recovery_digest(person_id: str, code: str) -> bytes:
    """Hash a recovery code as typed: case, spaces and hyphens do not count."""
    plain = "".join(code.split()).replace("-", "").upper()
    return primitives.blake2b(f"{person_id}|{plain}".encode(), size=32, person="t1.recovery")


def _grouped(code: bytes) -> str:
    text = base64.b32encode(code).decode()
    return "-".join(
        text[start : start + GROUP_CHARACTERS] for start in range(0, len(text), GROUP_CHARACTERS)
    )
