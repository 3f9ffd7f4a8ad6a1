"""The invented country is a clean partition, in open ocean, and made the same every time."""

import json

import pytest

from server.desk.areas import layer
from tools.demo import make_country, mesh, shapes, topology
from tools.demo.content import read_content
from tools.demo.shapes import Topology

HERE = make_country.HERE


@pytest.fixture(scope="module")
def drawn() -> Topology:
    return shapes.read_topology(HERE / "boundaries.topojson")


def test_no_two_borders_cross_or_touch_outside_their_ends(drawn: Topology) -> None:
    assert shapes.crossings(drawn) == []


def test_a_crossing_would_be_found() -> None:
    bow = Topology((((0, 0), (9, 9), (9, 0), (0, 9)),), (1.0, 1.0), (0.0, 0.0), {})
    assert shapes.crossings(bow) == [(((0, 0), (9, 9)), ((9, 0), (0, 9)))]


def test_rings_close_and_run_counter_clockwise(drawn: Topology) -> None:
    for geometry in drawn.objects["admin1"] + drawn.objects["neighbours"]:
        for ring in drawn.rings(geometry):
            assert ring[0] == ring[-1]
            assert shapes.signed_area(ring) > 0


def test_every_inner_arc_is_shared_by_exactly_two_owners(drawn: Topology) -> None:
    uses: dict[int, int] = {}
    for geometry in drawn.objects["admin1"] + drawn.objects["neighbours"]:
        for polygon in geometry["arcs"]:
            for number in polygon[0]:
                arc = number if number >= 0 else ~number
                uses[arc] = uses.get(arc, 0) + 1
    assert set(uses) == set(range(len(drawn.arcs)))
    assert set(uses.values()) == {1, 2}


def test_every_town_lies_in_its_own_area_only(drawn: Topology) -> None:
    country = json.loads((HERE / "country.json").read_text(encoding="utf-8"))
    rings = {one["properties"]["pcode"]: drawn.rings(one) for one in drawn.objects["admin1"]}
    assert len(country["settlements"]) >= 60
    for town in country["settlements"]:
        point = (town["lon"], town["lat"])
        assert [area for area in rings if shapes.holds(rings[area], point)] == [town["area"]]


def test_every_reported_point_lies_on_land(drawn: Topology) -> None:
    rings = [ring for one in drawn.objects["admin1"] for ring in drawn.rings(one)]
    for report in read_content().reports:
        if report["place_precision"] == "settlement" and report["lat"] is not None:
            assert shapes.holds(rings, (report["lon"], report["lat"])), report["ref"]


def test_areas_carry_codes_and_names_in_three_languages(drawn: Topology) -> None:
    areas = [one["properties"] for one in drawn.objects["admin1"]]
    assert 9 <= len(areas) <= 12
    assert len({area["pcode"] for area in areas}) == len({area["iso_3166_2"] for area in areas})
    for area in areas:
        assert area["iso_3166_2"].startswith("QZ-")
        assert all(area[key] for key in ("name", "name_fr", "name_ar"))


def test_the_country_lies_far_from_any_land_of_the_world_layer(drawn: Topology) -> None:
    points = [drawn.degrees(step) for arc in drawn.arcs for step in arc]
    west, east = min(x for x, _ in points) - 2, max(x for x, _ in points) + 2
    south, north = min(y for _, y in points) - 2, max(y for _, y in points) + 2
    for area in layer.world().areas:
        corners = [point for polygon in area.polygons for point in polygon[0]]
        near = [(x, y) for x, y in corners if west < x < east and south < y < north]
        assert near == [], area.code


def test_the_desks_own_reader_finds_each_town_in_its_area() -> None:
    demonstration = layer.load_layer(HERE / "boundaries.topojson").over(layer.world())
    country = json.loads((HERE / "country.json").read_text(encoding="utf-8"))
    for town in country["settlements"]:
        found = demonstration.locate(town["lon"], town["lat"])
        assert found is not None
        assert found.pcode == town["area"]
        assert found.name("ar")


def test_the_same_names_make_the_same_country() -> None:
    names = json.loads((HERE / "names.json").read_text(encoding="utf-8"))
    seeds = {area["pcode"]: (area["seed"][0], area["seed"][1]) for area in names["areas"]}
    owners = mesh.label_cells(seeds, make_country.ISLAND_AREA)
    made = json.dumps(
        make_country.boundaries(names, owners), ensure_ascii=False, separators=(",", ":")
    )
    assert made + "\n" == (HERE / "boundaries.topojson").read_text(encoding="utf-8")
    country = json.loads((HERE / "country.json").read_text(encoding="utf-8"))
    assert country["settlements"][0]["name"] == names["settlements"][0]["name"]


def test_smoothing_holds_the_ends_of_a_border() -> None:
    line = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]
    assert topology.smoothed(line)[0] == line[0]
    assert topology.smoothed(line)[-1] == line[-1]
