"""The web server in front of a relay: its configuration, filled in for one machine.

Theory of operation: `deploy/nginx/nginx.conf` and `deploy/caddy/Caddyfile` are whole
configurations with names between @ signs where machines differ. None of the names is a secret:
the web server does not know the relay's paths, so that it cannot answer one of them otherwise
than it answers a path that does not exist. This module fills them in and judges what is given;
it writes no file and asks nothing of the machine.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.plumbing.config import REPOSITORY
from server.plumbing.headers import PHONE_POLICY
from server.relay.errors import RelayError

NGINX_TEMPLATE: Final = REPOSITORY / "deploy" / "nginx" / "nginx.conf"
CADDY_TEMPLATE: Final = REPOSITORY / "deploy" / "caddy" / "Caddyfile"

_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_WORD: Final = re.compile(r"[A-Za-z0-9/._:\[\]-]+")
_NAME: Final = re.compile(r"@[A-Z_]+@")


class SiteSetupError(RelayError):
    """What is given cannot stand in a configuration; the text says what can."""


@dataclass(frozen=True)
class SiteSetup:
    """What differs from machine to machine.

    Attributes:
        host: Name of the site, as in its certificate.
        root: Folder of the static site; it holds `index.html` and `404.html`.
        relay: `address:port` on which the relay listens.
        certificate: File of the certificate chain; None lets Caddy get one by itself.
        key: File of its key; given together with the certificate.
        phone: Folder of the phone app shown at `/app/`; None shows none, which is the rule.
        address: Listen on this address only; None for every one, IPv4 and IPv6.
        https_port: TCP port for HTTPS.
        http_port: TCP port that sends browsers to HTTPS.
        user: Whom nginx's workers run as.
        state: Folder of nginx's pid file.
    """

    host: str
    root: Path
    relay: str = "127.0.0.1:8470"
    certificate: Path | None = None
    key: Path | None = None
    phone: Path | None = None
    address: str | None = None
    https_port: int = 443
    http_port: int = 80
    user: str = "www-data"
    state: Path = Path("/run")

    def __post_init__(self) -> None:
        """Refuse what would be read as something else in a configuration.

        Raises:
            SiteSetupError: A name or path has a character that a configuration gives a meaning.
        """
        if not _HOST.fullmatch(self.host):
            raise SiteSetupError("give the site's host name, for example --host www.example.org")
        paths = (self.root, self.certificate, self.key, self.phone, self.state)
        words = [self.relay, self.user, *(str(path) for path in paths if path is not None)]
        if not all(_WORD.fullmatch(word) for word in words):
            raise SiteSetupError("give paths of letters, digits and / . _ - only, without spaces")
        if (self.certificate is None) != (self.key is None):
            raise SiteSetupError("give --certificate and --key together, or neither")


def nginx_config(setup: SiteSetup) -> str:
    """Fill in nginx's configuration.

    Args:
        setup: The machine; without a certificate, where certbot puts the host's.

    Returns:
        The text of `nginx.conf`.
    """
    live = Path("/etc/letsencrypt/live") / setup.host
    return _filled(
        NGINX_TEMPLATE.read_text("utf-8"),
        {
            "USER": setup.user,
            "STATE": str(setup.state),
            "HOST": setup.host,
            "ROOT": str(setup.root),
            "RELAY": setup.relay,
            "CERTIFICATE": str(setup.certificate or live / "fullchain.pem"),
            "KEY": str(setup.key or live / "privkey.pem"),
            "LISTEN_HTTP": _nginx_listen(setup, setup.http_port, "default_server"),
            "LISTEN_HTTPS": _nginx_listen(setup, setup.https_port, "ssl default_server"),
            "APP": _nginx_app(setup),
        },
    )


def caddy_config(setup: SiteSetup) -> str:
    """Fill in Caddy's configuration.

    Args:
        setup: The machine; without a certificate Caddy gets one by itself.

    Returns:
        The text of the `Caddyfile`.
    """
    own = setup.certificate is not None
    ports = [f"http_port {setup.http_port}", f"https_port {setup.https_port}"]
    is_usual = (setup.http_port, setup.https_port) == (80, 443)
    tls = [f"tls {setup.certificate} {setup.key}"] if own else []
    bind = [] if setup.address is None else [f"bind {setup.address}"]
    return _filled(
        CADDY_TEMPLATE.read_text("utf-8"),
        {
            "GLOBAL": "\n\t".join([] if is_usual else ports),
            "HOST": setup.host,
            "PORT": "" if is_usual else f":{setup.https_port}",
            "TLS": "\n\t".join(tls + bind),
            "ROOT": str(setup.root),
            "RELAY": setup.relay,
            "APP": _caddy_app(setup),
        },
    )


def _nginx_listen(setup: SiteSetup, port: int, words: str) -> str:
    if setup.address is not None:
        return f"listen {setup.address}:{port} {words};"
    return f"listen {port} {words};\n\t\tlisten [::]:{port} {words};"


def _nginx_app(setup: SiteSetup) -> str:
    if setup.phone is None:
        return ""
    return (
        "\n\t\tlocation /app/ {\n"
        f"\t\t\talias {setup.phone}/;\n"
        "\t\t\tindex index.html;\n"
        "\t\t\tgzip_static on;\n"
        "\t\t\tadd_header Cache-Control no-cache;\n"
        "\t\t\tadd_header X-Content-Type-Options nosniff;\n"
        f'\t\t\tadd_header Content-Security-Policy "{PHONE_POLICY}";\n'
        "\t\t}\n"
    )


def _caddy_app(setup: SiteSetup) -> str:
    if setup.phone is None:
        return ""
    return (
        "handle_path /app/* {\n"
        f"\t\troot * {setup.phone}\n"
        "\t\theader Cache-Control no-cache\n"
        "\t\theader X-Content-Type-Options nosniff\n"
        f'\t\theader Content-Security-Policy "{PHONE_POLICY}"\n'
        "\t\tfile_server {\n"
        "\t\t\tprecompressed br gzip\n"
        "\t\t}\n"
        "\t}"
    )


def _filled(template: str, words: dict[str, str]) -> str:
    filled = _NAME.sub(lambda found: words[found.group()[1:-1]], template)
    # A name that is filled with nothing leaves no line of blanks behind.
    return re.sub(r"\n[ \t]+(?=\n)", "\n", filled)
