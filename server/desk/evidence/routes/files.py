"""Giving originals out: to be saved, or, for a few kinds of image, to be shown."""

from itertools import chain
from typing import Final

from flask import abort
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session, start_writing
from server.desk.evidence.errors import NoSuchFileError
from server.desk.evidence.kinds import image_kind
from server.desk.evidence.routes.room import blueprint, saved, shown
from server.desk.evidence.store import OpenFile, open_file
from server.desk.keys.keyring import keyring

HEAD_BYTES: Final = 16


@blueprint.get("/<attachment_id>")
@requires(Role.READER)
def attachment(attachment_id: str) -> ResponseReturnValue:
    """Show an image under a policy that allows it nothing; save everything else."""
    file = _opened(attachment_id)
    first = next(file.parts, b"")
    parts = chain([first], file.parts)
    kind = image_kind(first[:HEAD_BYTES])
    if kind is None:
        return saved(parts, file.view.name, file.view.size_bytes)
    return shown(parts, kind, file.view.size_bytes)


@blueprint.get("/<attachment_id>/save")
@requires(Role.READER)
def save(attachment_id: str) -> ResponseReturnValue:
    """Save a file under the name its sender gave it."""
    file = _opened(attachment_id)
    return saved(file.parts, file.view.name, file.view.size_bytes)


def _opened(attachment_id: str) -> OpenFile:
    session = desk_session()
    start_writing(session)
    try:
        file = open_file(session, keyring(), attachment_id, logged_in().actor)
    except NoSuchFileError:
        abort(404)
    session.commit()
    return file
