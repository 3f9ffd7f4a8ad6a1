"""The phone app's own web server in the laboratory: files as the build left them, brotli or gzip.

The app stands on a side of its own, as it should in life: its origin is none of the relays'.
"""

from pathlib import Path
from typing import Final

from tests.lab.certificates import Certificate, make_certificate
from tests.lab.front import wait_for_port
from tests.lab.world import MEASURED_NICE, World

DIST: Final = Path(__file__).resolve().parents[2] / "client_sync" / "phone" / "dist"
_BROTLI: Final = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
_CONFIG: Final = """\
daemon off;
worker_processes 1;
user root;
{modules}
pid {folder}/nginx.pid;
error_log {folder}/nginx-errors.log warn;
events {{ worker_connections 512; }}
http {{
  log_format lab '$msec $connection $status $bytes_sent $request_uri';
  access_log {folder}/requests.log lab;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{
    text/html html; text/css css; text/javascript js; text/plain txt;
    image/svg+xml svg; image/png png;
    application/json json; application/manifest+json webmanifest;
  }}
  server {{
    listen 443 ssl;
    server_name {host};
    ssl_certificate {chain};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.3;
    ssl_session_tickets on;
    keepalive_timeout 75s;
    tcp_nodelay on;
    gzip_static on;
    {brotli}
    etag on;
    location /app/ {{
      alias {dist}/;
      index index.html;
      add_header Cache-Control no-cache;
      location ~ "^/app/(.*-[A-Z2-7]{{8}}\\.[a-z]+)$" {{
        alias {dist}/$1;
        add_header Cache-Control "public, max-age=31536000, immutable";
      }}
    }}
  }}
}}
"""


class AppSite:
    """A running web server with the app."""

    def __init__(self, world: World, side: str) -> None:
        """Start it on a side of a world and wait until it takes connections."""
        host = f"{side}.lab"
        self.certificate: Certificate = make_certificate(world.folder, world.authority, host)
        self.url = f"https://{host}/app/"
        self.has_brotli = _BROTLI.exists()
        folder = world.folder / f"app-{side}"
        folder.mkdir()
        self._log = folder / "requests.log"
        config = folder / "nginx.conf"
        config.write_text(
            _CONFIG.format(
                folder=folder,
                host=host,
                chain=self.certificate.chain,
                key=self.certificate.key,
                dist=DIST,
                modules=f"load_module {_BROTLI};" if self.has_brotli else "",
                brotli="brotli_static on;" if self.has_brotli else "",
            )
        )
        command = ("nginx", "-p", str(folder), "-e", str(folder / "errors"), "-c", str(config))
        child = world.start(world.sides[side], *command, nice=MEASURED_NICE)
        wait_for_port(world.sides[side], 443, child)

    def sent(self) -> dict[str, int]:
        """Count what was answered: requests, connections, bytes."""
        lines = [line.split() for line in self._log.read_text().splitlines()]
        return {
            "site_requests": len(lines),
            "site_connections": len({line[1] for line in lines}),
            "site_bytes": sum(int(line[3]) for line in lines),
        }
