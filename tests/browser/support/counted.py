"""The built phone app on a loopback web server that sends what the build compressed, and counts."""

import hashlib
import mimetypes
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

DIST: Final = Path(__file__).resolve().parents[3] / "client_sync" / "phone" / "dist"
PREFIX: Final = "/app/"
HASHED: Final = re.compile(r"-[A-Z2-7]{8}\.[a-z]+$")
"""What the build names by its content, a browser may keep for ever."""


class CountedApp:
    """A web server as a deployment sets one up: files as they lie, kept by their hashed names."""

    def __init__(self, url: str, folder: Path) -> None:
        """Begin to count what is asked for at an address; another folder is another release."""
        self.folder = folder
        self.sent: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()
        self.body_bytes: Counter[str] = Counter()
        self.url = url
        self.asked: Counter[str] = Counter()
        self.is_held: Callable[[str], bool] = lambda _name: False
        self.is_refused: Callable[[str], bool] = lambda _name: False
        self.let_go = threading.Event()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Send one file, or that there is none."""
        name = request.path.split("?")[0].removeprefix(PREFIX) or "index.html"
        self.asked[name] += 1
        if self.is_held(name):
            # As a connection that has fallen silent: no word, and in the end it breaks.
            self.let_go.wait()
            request.close_connection = True
        elif self.is_refused(name):
            request.send_error(404)
        else:
            self._send(request, name)

    def _send(self, request: BaseHTTPRequestHandler, name: str) -> None:
        path = self.folder / f"{name}.gz"
        packed = path.is_file()
        path = path if packed else self.folder / name
        if not path.is_file():
            request.send_error(404)
            return
        body = path.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            self.unchanged[name] += 1
            request.send_response(304)
            request.send_header("ETag", etag)
            request.end_headers()
            return
        self.sent[name] += 1
        self.body_bytes[name] += len(body)
        request.send_response(200)
        request.send_header("ETag", etag)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        if packed:
            request.send_header("Content-Encoding", "gzip")
        keep = "public, max-age=31536000, immutable" if HASHED.search(name) else "no-cache"
        request.send_header("Cache-Control", keep)
        request.end_headers()
        request.wfile.write(body)


@contextmanager
def counted_app(folder: Path = DIST) -> Iterator[CountedApp]:
    """Serve the built app for a while."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            app.answer(self)

        def log_message(self, *_words: object) -> None:
            """Keep quiet: what was asked is counted."""

    with _serving(Handler) as address:
        app = CountedApp(f"http://{address}{PREFIX}", folder)
        try:
            yield app
        finally:
            app.let_go.set()


@contextmanager
def sandboxed_file(path: Path) -> Iterator[str]:
    """Serve one file in a sandbox, whose origin may keep nothing."""
    page = path.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            policy = "sandbox allow-scripts allow-forms allow-downloads"
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_words: object) -> None:
            """Keep quiet."""

    with _serving(Handler) as address:
        yield f"http://{address}/notes.html"


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
