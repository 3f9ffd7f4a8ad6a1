"""A pack of places from a gazetteer: what is kept, in which order, and what is refused."""

from pathlib import Path

import pytest

from schemas.bundle.place_pack import read_place_pack
from schemas.constants import MAX_PACK_BYTES
from tools.make_place_pack import GazetteerError, main, read_gazetteer

ARABIC = "\u062a\u0645\u0628\u0648\u0631\u0627\u0644"


def line(name: str, people: int = 0, feature: str = "P PPL", **change: str) -> str:
    """Write one line of a gazetteer."""
    feature_class, code = feature.split()
    cells = {
        "id": "1",
        "name": name,
        "ascii": name,
        "others": "",
        "latitude": "-15.93094",
        "longitude": "80.05274",
        "class": feature_class,
        "code": code,
        "country": "QZ",
        "cc2": "",
        "division": "01",
        **dict.fromkeys(("second", "third", "fourth"), ""),
        "people": str(people),
        **dict.fromkeys(("height", "model", "zone"), ""),
        "changed": "2026-01-01",
        **change,
    }
    return "\t".join(cells.values()) + "\n"


def made_of(folder: Path, *lines: str, divisions: str = "QZ.01\tSelame\tSelame\t9\n") -> Path:
    """Make a pack of some lines; where it is."""
    (folder / "QZ.txt").write_text("".join(lines), encoding="utf-8")
    (folder / "admin1.txt").write_text(divisions, encoding="utf-8")
    target = folder / "tarvane.places"
    files = ["--gazetteer", str(folder / "QZ.txt"), "--divisions", str(folder / "admin1.txt")]
    assert main([str(target), *files, "--name", "Tarvane", "--made", "2026-11-28"]) == 0
    return target


def test_places_stand_by_their_people_with_their_region_and_all_their_names(tmp_path: Path) -> None:
    lines = [
        line("Karvelle", 10),
        line("Tamboral", 900, others="Tamboralle,\u062a\u0645\u0628\u0648\u0631\u0627\u0644"),
    ]
    pack = read_place_pack(made_of(tmp_path, *lines).read_bytes())
    assert [place.names[0] for place in pack.places] == ["Tamboral", "Karvelle"]
    first = pack.places[0]
    assert first.names[1:] == ("Tamboralle", ARABIC)
    assert (first.latitude, first.longitude) == (-159309, 800527)
    assert first.region is not None
    assert pack.regions[first.region] == "Selame"


def test_only_settlements_that_are_there_and_districts_are_taken(tmp_path: Path) -> None:
    lines = [
        line("Village"),
        line("District", feature="A ADM2"),
        line("River", feature="H STM"),
        line("Ruin", feature="P PPLQ"),
        line("Region", feature="A ADM1"),
    ]
    pack = read_place_pack(made_of(tmp_path, *lines).read_bytes())
    assert [(place.names[0], place.kind) for place in pack.places] == [
        ("District", "d"),
        ("Village", "s"),
    ]


def test_name_that_a_phone_could_not_show_as_it_stands_is_left_out(tmp_path: Path) -> None:
    lines = [line("Tamboral", others="Tam\u202eboral, ," + "x" * 81), line("\u200b" * 81)]
    pack = read_place_pack(made_of(tmp_path, *lines).read_bytes())
    assert [place.names for place in pack.places] == [("Tamboral",)]


def test_place_whose_region_has_no_name_stands_without_one(tmp_path: Path) -> None:
    target = made_of(tmp_path, line("Tamboral", division="77"))
    assert read_place_pack(target.read_bytes()).places[0].region is None


def test_more_than_a_phone_takes_leaves_out_those_with_the_fewest_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spellings = ",".join(f"{n:030}" for n in range(7))
    lines = [line(f"Village {n}", n, others=spellings) for n in range(20_000)]
    data = made_of(tmp_path, *lines).read_bytes()
    pack = read_place_pack(data)
    assert len(data) <= MAX_PACK_BYTES
    assert pack.places[0].names[0] == "Village 19999"
    assert f"{len(pack.places)} of 20000 places" in capsys.readouterr().out
    assert len(pack.places) < len(lines)


@pytest.mark.parametrize(
    "wrong",
    [
        "Tamboral\t1\t2\n",
        line("Tamboral", latitude="north"),
        line("T").replace("\t0\t", "\tmany\t"),
    ],
)
def test_line_that_is_none_of_a_gazetteer_is_named_by_its_number(wrong: str) -> None:
    with pytest.raises(GazetteerError, match="line 2"):
        read_gazetteer([line("Karvelle"), wrong])


def test_demonstration_gives_a_small_pack(tmp_path: Path) -> None:
    target = tmp_path / "tarvane.places"
    assert main([str(target), "--demo"]) == 0
    pack = read_place_pack(target.read_bytes())
    assert pack.name == "Tarvane"
    assert len(pack.places) > 50
    assert target.stat().st_size < 8192


def test_what_cannot_be_made_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "none.places"
    missing = tmp_path / "missing.txt"
    rest = ["--name", "Tarvane", "--made", "2026-11-28"]
    assert main([str(target), "--gazetteer", str(missing), *rest]) == 1
    said = capsys.readouterr().err
    assert said == f"no pack was made: {missing}: No such file or directory\n"
    missing.write_bytes(b"\xff\xfe")
    assert main([str(target), "--gazetteer", str(missing), *rest]) == 1
    assert "UTF-8" in capsys.readouterr().err
    assert not target.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--gazetteer", "QZ.txt", "--made", "2026-11-28"], "--name"),
        (["--gazetteer", "QZ.txt", "--name", "Tarvane", "--made", "tomorrow"], "2026-11-28"),
        ([], "--demo"),
    ],
)
def test_what_is_missing_or_wrong_on_the_command_line_is_named(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path / "none.places"), *options])
    assert said in capsys.readouterr().err.splitlines()[-1]
