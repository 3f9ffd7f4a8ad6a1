"""A case as a folder: whole, signed, harmless, and checked by a program apart from ours."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.cli.main import main
from server.desk.accounts.roles import Role
from server.desk.audit.store import entries_about
from server.desk.evidence.derivatives import derivatives_of
from server.desk.intake.store import reports_page
from server.desk.keys.keyring import keyring
from server.desk.keys.profile import profile
from server.plumbing.config import REPOSITORY
from tests.support.desk import PASSPHRASE, DeskRoom, make_desk
from tests.support.desk_browser import DeskBrowser, somebody
from tests.unit.evidence.pictures import CANARY, noise, noted, receive, written

NAME = '..cron.d <img src=x onerror="alert(1)">\u202egpj.exe'
CHECKER = [sys.executable, "-I", str(REPOSITORY / "tools" / "verify_evidence.py")]


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _quick_passwords: None
) -> Iterator[DeskRoom]:
    """A desk that commands find by its environment, with one report and a covered picture."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TOCSIN_DESK_PASSPHRASE", PASSPHRASE)
    made = make_desk(tmp_path / "home")
    yield made
    made.close()


def _case(desk: DeskRoom) -> tuple[str, DeskBrowser]:
    """Receive a picture, cover a part of it, leave a word out; give the report's id."""
    file_id = receive(desk, written(noise(64), exif=noted()), NAME)
    with desk.work() as session:
        report_id = str(reports_page(session, keyring(), limit=1)[0].report_id)
    browser = somebody(desk, Role.ANALYST)
    path = f"/evidence/reports/{report_id}/words"
    covering: dict[str, object] = {"areas": "0 0 5000 5000", "reason": "A face"}
    browser.post(f"/evidence/{file_id}/redact", covering, page=path)
    browser.get(f"/evidence/{file_id}/copy")
    browser.post(path, {"word": "1", "reason": "A name"}, page=path)
    return report_id, browser


@pytest.fixture
def folder(desk: DeskRoom, tmp_path: Path) -> Path:
    """The whole case, exported by the command."""
    report_id, _ = _case(desk)
    out = tmp_path / "case"
    assert main(["desk", "evidence", "export", report_id[:12], "--out", str(out)]) == 0
    return out


def _check(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CHECKER, str(folder), *more], capture_output=True, text=True, check=False
    )


def _manifest(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def test_a_folder_is_whole_and_checked_by_a_program_that_knows_nothing_of_us(
    desk: DeskRoom, folder: Path
) -> None:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    with desk.work() as session:
        (view,) = reports_page(session, keyring(), limit=1)
        made = derivatives_of(session, keyring(), view.report_id)
        key = profile(session).founding_root.hex()
    derived = [f"derivatives/{one.kind.value}-{one.id[:8]}" for one in made if one.kind != "copy"]
    assert [name.rpartition(".")[0] for name in names if "/text" in name or "/pic" in name] == (
        sorted(derived)
    )
    assert {"README.txt", "custody.jsonl", "report.json", "originals/0001.jpg"} <= set(names)
    done = _check(folder, "--key", key)
    assert done.returncode == 0, done.stderr
    assert key in done.stdout
    assert "entries of custody are unchanged" in done.stdout


def test_openssl_agrees_with_our_own_check(folder: Path) -> None:
    openssl = shutil.which("openssl")
    assert openssl is not None, "install openssl: the folder's README tells people to use it"
    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "desk.pem", "-rawin"]
    command += ["-in", "manifest.json", "-sigfile", "manifest.sig"]
    assert command[1:] == [
        *["pkeyutl", "-verify", "-pubin", "-inkey", "desk.pem", "-rawin", "-in", "manifest.json"],
        *["-sigfile", "manifest.sig"],
    ]
    assert " ".join(["openssl", *command[1:]]) in (folder / "README.txt").read_text("utf-8")
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_the_manifest_links_each_copy_to_its_original_with_who_when_and_why(folder: Path) -> None:
    files = _manifest(folder)["files"]
    assert isinstance(files, list)
    by_role: dict[str, list[dict[str, object]]] = {}
    for file in files:
        by_role.setdefault(file["role"], []).append(file)
    (original,) = by_role["original"]
    assert original["name"] == NAME
    (picture,) = [one for one in by_role["derivative"] if one["kind"] == "picture"]
    assert picture["of"] == original["path"]
    assert picture["of_sha256"] == original["sha256"]
    assert (picture["reason"], picture["covered"]) == ("A face", ["0 0 5000 5000"])
    assert str(picture["made_by"]).startswith("person:")
    (text,) = [one for one in by_role["derivative"] if one["kind"] == "text"]
    assert text["of"] == "report.json"


def _turn(path: str, at: int = -2) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        content = bytearray((folder / path).read_bytes())
        content[at] ^= 1
        (folder / path).chmod(0o600)
        (folder / path).write_bytes(content)

    return spoil


