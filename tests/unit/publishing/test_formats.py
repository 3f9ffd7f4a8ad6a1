"""Atom, GeoJSON, HXL, the chain, and what may be said of a place."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from server.desk.areas.layer import load_layer, world
from server.desk.publishing.alert import Alert, MessageType
from server.desk.publishing.atom import NAMESPACE, write_atom
from server.desk.publishing.chain import TRANSITIONS, follow
from server.desk.publishing.composing import MOST_CORNERS, coarse_area, is_made_up
from server.desk.publishing.errors import ChainError
from server.desk.publishing.geojson import write_geojson
from server.desk.publishing.hxl import COLUMNS, write_hxl
from server.desk.publishing.stored import alert_from_json, alert_to_json
from server.desk.publishing.xml_text import Element, read_document
from tests.unit.publishing.alerts import ALERT, SENT, following

DEMO_BOUNDARIES = Path(__file__).parents[3] / "tools" / "demo" / "boundaries.topojson"


def children(item: Element, name: str) -> list[Element]:
    """Give the children of one Atom name."""
    return [child for child in item.children if child.name == f"{NAMESPACE} {name}"]


def test_a_feed_holds_what_rfc_4287_requires() -> None:
    later = following(MessageType.UPDATE, ALERT)
    text = write_atom([ALERT, later], desk_id="aa", desk_name="Desk", now=SENT)
    feed = read_document(text)
    assert feed.name == f"{NAMESPACE} feed"
    for name in ("id", "title", "updated", "author"):
        assert len(children(feed, name)) == 1, name
    entries = children(feed, "entry")
    assert len(entries) == 2
    for entry in entries:
        for name in ("id", "title", "updated", "content"):
            assert len(children(entry, name)) == 1, name
    assert children(feed, "updated")[0].text == children(entries[0], "updated")[0].text


def test_entries_are_newest_first_and_their_ids_are_their_own() -> None:
    later = following(MessageType.UPDATE, ALERT)
    text = write_atom([ALERT, later], desk_id="aa", desk_name="Desk", now=SENT)
    ids = [children(e, "id")[0].text for e in children(read_document(text), "entry")]
    assert ids == [f"urn:tocsin:alert:{a.identifier}" for a in (later, ALERT)]


def test_a_feed_without_entries_is_still_a_feed() -> None:
    feed = read_document(write_atom([], desk_id="aa", desk_name="Desk", now=SENT))
    assert children(feed, "updated")[0].text == "2026-11-23T12:00:00Z"


def test_geojson_gives_a_province_and_numbers() -> None:
    document = json.loads(write_geojson([ALERT]))
    feature = document["features"][0]
    assert document["type"] == "FeatureCollection"
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"]["reports"] == 8
    ring = feature["geometry"]["coordinates"][0][0]
    assert ring[0] == ring[-1]


def test_outer_rings_run_counter_clockwise() -> None:
    for alert in (ALERT, replace(ALERT, area=replace(ALERT.area, polygons=(RING_BACK,)))):
        ring = json.loads(write_geojson([alert]))["features"][0]["geometry"]["coordinates"][0][0]
        area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
        assert area > 0


RING_BACK = ALERT.area.polygons[0][::-1]


def test_the_second_row_of_the_table_holds_hashtags() -> None:
    rows = list(csv.reader(io.StringIO(write_hxl([ALERT]))))
    assert rows[0] == [heading for heading, _tag, _value in COLUMNS]
    assert all(tag.startswith("#") for tag in rows[1])
    assert len(rows[2]) == len(rows[1])
    assert rows[2][rows[1].index("#indicator+value+num")] == "8"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_never_begins_as_a_formula(start: str) -> None:
    alert = replace(ALERT, headline=f"{start}1+1", instruction=f"{start}cmd")
    row = list(csv.reader(io.StringIO(write_hxl([alert]), newline="")))[2]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
    assert f"'{start}1+1" in row


def test_a_chain_begins_with_an_alert_and_ends_with_a_cancel() -> None:
    update = following(MessageType.UPDATE, ALERT)
    cancel = following(MessageType.CANCEL, ALERT, update)
    assert follow([], MessageType.ALERT) == ()
    assert [r.identifier for r in follow([ALERT, update], MessageType.CANCEL)] == [
        ALERT.identifier,
        update.identifier,
    ]
    for earlier, kind in (
        ([], MessageType.UPDATE),
        ([], MessageType.CANCEL),
        ([ALERT], MessageType.ALERT),
        ([ALERT, cancel], MessageType.UPDATE),
        ([ALERT, cancel], MessageType.CANCEL),
    ):
        with pytest.raises(ChainError):
            follow(earlier, kind)


def test_the_chains_table_knows_every_kind_of_message() -> None:
    assert set(TRANSITIONS) == {None, *MessageType}


def test_an_alert_is_kept_and_read_back_whole() -> None:
    alert: Alert = following(MessageType.UPDATE, ALERT)
    assert alert_from_json(json.loads(json.dumps(alert_to_json(alert)))) == alert


@pytest.mark.parametrize("code", ["QZT", "XKX", "ZZZ", "AAA", "QMA"])
def test_a_code_left_to_users_is_a_made_up_country(code: str) -> None:
    assert is_made_up(code)


@pytest.mark.parametrize("code", ["QAT", "SDN", "KEN", "ZWE", "AGO"])
def test_a_real_country_is_not_made_up(code: str) -> None:
    assert not is_made_up(code)


@pytest.mark.parametrize("code", ["RU-CHU", "CA-NU", "NO-18", "ID-MA", "SD-KH", "GR-J"])
def test_a_province_leaves_with_few_corners_and_rough_places(code: str) -> None:
    area = world().area(code)
    assert area is not None
    coarse = coarse_area(area, area.name())
    assert coarse.polygons
    for ring in coarse.polygons:
        assert ring[0] == ring[-1]
        assert 4 <= len(ring) <= MOST_CORNERS + 1
        assert all(round(x, 2) == x and round(y, 2) == y for x, y in ring)


def test_every_area_of_the_demonstration_can_be_published() -> None:
    for area in load_layer(DEMO_BOUNDARIES).areas:
        assert coarse_area(area, area.name()).polygons


def test_a_message_expires() -> None:
    assert ALERT.expires - ALERT.sent == timedelta(days=14)
