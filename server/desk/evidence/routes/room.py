"""What all pages of the evidence room share: the blueprint, and how bytes of strangers are sent."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, abort

from server.desk.db import desk_session
from server.desk.evidence.errors import NoSuchFileError
from server.desk.evidence.kinds import SANDBOX
from server.desk.evidence.store import file_of_report
from server.desk.intake.views import AttachmentView, ReportView
from server.desk.keys.keyring import keyring

blueprint: Final = Blueprint("evidence", __name__, url_prefix="/evidence")

SAVED_KIND: Final = "application/octet-stream"


def file_or_404(attachment_id: str) -> tuple[ReportView, AttachmentView]:
    """Find a whole file and its report."""
    try:
        return file_of_report(desk_session(), keyring(), attachment_id)
    except NoSuchFileError:
        abort(404)


def harmless(parts: Iterable[bytes], kind: str, size_bytes: int) -> Response:
    """Send bytes under a policy that allows them nothing."""
    response = Response(parts, mimetype=kind)
    response.headers["Content-Length"] = str(size_bytes)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def shown(parts: Iterable[bytes], kind: str, size_bytes: int) -> Response:
    """Send a picture to be shown."""
    response = harmless(parts, kind, size_bytes)
    response.headers["Content-Disposition"] = "inline"
    return response


def saved(parts: Iterable[bytes], name: str, size_bytes: int) -> Response:
    """Send bytes to be saved under a name."""
    response = harmless(parts, SAVED_KIND, size_bytes)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response
