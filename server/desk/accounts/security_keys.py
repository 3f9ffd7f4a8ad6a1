"""Security keys as second factor: what the browser is asked, and whether its answer is right.

Theory of operation: a key is asked for without naming anybody, so the login page offers it to all
and tells nobody which names exist or have keys; the key itself knows which account it belongs to.
The password is still what opens the person's box: a key alone opens nothing. What a key signs is
bound to the address of the desk, so a page that only looks like the desk gets an answer that is
worth nothing here. No attestation is asked for: it would tell which product somebody carries.

Source: Web Authentication, level 2, sections 7.1 and 7.2.
"""

import json
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from server.desk.accounts.errors import SecurityKeyError

SITE_NAME = "Tocsin"


@dataclass(frozen=True, slots=True)
class Site:
    """The desk as browsers know it: where an answer may come from.

    Attributes:
        origin: Scheme, host and port, as in `https://desk.example`.
    """

    origin: str

    @property
    def host(self) -> str:
        """Give the name that keys are bound to."""
        return urlsplit(self.origin).hostname or ""

    @property
    def has_name(self) -> bool:
        """Tell whether browsers let keys be used here: at a name, never at a bare address."""
        try:
            ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a browser sent for a challenge.

    Attributes:
        site: The desk as this browser knows it.
        challenge: Which it says it answers: untrusted.
        credential_json: What the key said: untrusted.
    """

    site: Site
    challenge: bytes
    credential_json: str

    def __repr__(self) -> str:
        """Hide everything."""
        return "<Answer>"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was shown for the first time."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def registration_options(
    site: Site, *, person_id: str, name: str, known: list[bytes], challenge: bytes
) -> str:
    """Write what a browser is asked when a key is added: JSON.

    Args:
        site: The desk.
        person_id: Random, 16 hex digits; the key keeps it.
        name: The person's, which the browser shows.
        known: Ids of keys that are there already.
        challenge: Fresh random bytes.
    """
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=SITE_NAME,
        user_id=bytes.fromhex(person_id),
        user_name=name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.DISCOURAGED,
        ),
    )
    return options_to_json(options)


def login_options(site: Site, challenge: bytes) -> str:
    """Write what a browser is asked at login: JSON that names nobody."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return options_to_json(options)


def read_registration(answer: Answer) -> NewKey:
    """Check what a key said when it was added.

    Raises:
        SecurityKeyError: It is not the answer to this challenge, at this desk.
    """
    try:
        found = verify_registration_response(
            credential=answer.credential_json,
            expected_challenge=answer.challenge,
            expected_rp_id=answer.site.host,
            expected_origin=answer.site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise SecurityKeyError from error
    return NewKey(found.credential_id, found.credential_public_key, found.sign_count)


def credential_id_of(answer: Answer) -> bytes:
    """Tell which key says it answers: untrusted until `check_login`.

    Raises:
        SecurityKeyError: It is no answer.
    """
    try:
        return bytes(base64url_to_bytes(json.loads(answer.credential_json)["rawId"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SecurityKeyError from error


def check_login(answer: Answer, public_key: bytes, sign_count: int) -> int:
    """Check what a key said at login.

    Args:
        answer: From the browser.
        public_key: Of the key that says it answers.
        sign_count: Its counter, as it was the last time.

    Returns:
        Its counter now.

    Raises:
        SecurityKeyError: It is not this key, this challenge or this desk, or a copy of the key.
    """
    try:
        found = verify_authentication_response(
            credential=answer.credential_json,
            expected_challenge=answer.challenge,
            expected_rp_id=answer.site.host,
            expected_origin=answer.site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise SecurityKeyError from error
    return found.new_sign_count
