"""A relay behind the web server of `deploy/`, on loopback: what P1 probes and X1 watches.

The configuration is the one that `relay site` writes, with ports and folders of a cell; nothing
else is changed, so that what is measured is what is deployed.
"""

import http.client
import json
import shutil
import socket
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from schemas.domain.ids import RelayKey
from schemas.domain.sync import RequestHeader
from schemas.wire.exchange import encode_request_header
from server.relay.channels import read_channels
from server.relay.home import AdmittedDesk, admit_desk, init_home, load_home
from server.relay.pages import NOT_FOUND_PAGE
from server.relay.site_setup import SiteSetup, caddy_config, nginx_config
from tests.lab.certificates import make_authority, make_certificate
from tests.lab.children import Child, ChildError
from tests.lab.clock import now_seconds, wait_seconds
from tests.support.relay_answers import put, read_answer
from tests.support.relays import DESK_ID, PULL, SITE, blob_of

HOST: Final = "localhost"
LOOPBACK: Final = "127.0.0.1"
SERVERS: Final = ("nginx", "caddy")
_READY_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a website is.

    Attributes:
        origin: `https://localhost:port`.
        path: The relay's first secret path.
        authority: Certificate to believe.
    """

    origin: str
    path: str
    authority: Path


class Website:
    """Web server and relay, running between `with` and its end."""

    def __init__(self, server: str, folder: Path) -> None:
        """Name the web server (`nginx` or `caddy`) and a folder."""
        if shutil.which(server) is None:
            raise ChildError(f"{server} is not installed: apt-get install {server}")
        self._server = server
        self.folder = folder
        self.home = folder / "home" / "relay"
        self._ports = [free_port() for _ in range(3)]
        self._stack = ExitStack()
        self._relay: Child | None = None
        authority = make_authority(folder)
        self._certificate = make_certificate(folder, authority, HOST)
        init_home(self.home)
        admit_desk(self.home, AdmittedDesk(DESK_ID, PULL.public))
        self.address = Address(
            f"https://{HOST}:{self._ports[0]}", read_channels(self.home)[0].path, authority.chain
        )

    def __enter__(self) -> Self:
        """Start both and wait until they listen."""
        with ExitStack() as stack:
            self._relay = stack.enter_context(self._start_relay())
            stack.enter_context(self._start_server())
            self._wait_for(self._ports[0])
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        """End both."""
        self._stack.close()

    def stop_relay(self) -> None:
        """End the relay; the web server goes on alone."""
        if self._relay is not None:
            self._relay.stop()

    def setup(self) -> SiteSetup:
        """Say what `relay site` is told."""
        return SiteSetup(
            host=HOST,
            root=self.folder / "site",
            relay=f"{LOOPBACK}:{self._ports[2]}",
            certificate=self._certificate.chain,
            key=self._certificate.key,
            address=LOOPBACK,
            https_port=self._ports[0],
            http_port=self._ports[1],
            user="root",
            state=self.folder,
        )

    def takes_a_report(self, path: str) -> bool:
        """Hand a report over as a phone does; tell whether a signed receipt came."""
        tls = ssl.create_default_context(cafile=self.address.authority)
        connection = http.client.HTTPSConnection(HOST, self._ports[0], timeout=20, context=tls)
        frames = put(blob_of(1))
        connection.request("POST", path, encode_request_header(RequestHeader()) + frames)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != http.client.OK:
            return False
        key = RelayKey(load_home(self.home).key.public)
        return read_answer(key, body, frames).statuses in ([0], [1])

    def files_with(self, path: str) -> list[str]:
        """Name the files outside of the relay's own folder that hold a secret path."""
        secret = path.strip("/").encode("ascii")
        return [
            str(file.relative_to(self.folder))
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and self.home not in file.parents and secret in file.read_bytes()
        ]

    def config(self) -> str:
        """Write the web server's configuration."""
        setup = self.setup()
        return nginx_config(setup) if self._server == "nginx" else caddy_config(setup)

    def _start_relay(self) -> Child:
        environment = {
            "TOCSIN_HOME": str(self.home.parent),
            "TOCSIN_RELAY_PORT": str(self._ports[2]),
            "TOCSIN_RELAY_WORKERS": "2",
            "TOCSIN_RELAY_TRUSTED_PROXIES": "1",
        }
        command = ("python", "-m", "server", "relay", "serve", "--json")
        relay = Child(command, self.folder / "relay.log", environment)
        json.loads(relay.read_line(_READY_SECONDS))
        return relay

    def _start_server(self) -> Child:
        shutil.copytree(SITE, self.folder / "site", dirs_exist_ok=True)
        if not (self.folder / "site" / NOT_FOUND_PAGE).is_file():
            raise ChildError("the site has no page for what does not exist")
        config = self.folder / "server.conf"
        config.write_text(self.config(), "utf-8")
        log = self.folder / "server.log"
        if self._server == "nginx":
            command = ("nginx", "-e", str(log), "-c", str(config), "-g", "daemon off;")
            return Child(command, log)
        homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(self.folder))
        words = ("caddy", "run", "--config", str(config), "--adapter", "caddyfile")
        return Child(words, log, homes)

    def _wait_for(self, port: int) -> None:
        end = now_seconds() + _READY_SECONDS
        while not listens(port):
            if now_seconds() > end:
                raise ChildError(f"{self._server} does not listen")
            wait_seconds(0.05)


def free_port() -> int:
    """Find a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port of the loopback."""
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
