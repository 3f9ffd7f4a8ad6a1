"""Areas of the world: found by code and place, drawn, thinned, replaced by a desk's own."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.desk.areas.errors import AreasError
from server.desk.areas.layer import Layer, desk_layer, load_layer, world
from server.desk.areas.outline import fit, graduated_radius, path
from server.desk.areas.simplify import within_corners

SQUARE = [[30.0, 10.0], [40.0, 10.0], [40.0, 20.0], [30.0, 20.0], [30.0, 10.0]]
HOLE = [[34.0, 14.0], [36.0, 14.0], [36.0, 16.0], [34.0, 16.0], [34.0, 14.0]]


def layer_file(folder: Path, rings: list[list[list[float]]], **properties: str) -> Path:
    """Write a boundary file with one area."""
    feature = {
        "properties": {"iso_3166_2": "QZ-AA", "adm0_a3": "QZT", "name": "Alda", **properties},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }
    file = folder / "own.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return file


def test_a_town_is_found_in_its_province() -> None:
    area = world().locate(32.53, 15.59)
    assert area is not None
    assert (area.code, area.country) == ("SD-KH", "SDN")
    assert area.name("ar") == "ولاية الخرطوم"
    assert area.name("xx") == "Khartoum"


def test_a_place_at_sea_lies_in_no_area() -> None:
    assert world().locate(-30.0, 0.0) is None


def test_every_area_of_the_world_has_a_name_and_land() -> None:
    layer = world()
    assert len(layer.areas) > 3500
    assert all(area.name() and area.polygons for area in layer.areas)


def test_an_area_drawn_in_several_parts_is_one_area() -> None:
    codes = [area.code for area in world().areas]
    assert len(codes) == len(set(codes))


def test_a_hole_is_outside(tmp_path: Path) -> None:
    layer = load_layer(layer_file(tmp_path, [SQUARE, HOLE]))
    assert layer.locate(31.0, 11.0) is not None
    assert layer.locate(35.0, 15.0) is None


def test_a_desks_own_file_replaces_the_country_it_draws(tmp_path: Path) -> None:
    layer_file(tmp_path, [SQUARE], adm0_a3="SDN")
    layer = desk_layer(tmp_path)
    assert [area.code for area in layer.country("SDN")] == ["QZ-AA"]
    assert layer.area("SD-KH") is None
    assert layer.area("KE-700") is not None


def test_an_area_is_found_by_its_p_code_too(tmp_path: Path) -> None:
    layer = load_layer(layer_file(tmp_path, [SQUARE], pcode="QZ01"))
    assert layer.area("QZ01") is layer.area("QZ-AA")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"type": "Topology"}', '{"type": "FeatureCollection", "features": [1]}'],
)
def test_a_damaged_boundary_file_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "broken.geojson"
    file.write_text(text)
    with pytest.raises(AreasError):
        load_layer(file)


def test_a_country_fits_its_view() -> None:
    areas = world().country("SDN")
    projection = fit(areas, 640, 420)
    points = [projection.point(*p) for a in areas for poly in a.polygons for p in poly[0]]
    assert all(0 <= x <= 640 and 0 <= y <= 420 for x, y in points)
    assert all(path(area, projection).startswith("M") for area in areas)


def test_a_country_across_the_date_line_is_not_torn_apart() -> None:
    areas = world().country("FJI")
    projection = fit(areas, 640, 420)
    xs = [projection.point(*p)[0] for a in areas for poly in a.polygons for p in poly[0]]
    assert projection.crosses_date_line
    assert max(xs) - min(xs) > 100


def test_a_points_surface_speaks_of_its_count() -> None:
    assert graduated_radius(100, 100, 22.0) == 22.0
    assert math.isclose(graduated_radius(25, 100, 22.0), 11.0)
    assert graduated_radius(0, 0, 22.0) == 0.0


@given(st.integers(min_value=5, max_value=300), st.integers(min_value=4, max_value=60))
def test_a_thinned_ring_is_closed_and_small_enough(corners: int, most: int) -> None:
    ring = tuple(
        (math.cos(2 * math.pi * i / corners), math.sin(2 * math.pi * i / corners))
        for i in range(corners)
    )
    thinned = within_corners((*ring, ring[0]), most)
    assert thinned[0] == thinned[-1]
    assert len(thinned) <= max(most, 4)


def test_a_layer_of_nothing_finds_nothing() -> None:
    assert Layer([]).locate(0.0, 0.0) is None
