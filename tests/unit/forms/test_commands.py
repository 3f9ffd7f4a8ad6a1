"""`desk forms import`, `export` and `publish --draft`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.forms import bundled_document, in_force
from server.cli.main import main
from server.plumbing import passwords
from tests.support.desk import PASSPHRASE, DeskRoom, make_desk
from tests.unit.forms.spreadsheets import ANSWERS, SURVEY, file_of


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskRoom]:
    """A desk that the commands of this process find by its environment."""
    monkeypatch.setattr(passwords, "PASSES", 1)
    monkeypatch.setattr(passwords, "MEMORY_BYTES", 64 * 1024)
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("TOCSIN_DESK_PASSPHRASE", PASSPHRASE)
    desk = make_desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An XLSForm with one question of a kind that Tocsin has not."""
    path = tmp_path / "water.xlsx"
    survey = [
        SURVEY,
        ["select_one source", "from", "Where from?", "D'où ?"],
        ["image", "i", "P", "P"],
    ]
    path.write_bytes(file_of(survey, ANSWERS))
    return path


def test_a_dry_run_names_each_cell_and_keeps_nothing(
    room: DeskRoom, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", "forms", "import", str(file), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kept"], told["in_the_way"]) == (False, [])
    assert [(one["cell"], one["code"], one["kind"]) for one in told["findings"]] == [
        ("survey!A3", "type", "lost")
    ]
    assert "“image”" in told["findings"][0]["says"]
    assert main(["desk", "forms", "publish", "--draft", "water"]) == 1


def test_an_imported_form_is_published_once_its_findings_are_read(
    room: DeskRoom, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", "forms", "import", str(file)]) == 0
    assert "survey!A3: Left out" in capsys.readouterr().out
    assert main(["desk", "forms", "publish", "--draft", "water"]) == 1
    assert "left out" in capsys.readouterr().err
    dry = ["desk", "forms", "publish", "--draft", "water", "--findings-read", "--dry-run"]
    assert main(dry) == 0
    assert len(in_force(room.directory().forms)) == 4
    assert main(dry[:-1]) == 0
    assert in_force(room.directory().forms)[-1].title == {"en": "Water", "fr": "Eau"}


def test_a_form_is_exported_and_imported_as_it_was(
    room: DeskRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "conduct.xlsx"
    assert main(["desk", "forms", "export", "conduct", "--xlsx", "--out", str(out)]) == 0
    assert main(["desk", "forms", "import", str(out)]) == 0
    capsys.readouterr()
    assert main(["desk", "forms", "export", "conduct", "--draft"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {**document, "version": 1} == bundled_document("conduct")
    assert main(["desk", "forms", "export", "nothing"]) == 1


def test_what_is_no_spreadsheet_is_said_in_one_line(
    room: DeskRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert main(["desk", "forms", "import", str(path), "--dry-run"]) == 1
    assert "Save it as .xlsx" in capsys.readouterr().err
    assert main(["desk", "forms", "import", str(tmp_path / "gone.xlsx")]) == 1
