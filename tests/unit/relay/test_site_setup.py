"""The configuration of the web server in front of a relay."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from server.relay.channels import add_channel
from server.relay.home import init_home
from server.relay.site_setup import SiteSetup, SiteSetupError, caddy_config, nginx_config

SETUP = SiteSetup(host="www.example.org", root=Path("/srv/site"))
Writer = Callable[[SiteSetup], str]
WRITERS: list[Writer] = [nginx_config, caddy_config]


@pytest.mark.parametrize("write", WRITERS)
def test_everything_is_filled_in(write: Writer) -> None:
    text = write(SETUP)
    assert not re.search(r"@[A-Z_]+@", text)
    for word in ("www.example.org", "/srv/site", "127.0.0.1:8470"):
        assert word in text


@pytest.mark.parametrize("write", WRITERS)
def test_configuration_holds_no_secret(write: Writer, tmp_path: Path) -> None:
    home = init_home(tmp_path / "relay")
    channel = add_channel(home.folder, "posters")
    text = write(SETUP)
    assert channel.path not in text
    assert home.paths[0] not in text
    assert not re.search(r"[A-Za-z0-9_-]{22}(?![A-Za-z0-9_.-])", _without_comments(text))


def _without_comments(text: str) -> str:
    """Leave out comments and the long names of directives."""
    lines = [line for line in text.splitlines() if not line.strip().startswith("#")]
    return re.sub(r"\b[a-z_]+\b", "", "\n".join(lines))


@pytest.mark.parametrize("write", WRITERS)
def test_no_log_no_address_and_no_second_protocol(write: Writer) -> None:
    text = _directives(write(SETUP))
    if write is nginx_config:
        assert "access_log off;" in text
        assert "error_log /dev/null emerg;" in text
        assert "http2" not in text
        assert "proxy_request_buffering off;" in text
        assert "proxy_max_temp_file_size 0;" in text
        assert "ssl_session_tickets on;" in text
    else:
        assert "output discard" in text
        assert "admin off" in text
        assert "protocols h1\n" in text


def _directives(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))


@pytest.mark.parametrize("write", WRITERS)
def test_app_is_served_only_when_it_is_wanted(write: Writer) -> None:
    assert "/app/" not in write(SETUP)
    text = write(SiteSetup(host="a.org", root=Path("/s"), phone=Path("/srv/phone")))
    assert "/app/" in text
    assert "/srv/phone" in text
    assert "wasm-unsafe-eval" in text


def test_nginx_takes_certbots_files_unless_told_others() -> None:
    assert "/etc/letsencrypt/live/www.example.org/fullchain.pem" in nginx_config(SETUP)
    other = SiteSetup(host="a.org", root=Path("/s"), certificate=Path("/c"), key=Path("/k"))
    assert "ssl_certificate /c;" in nginx_config(other)
    assert "tls /c /k" in caddy_config(other)


def test_nginx_listens_on_both_families_unless_told_an_address() -> None:
    assert "listen [::]:443 ssl default_server;" in nginx_config(SETUP)
    alone = nginx_config(SiteSetup(host="a.org", root=Path("/s"), address="127.0.0.1"))
    assert "listen 127.0.0.1:443 ssl default_server;" in alone
    assert "[::]" not in alone


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"host": "a b"}, "host name"),
        ({"host": "a;return 200"}, "host name"),
        ({"host": ""}, "host name"),
        ({"root": Path("/srv/my site")}, "without spaces"),
        ({"root": Path("/srv/a;b")}, "without spaces"),
        ({"relay": "127.0.0.1:1; }"}, "without spaces"),
        ({"certificate": Path("/c")}, "together"),
    ],
)
def test_what_a_configuration_would_misread_is_refused(
    changes: dict[str, object], words: str
) -> None:
    given: dict[str, object] = {"host": "a.org", "root": Path("/s")} | changes
    with pytest.raises(SiteSetupError, match=words):
        SiteSetup(**given)  # type: ignore[arg-type]
