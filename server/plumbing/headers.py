"""Security headers, one table for every page either program answers with.

Theory of operation: a page states its content security policy by name; everything else is the
same for all. Nothing may be framed, sniffed, or told where a reader came from. There is no
`Server` name and no cookie here; sessions are the desk's business.
"""

from typing import Final

from flask import Response

COMMON: Final[dict[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self), usb=()",
}
"""What every answer of either program carries."""

SITE_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""For the plain web site of a relay."""

PHONE_POLICY: Final = (
    "default-src 'self'; connect-src *; img-src 'self' blob: data:; media-src 'self' blob:; "
    "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""For the phone app: it talks to whatever relays an invite names, and runs no third party."""

DESK_POLICY: Final = (
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""For the desk's pages: no inline script or style."""


def secure(response: Response, policy: str) -> Response:
    """Set the common headers and a content security policy.

    Args:
        response: What is about to be sent; changed in place.
        policy: One of the policies above.

    Returns:
        The same response.
    """
    for name, value in COMMON.items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = policy
    return response
