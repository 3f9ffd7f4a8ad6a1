"""Which area a report speaks of, and an index of what the queue sorts by but the database hides.

Theory of operation: language and place are sealed, so the database cannot filter by them. While
the desk is unlocked the process keeps, per report, its language, its area and its rounded place
in memory, and adds what is new by row number each time it is asked. Nothing of it is written
anywhere, and it is forgotten when the desk is locked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

from flask import current_app
from sqlalchemy.orm import Session

from schemas.constants import COORDINATE_SCALE
from schemas.domain.report import Place
from server.desk.areas.layer import Area, Layer, desk_layer
from server.desk.context import desk_config
from server.desk.intake.store import reports_after
from server.desk.intake.views import ReportView
from server.desk.keys.keyring import Keyring

INDEX_KEY: Final = "tocsin.whereabouts"
BOUNDARIES_FOLDER: Final = "boundaries"
READ_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, repr=False)
class Whereabouts:
    """What of a report can be filtered by.

    Attributes:
        area: Code of the first-level area, or empty when no area is known.
        country: Three-letter code, or empty.
        author: Key of the install that sent it, or None.
        about: The report it follows, or None.
    """

    row_id: int
    report_id: str
    lang: str
    area: str
    country: str
    latitude: float | None
    longitude: float | None
    observed_at: datetime
    author: str | None = None
    about: str | None = None

    def __repr__(self) -> str:
        """Hide the place."""
        return "<Whereabouts>"


class WhereaboutsIndex:
    """What is known of all reports, in memory only."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._held: dict[str, Whereabouts] = {}
        self._last_row = 0
        self._lock = Lock()

    def known(self, session: Session, ring: Keyring, layer: Layer) -> Mapping[str, Whereabouts]:
        """Read what is new and give all there is.

        Args:
            session: Any session.
            ring: An unlocked keyring; a locked one empties the index.
            layer: Areas of the desk.

        Returns:
            Report id -> whereabouts, in the order of opening.

        Raises:
            DeskLockedError: The desk is locked.
        """
        with self._lock:
            if ring.locked:
                self._held, self._last_row = {}, 0
            for view in self._unread(session, ring):
                self._held[view.report_id] = whereabouts_of(view, layer)
                self._last_row = view.row_id
            return dict(self._held)

    def _unread(self, session: Session, ring: Keyring) -> Iterator[ReportView]:
        while page := reports_after(session, ring, row_id=self._last_row, limit=READ_AT_ONCE):
            yield from page


def whereabouts_of(view: ReportView, layer: Layer) -> Whereabouts:
    """Read what of a report can be filtered by."""
    latitude, longitude = coordinates(view.report.place)
    area = area_of(view.report.place, layer)
    return Whereabouts(
        row_id=view.row_id,
        report_id=view.report_id,
        lang=view.report.lang,
        area=area.code if area else "",
        country=area.country if area else "",
        latitude=latitude,
        longitude=longitude,
        observed_at=view.report.observed.at,
        author=view.author,
        about=view.report.about,
    )


def thread_of(known: Mapping[str, Whereabouts], report_id: str) -> tuple[str, ...]:
    """List the reports that follow one report, in the order of opening."""
    return tuple(found.report_id for found in known.values() if found.about == report_id)


def of_same_install(known: Mapping[str, Whereabouts], report_id: str) -> tuple[str, ...]:
    """List the other reports of the install that sent one, in the order of opening.

    They do not corroborate each other: one voice twice is one voice.
    """
    own = known.get(report_id)
    if own is None or own.author is None:
        return ()
    return tuple(
        found.report_id
        for found in known.values()
        if found.author == own.author and found.report_id != report_id
    )


def coordinates(place: Place | None) -> tuple[float | None, float | None]:
    """Give latitude and longitude in degrees, or twice None."""
    if place is None or place.lat_e5 is None or place.lon_e5 is None:
        return None, None
    return place.lat_e5 / COORDINATE_SCALE, place.lon_e5 / COORDINATE_SCALE


def area_of(place: Place | None, layer: Layer) -> Area | None:
    """Find the area a place lies in: by its code if it names one, else by its point."""
    if place is None:
        return None
    if place.area:
        named = layer.area(place.area)
        if named is not None:
            return named
    latitude, longitude = coordinates(place)
    if latitude is None or longitude is None:
        return None
    return layer.locate(longitude, latitude)


def whereabouts(session: Session, ring: Keyring) -> Mapping[str, Whereabouts]:
    """Give the whereabouts of all reports of the running desk."""
    index = current_app.extensions.setdefault(INDEX_KEY, WhereaboutsIndex())
    if not isinstance(index, WhereaboutsIndex):
        raise TypeError("the app was not made by create_desk_app")
    return index.known(session, ring, layer_of_desk())


def layer_of_desk() -> Layer:
    """Give the areas of the running desk: the world, with its own boundary files over it."""
    return desk_layer(desk_config().home / BOUNDARIES_FOLDER)
