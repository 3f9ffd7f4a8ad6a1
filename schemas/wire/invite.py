"""Bridge lines and invites: where a relay is, and whose desk it serves.

Spec: docs/spec/directory.md section 1
"""

import ipaddress
import re
from urllib.parse import quote, unquote, urlsplit

from schemas.constants import (
    BRIDGE_WORD,
    MAX_DESK_NAME_CHARACTERS,
    MAX_URL_CHARACTERS,
    PUBLIC_KEY_BYTES,
)
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RelayKey, RootKey
from schemas.errors import InviteError
from schemas.wire.codec import from_base64url, to_base64url

_FIELD = re.compile(r"([a-z]{1,16})=([!-~]{1,512})")
_LEAST_FIELDS = 3  # the word, the URL and the relay key
_MOST_FIELDS = 16
_FRAGMENT = f"#{BRIDGE_WORD}."


def parse_bridge_line(line: str) -> BridgeLine:
    """Read a bridge line; ``d`` and ``n`` may be missing.

    Raises:
        InviteError: When it breaks a rule.
    """
    parts = line.split(" ")
    if parts[0] != BRIDGE_WORD or not _LEAST_FIELDS <= len(parts) <= _MOST_FIELDS:
        raise InviteError(hint="an invite begins with tocsin1 and an address")
    url = _checked_url(parts[1])
    values: dict[str, str] = {}
    for part in parts[2:]:
        match = _FIELD.fullmatch(part)
        if match is None or match[1] in values:
            raise InviteError(hint="a field is not written as key=value, or stands twice")
        values[match[1]] = match[2]
    relay_key = _key(values.pop("k", ""))
    root_text, name_text = values.pop("d", None), values.pop("n", None)
    return BridgeLine(
        url=url,
        relay_key=RelayKey(relay_key),
        root_key=RootKey(_key(root_text)) if root_text is not None else None,
        name=_name(name_text) if name_text is not None else None,
        extra=tuple(values.items()),
    )


def parse_invite(text: str) -> BridgeLine:
    """Read an invite: an invite link or a bridge line with ``d`` and ``n``.

    Args:
        text: What a person pasted, scanned or opened; white space around it is dropped.

    Returns:
        A bridge line whose root key and name are set.

    Raises:
        InviteError: When it is neither, or lacks root key or name.
    """
    stripped = text.strip()
    _, mark, fragment = stripped.partition(_FRAGMENT)
    if mark:
        try:
            stripped = from_base64url(fragment).decode("utf-8")
        except ValueError as error:
            raise InviteError(hint="the link was cut or changed; ask for it again") from error
    bridge = parse_bridge_line(stripped)
    if bridge.root_key is None or bridge.name is None:
        raise InviteError(hint="this is a relay's address without the desk's key")
    return bridge


def format_bridge_line(bridge: BridgeLine) -> str:
    """Write a bridge line, or an invite when root key and name are set."""
    parts = [BRIDGE_WORD, bridge.url, f"k={to_base64url(bridge.relay_key)}"]
    if bridge.root_key is not None:
        parts.append(f"d={to_base64url(bridge.root_key)}")
    if bridge.name is not None:
        parts.append(f"n={quote(bridge.name, safe='')}")
    parts.extend(f"{key}={value}" for key, value in bridge.extra)
    return " ".join(parts)


def invite_link(app_url: str, bridge: BridgeLine) -> str:
    """Write an invite as a link that opens the phone app; what counts stands in the fragment."""
    return app_url + _FRAGMENT + to_base64url(format_bridge_line(bridge).encode("utf-8"))


def _checked_url(url: str) -> str:
    if len(url) > MAX_URL_CHARACTERS or not url.isascii():
        raise InviteError(hint="the address is too long")
    try:
        split = urlsplit(url)
        _ = split.port
    except ValueError as error:
        raise InviteError(hint="the address is not a URL") from error
    if not split.hostname or split.fragment or split.username is not None:
        raise InviteError(hint="the address is not a URL of a relay")
    if split.scheme == "https" or (split.scheme == "http" and _may_be_plain(split.hostname)):
        return url
    raise InviteError(hint="the address must begin with https://")


def _may_be_plain(host: str) -> bool:
    """Allow http where no network is crossed in clear: loopback and onion hosts."""
    if host == "localhost" or host.endswith(".onion"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _key(text: str) -> bytes:
    try:
        key = from_base64url(text)
    except ValueError:
        key = b""
    if len(key) != PUBLIC_KEY_BYTES:
        raise InviteError(hint="a key is missing or cut")
    return key


def _name(text: str) -> str:
    try:
        name = unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise InviteError(hint="the desk's name is not UTF-8") from error
    if not 1 <= len(name) <= MAX_DESK_NAME_CHARACTERS or not name.isprintable():
        raise InviteError(hint="the desk's name is too long or holds control characters")
    return name
