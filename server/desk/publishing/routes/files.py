"""The files a receiver fetches, behind the same login as everything else."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.keys.reading import name_reading
from server.desk.publishing.exporting import Export, Format, export, export_cap
from server.desk.publishing.routes.room import blueprint
from server.desk.publishing.store import publication_named


@blueprint.get("/publications/files/<wanted>")
@requires(Role.READER)
def all_of(wanted: str) -> ResponseReturnValue:
    """Give everything published in one format."""
    try:
        chosen = Format(wanted)
    except ValueError:
        abort(404)
    made = export(desk_session(), keyring(), chosen)
    return _saved(made, "publications", {"format": chosen.value})


@blueprint.get("/publications/<publication_id>/cap")
@requires(Role.READER)
def one_cap(publication_id: str) -> ResponseReturnValue:
    """Give one message exactly as it left."""
    made = export_cap(publication_named(desk_session(), keyring(), publication_id))
    return _saved(made, f"publication:{publication_id}", {"format": Format.CAP.value})


def _saved(made: Export, subject: str, detail: dict[str, str | int]) -> Response:
    """Answer with a file, and write down who took it."""
    name_reading("publication.fetch", subject, detail)
    response = Response(made.text, content_type=f"{made.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    return response
