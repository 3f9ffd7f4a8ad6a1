"""Every format a publication leaves in, by the name that addresses and commands use."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from server.desk.context import now
from server.desk.keys.keyring import Keyring
from server.desk.keys.profile import profile
from server.desk.publishing import atom, cap, geojson, hxl
from server.desk.publishing.errors import NothingPublishedError
from server.desk.publishing.store import PublicationView, publications


class Format(StrEnum):
    """Formats by name."""

    CAP = "cap"
    GEOJSON = "geojson"
    HXL = "hxl"
    ATOM = "atom"


@dataclass(frozen=True, slots=True)
class Export:
    """A file: its text, its media type, and a name for it."""

    text: str
    media_type: str
    file_name: str


def export(session: Session, ring: Keyring, wanted: Format) -> Export:
    """Write what was published.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        wanted: CAP gives the newest message; GeoJSON and HXL the alerts that stand; Atom all.

    Raises:
        NothingPublishedError: Nothing was published, or for GeoJSON and HXL nothing stands.
    """
    found = publications(session, ring)
    standing = [view for view in found if view.stands]
    if not (found if wanted in {Format.CAP, Format.ATOM} else standing):
        raise NothingPublishedError(
            "nothing is published: sign an assessment and publish it first, "
            "with `desk assess`, `desk sign` and `desk publish` or on the pages"
        )
    return _WRITERS[wanted](session, found, standing)


def export_cap(view: PublicationView) -> Export:
    """Give one message exactly as it left."""
    return Export(view.cap, cap.MEDIA_TYPE, f"{view.alert.identifier}.cap.xml")


def _cap(
    _session: Session, found: Sequence[PublicationView], _standing: Sequence[PublicationView]
) -> Export:
    return export_cap(found[0])


def _geojson(
    _session: Session, _found: Sequence[PublicationView], standing: Sequence[PublicationView]
) -> Export:
    text = geojson.write_geojson([view.alert for view in standing])
    return Export(text, geojson.MEDIA_TYPE, "alerts.geojson")


def _hxl(
    _session: Session, _found: Sequence[PublicationView], standing: Sequence[PublicationView]
) -> Export:
    return Export(hxl.write_hxl([view.alert for view in standing]), hxl.MEDIA_TYPE, "alerts.csv")


def _atom(
    session: Session, found: Sequence[PublicationView], _standing: Sequence[PublicationView]
) -> Export:
    desk = profile(session)
    text = atom.write_atom(
        [view.alert for view in found],
        desk_id=desk.desk_id.hex(),
        desk_name=desk.name,
        now=now(),
    )
    return Export(text, atom.MEDIA_TYPE, "publications.atom")


_WRITERS = {
    Format.CAP: _cap,
    Format.GEOJSON: _geojson,
    Format.HXL: _hxl,
    Format.ATOM: _atom,
}
