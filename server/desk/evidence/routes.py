"""Giving files out: to be saved, or, for a few kinds of image, to be shown."""

from collections.abc import Iterator
from itertools import chain
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session, start_writing
from server.desk.evidence.kinds import SANDBOX, image_kind
from server.desk.evidence.store import NoSuchFileError, OpenFile, open_file
from server.desk.keys.keyring import keyring

blueprint: Final = Blueprint("evidence", __name__, url_prefix="/evidence")

HEAD_BYTES: Final = 16
SAVED_KIND: Final = "application/octet-stream"


@blueprint.get("/<attachment_id>")
@requires(Role.READER)
def attachment(attachment_id: str) -> ResponseReturnValue:
    """Show an image under a policy that allows it nothing; save everything else."""
    file = _opened(attachment_id)
    first = next(file.parts, b"")
    parts = chain([first], file.parts)
    kind = image_kind(first[:HEAD_BYTES])
    if kind is None:
        return _saved(file, parts)
    response = _response(file, parts, kind)
    response.headers["Content-Disposition"] = "inline"
    return response


@blueprint.get("/<attachment_id>/save")
@requires(Role.READER)
def save(attachment_id: str) -> ResponseReturnValue:
    """Save a file under the name its sender gave it."""
    file = _opened(attachment_id)
    return _saved(file, file.parts)


def _opened(attachment_id: str) -> OpenFile:
    session = desk_session()
    start_writing(session)
    try:
        file = open_file(session, keyring(), attachment_id, logged_in().actor)
    except NoSuchFileError:
        abort(404)
    session.commit()
    return file


def _saved(file: OpenFile, parts: Iterator[bytes]) -> Response:
    response = _response(file, parts, SAVED_KIND)
    name = quote(file.view.name, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _response(file: OpenFile, parts: Iterator[bytes], kind: str) -> Response:
    response = Response(parts, mimetype=kind)
    response.headers["Content-Length"] = str(file.view.size_bytes)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
