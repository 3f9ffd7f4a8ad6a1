"""Folders of files as answers: the decoy web site and the phone app.

Theory of operation: a folder is read once, into memory, and again only after a restart; a request
path is looked up in that list and never joined to a file path, so there is nothing to traverse.
Text is kept gzipped as well. Answers carry a strong ETag, the hash of the content, so that a
phone on a thin line asks "still the same?" for a few bytes.

A file whose name holds a hash of its content can be kept for ever; an index page or a service
worker must be asked for each time, or a correction would never arrive.
"""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Request, Response

from schemas.envelope.primitives import sha256

NOT_FOUND_PAGE: Final = "404.html"
INDEX_PAGE: Final = "index.html"

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"

_HASHED_NAME: Final = re.compile(
    r"[.-](?:[A-Z2-7]{8}|(?=[0-9a-f]*[0-9])[0-9a-f]{8,64})\.[a-z0-9]+$"
)
"""The phone's builder names files `main-XVOFVO67.js`; others use lower-case hex."""

_COMPRESSIBLE: Final = re.compile(r"^text/|json|javascript|xml|wasm|manifest")
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".map": "application/json",
}
_GZIP_GAIN: Final = 0.9
"""A gzipped copy is kept when it is at least a tenth smaller."""


@dataclass(frozen=True)
class Page:
    """One file as it is sent.

    Attributes:
        content: Its bytes.
        zipped: The same gzipped, or None where that gains nothing.
        media_type: Content-Type.
        cache: Cache-Control.
        etag: Hash of the content.
    """

    content: bytes
    zipped: bytes | None
    media_type: str
    cache: str
    etag: str


class Folder:
    """The files of one folder, by their path in it."""

    def __init__(self, root: Path) -> None:
        """Read a folder.

        Args:
            root: The folder; one that does not exist has no files.
        """
        self._pages: dict[str, Page] = {}
        if root.is_dir():
            for path in sorted(root.rglob("*")):
                name = path.relative_to(root).as_posix()
                if path.is_file() and not any(part.startswith(".") for part in name.split("/")):
                    self._pages[name] = _page(path)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return name in self._pages

    def __getitem__(self, name: str) -> Page:
        """Give a file."""
        return self._pages[name]

    def find(self, path: str) -> Page | None:
        """Find what a URL path means.

        Args:
            path: Without its leading slash; empty or ending in a slash for an index page.

        Returns:
            The page, or None. The page for unknown paths is not one itself.
        """
        name = f"{path}{INDEX_PAGE}" if not path or path.endswith("/") else path
        return None if name == NOT_FOUND_PAGE else self._pages.get(name)


def send(page: Page, request: Request, status: int = 200) -> Response:
    """Answer with a file.

    Args:
        page: The file.
        request: Decides about gzip and about "not modified".
        status: HTTP status.

    Returns:
        The response, without security headers.
    """
    zipped = page.zipped if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = Response(page.content if zipped is None else zipped, status=status)
    response.headers["Content-Type"] = page.media_type
    response.headers["Cache-Control"] = page.cache
    if page.zipped is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if zipped is not None:
        response.headers["Content-Encoding"] = "gzip"
    if status == 200:  # noqa: PLR2004 - only a page that exists can be unchanged
        response.headers["ETag"] = f'"{page.etag}{"-gz" if zipped is not None else ""}"'
        response.make_conditional(request)
    return response


def _page(path: Path) -> Page:
    content = path.read_bytes()
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    media_type = media_type or "application/octet-stream"
    zipped = None
    if _COMPRESSIBLE.search(media_type):
        # No time of day inside: the same file gives the same bytes on every relay.
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        zipped = packed if len(packed) < _GZIP_GAIN * len(content) else None
    cache = FOR_EVER if _HASHED_NAME.search(path.name) else ASK_AGAIN
    return Page(content, zipped, media_type, cache, sha256(content)[:16].hex())
