"""The taxonomy's data files agree with each other."""

import json

from schemas.framework import bundled, read_bundled

OVERLAYS = json.loads(read_bundled("overlays.json"))
IDS = [indicator.id for indicator in bundled().indicators()]


def test_every_indicator_is_structural_dynamic_or_a_trigger_and_only_one() -> None:
    listed = [name for names in OVERLAYS["dynamics"].values() for name in names]
    assert sorted(listed) == sorted(IDS)


def test_overlays_speak_only_of_indicators_that_exist() -> None:
    for overlay in ("patterns", "cyber_capability"):
        assert {name for names in OVERLAYS[overlay].values() for name in names} <= set(IDS)


def test_every_kind_of_risk_factor_points_to_a_crime() -> None:
    kinds = {factor.kind.value for factor in bundled().factors}
    assert set(OVERLAYS["crimes_by_factor_kind"]) == kinds


def test_the_files_are_of_one_version() -> None:
    categories = json.loads(read_bundled("categories.json"))
    assert OVERLAYS["taxonomy_version"] == categories["taxonomy_version"] == bundled().version