def _replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = (folder / path).read_text("utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1), "utf-8")

    return spoil


SPOILED: dict[str, tuple[Callable[[Path], None], str]] = {
    "manifest": (_turn("manifest.json"), "the signature is not of this key"),
    "manifest's first byte": (_turn("manifest.json", 0), "the signature is not of this key"),
    "signature": (_turn("manifest.sig"), "the signature is not of this key"),
    "signature's point": (_turn("manifest.sig", 0), "the signature is not of this key"),
    "key": (_turn("desk.pem", 60), "key"),
    "original": (_turn("originals/0001.jpg"), "was changed"),
    "report": (_turn("report.json"), "was changed"),
    "readme": (_turn("README.txt"), "was changed"),
    "custody": (_replace("custody.jsonl", "report.open", "report.shut"), "was changed"),
    "file gone": (lambda folder: (folder / "report.json").unlink(), "missing"),
    "file added": (lambda folder: (folder / "more.txt").touch(), "does not name it"),
    "link": (lambda folder: (folder / "link").symlink_to("/etc"), "neither a file nor a folder"),
    "manifest gone": (lambda folder: (folder / "manifest.json").unlink(), "cannot be read"),
}


def test_whatever_is_changed_in_a_folder_is_seen(folder: Path, tmp_path: Path) -> None:
    for how, (spoil, words) in SPOILED.items():
        copy = tmp_path / "spoiled"
        shutil.copytree(folder, copy)
        spoil(copy)
        done = _check(copy)
        assert done.returncode == 1, how
        assert words in done.stderr, how
        assert done.stderr.count("\n") == 1, how
        shutil.rmtree(copy)
    for path in (folder / "derivatives").iterdir():
        _turn(f"derivatives/{path.name}")(folder)
        assert _check(folder).returncode == 1


def test_a_folder_of_another_desk_is_seen_by_its_key(folder: Path) -> None:
    done = _check(folder, "--key", "00" * 32)
    assert done.returncode == 1
    assert "another desk's key" in done.stderr


def test_no_name_of_a_sender_becomes_a_path(folder: Path) -> None:
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    assert all(name.isascii() and set(name).isdisjoint("<>\\:\x1b ") for name in names)
    assert not any(part.startswith(".") for name in names for part in name.split("/"))
    for path in folder.rglob("*"):
        assert path.resolve().is_relative_to(folder.resolve())


def test_a_folder_to_share_holds_copies_only(desk: DeskRoom, tmp_path: Path) -> None:
    report_id, _ = _case(desk)
    out = tmp_path / "share"
    assert main(["desk", "evidence", "export", report_id, "--share", "--out", str(out)]) == 0
    assert _check(out).returncode == 0
    roles = {file["role"] for file in json.loads((out / "manifest.json").read_text())["files"]}
    assert roles == {"readme", "derivative"}
    whole = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    for needle in (CANARY, report_id, "They marked the doors", "cron.d", "person:", "A face"):
        assert needle.encode() not in whole


def test_what_an_analyst_shares_names_neither_the_report_nor_them(
    desk: DeskRoom, tmp_path: Path
) -> None:
    report_id, browser = _case(desk)
    page = f"/evidence/reports/{report_id}/words"
    answer = browser.post(f"/evidence/reports/{report_id}/folder", {"scope": "share"}, page=page)
    said = answer.headers["Content-Disposition"]
    assert report_id[:8] not in said
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert not any(report_id[:8] in name for name in archive.namelist())
        archive.extractall(tmp_path)
    (out,) = tmp_path.glob("share-*")
    assert _check(out).returncode == 0
    assert json.loads((out / "manifest.json").read_text())["made_by"] == "desk"


def test_an_analyst_takes_a_case_out_by_a_button_and_it_is_written_down(
    desk: DeskRoom, tmp_path: Path
) -> None:
    report_id, browser = _case(desk)
    page = f"/evidence/reports/{report_id}/words"
    answer = browser.post(f"/evidence/reports/{report_id}/folder", {"scope": "case"}, page=page)
    assert answer.mimetype == "application/zip"
    name = f"case-{report_id[:12]}"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}.zip"
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    assert _check(tmp_path / name).returncode == 0
    with desk.work() as session:
        acts = [entry.act for entry, _ in entries_about(session, report_id)]
    assert acts[-1] == "evidence.export"
    assert "evidence.export" in (tmp_path / name / "custody.jsonl").read_text()


def test_a_place_without_a_folder_of_evidence_is_called_what_it_is(tmp_path: Path) -> None:
    for wrong in (tmp_path, tmp_path / "nowhere"):
        checked = _check(wrong)
        assert (checked.returncode, "no folder of evidence" in checked.stderr) == (1, True)


def test_a_folder_is_written_where_nothing_is_and_nowhere_else(
    desk: DeskRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report_id, _ = _case(desk)
    assert main(["desk", "evidence", "export", report_id, "--out", str(tmp_path)]) == 1
    assert "not there yet" in capsys.readouterr().err
    assert main(["desk", "evidence", "export", "0" * 64, "--out", str(tmp_path / "new")]) == 1
    assert not (tmp_path / "new").exists()
