"""nginx before a subject's server, as it is deployed: TLS 1.3, HTTP/1.1, kept connections, tickets.

Every subject gets the same one, so that what differs is the protocol. Its log holds a line per
request, written when the request ends however it ends: sizes and connections are counted there and
not by the subject.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.lab.certificates import Certificate
from tests.lab.children import Child, ChildError
from tests.lab.clock import now_seconds, wait_seconds
from tests.lab.namespaces import Namespace

_READY_SECONDS: Final = 90.0  # on a machine where nine other cells start
_LOG: Final = (
    '"$connection $connection_requests $request_length $bytes_sent $status '
    '$msec $ssl_session_reused"'
)
_CONFIG: Final = """\
daemon off;
worker_processes 1;
user root;
pid {folder}/nginx.pid;
error_log {folder}/nginx-errors.log warn;
events {{ worker_connections 512; }}
http {{
  log_format lab {log};
  access_log {folder}/requests.log lab;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  upstream app {{ server 127.0.0.1:{port}; keepalive 16; }}
  server {{
    listen 443 ssl;
    server_name {host};
    ssl_certificate {chain};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.3;
    ssl_session_tickets on;
    keepalive_timeout 75s;
    keepalive_requests 10000;
    client_max_body_size 32m;
    client_body_timeout 300s;
    client_body_buffer_size 1k;
    send_timeout 300s;
    tcp_nodelay on;
    location / {{
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
      proxy_request_buffering off;
      proxy_read_timeout 300s;
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as nginx saw it.

    Attributes:
        connection: Number of its connection.
        request_bytes: Line, headers and as much of the body as arrived.
        answer_bytes: Sent back.
        status: 499 when the client went away first.
        ended_seconds: By the machine's clock.
        is_resumed: The TLS session was resumed.
    """

    connection: int
    request_bytes: int
    answer_bytes: int
    status: int
    ended_seconds: float
    is_resumed: bool


class Front:
    """A running nginx in a side's namespace."""

    def __init__(
        self,
        side: Namespace,
        host: str,
        certificate: Certificate,
        port: int,
        folder: Path,
        nice: int = 0,
    ) -> None:
        """Start it and wait until it takes connections.

        Args:
            side: Where.
            host: Its name.
            certificate: For that name.
            port: Of the subject's server on loopback there.
            folder: For configuration and log.
            nice: How willing to wait for others.
        """
        folder.mkdir(exist_ok=True)
        self._log = folder / "requests.log"
        config = folder / "nginx.conf"
        config.write_text(
            _CONFIG.format(
                folder=folder,
                log=_LOG,
                port=port,
                host=host,
                chain=certificate.chain,
                key=certificate.key,
            )
        )
        errors = folder / "nginx-errors.log"
        command = ("nginx", "-p", str(folder), "-e", str(errors), "-c", str(config))
        self.child = side.start(*command, log=errors, nice=nice)
        wait_for_port(side, 443, self.child)

    def requests(self) -> list[Asked]:
        """Read what was asked so far."""
        return list(_read(self._log.read_text().splitlines())) if self._log.exists() else []


def wait_for_port(side: Namespace, port: int, child: Child) -> None:
    """Wait until something listens on a TCP port of a namespace.

    Raises:
        ChildError: Nothing does, or the program that should have ended.
    """
    end = now_seconds() + _READY_SECONDS
    while now_seconds() < end and child.is_running:
        if side.run("ss", "-Hltn", f"sport = :{port}").strip():
            return
        wait_seconds(0.05)
    raise ChildError(f"nothing listens on port {port}: {child.tail()}")


def _read(lines: Iterable[str]) -> Iterable[Asked]:
    for line in lines:
        words = line.split()
        numbers = [int(word) for word in words[:5]]
        is_resumed = words[6:] == ["r"]
        yield Asked(numbers[0], numbers[2], numbers[3], numbers[4], float(words[5]), is_resumed)
