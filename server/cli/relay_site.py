"""`relay site`: write the configuration of the web server in front of a relay."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from server.plumbing.config import RelayConfig
from server.relay.pages import INDEX_PAGE, NOT_FOUND_PAGE
from server.relay.site_setup import SiteSetup, SiteSetupError, caddy_config, nginx_config

EXAMPLE = (
    "example: python -m server relay site --nginx --host www.example.org --root /srv/site "
    "--out /etc/nginx/nginx.conf"
)


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--nginx", action="store_true", help="write a whole nginx.conf")
    which.add_argument("--caddy", action="store_true", help="write a whole Caddyfile")
    parser.add_argument("--host", required=True, metavar="NAME", help="the site's host name")
    parser.add_argument(
        "--root",
        required=True,
        type=Path,
        metavar="DIR",
        help="folder of an ordinary static site with index.html and 404.html",
    )
    parser.add_argument(
        "--relay",
        default="127.0.0.1:8470",
        metavar="ADDRESS:PORT",
        help="where the relay listens (127.0.0.1:8470)",
    )
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="certificate chain")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its key")
    parser.add_argument(
        "--with-app",
        action="store_true",
        help="also serve the phone app at /app/, which shows everybody what this machine is",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here instead of printing")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print or write a configuration; no secret path stands in it."""
    root = arguments.root.absolute()
    for page in (INDEX_PAGE, NOT_FOUND_PAGE):
        if not (root / page).is_file():
            raise SiteSetupError(f"the site's folder needs a page {page}: make one first")
    setup = SiteSetup(
        host=arguments.host,
        root=root,
        relay=arguments.relay,
        certificate=_absolute(arguments.certificate),
        key=_absolute(arguments.key),
        phone=RelayConfig.phone_dist_path if arguments.with_app else None,
    )
    text = nginx_config(setup) if arguments.nginx else caddy_config(setup)
    if arguments.out is None:
        print(text, end="")
    else:
        arguments.out.write_text(text, "utf-8")
        print(f"written: {arguments.out}")
    return 0


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()
