"""What the Python client leaves on disk and in its arguments, with canaries in every field."""

import base64
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from client_sync.client import Client
from client_sync.composing import Answers
from client_sync.outbox.rows import BlobKind
from tests.support.client_process import ROOT, ClientProcess, found_desk
from tests.support.client_world import NOW, PASSPHRASE, Seeded, World
from tests.support.http_relay import http_relay
from tests.support.memory_desk import make_relay

TEXT = "CANARYTEXT the bridge was closed at dusk"
PLACE = "CANARYPLACE behind the cannery"
NAME = "CANARYNAME.jpg"
CONTENT = b"CANARYCONTENT" * 3000
REPLY = "CANARYREPLY keep away from the bridge"
LAT, LON = 12.34567, -76.54321
CANARIES = [
    *(TEXT.encode()[:16], PLACE.encode()[:16], NAME.encode(), CONTENT[:16], REPLY.encode()[:16]),
    *(b"CANARY", b"1234567", b"7654321", b"Desk of the north", PASSPHRASE.encode()),
]
EVERYTHING_THAT_MAY_BE_THERE = {"lock", "outbox.db", "vault.a", "vault.b"}
ONLY_WHILE_A_COMMAND_RUNS = {"outbox.db-wal", "outbox.db-shm"}


def _spellings(canary: bytes) -> Iterator[bytes]:
    """Spell a canary in the ways it could hide in a file."""
    yield canary
    yield canary.lower()
    yield canary.hex().encode()
    yield canary.decode().encode("utf-16-le")
    for shift in range(3):
        coded = base64.b64encode(b"\x00" * shift + canary)
        yield coded[4 if shift else 0 : -4]


def _assert_clean(folder: Path) -> None:
    """Look for every canary in every file, deflated runs included."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        for canary in CANARIES:
            assert not any(s in raw for s in _spellings(canary) if len(s) > 5), path.name
        for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", raw):
            unpacked = _inflate(raw[start.start() + 2 :])
            assert not any(canary in unpacked for canary in CANARIES), path.name


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(-15).decompress(data, 65536)
    except zlib.error:
        return b""


@pytest.mark.parametrize(
    "hide",
    [
        lambda raw: raw,
        lambda raw: raw.hex().encode(),
        base64.b64encode,
        lambda raw: base64.b64encode(b"x" + raw),
        lambda raw: zlib.compress(raw * 20),
    ],
)
def test_the_search_finds_a_canary_that_was_planted(
    tmp_path: Path, hide: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "file").write_bytes(bytes(100) + hide(TEXT.encode()) + bytes(100))
    with pytest.raises(AssertionError):
        _assert_clean(tmp_path)


def _write(client: Client, photo: Path) -> str | None:
    answers = Answers("attack", TEXT, place=PLACE, lat=LAT, lon=LON)
    return client.report(answers, [photo]).report_id


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A file whose name and bytes are canaries."""
    path = tmp_path / "elsewhere" / NAME
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


def test_a_sealed_report_leaves_nothing_readable_at_any_stage(tmp_path: Path, photo: Path) -> None:
    world = World(tmp_path / "world")
    world.join()
    report_id = _write(world.client, photo)
    _assert_clean(world.home)
    world.client.sync()
    _assert_clean(world.home)
    world.desk.pull()
    assert report_id in world.desk.reports
    (opened,) = world.desk.reports
    world.desk.reply(opened, REPLY)
    world.client.sync()
    assert world.client.replies()[0].text == REPLY
    _assert_clean(world.home)
    world.client.close()
    _assert_clean(world.home)
    assert {path.name for path in world.home.iterdir()} == EVERYTHING_THAT_MAY_BE_THERE


def test_a_draft_is_as_unreadable_as_a_sealed_report(tmp_path: Path, photo: Path) -> None:
    world = World(tmp_path / "world")
    world.link.down = set(world.link.relays)
    world.join()
    _write(world.client, photo)
    _assert_clean(world.home)
    present = {path.name for path in world.home.iterdir()}
    assert present <= EVERYTHING_THAT_MAY_BE_THERE | ONLY_WHILE_A_COMMAND_RUNS
    world.client.close()
    _assert_clean(world.home)


def test_the_passphrase_opens_no_text_after_sealing(tmp_path: Path, photo: Path) -> None:
    """Seal on save: even with the passphrase, the home opens no report."""
    world = World(tmp_path / "world")
    world.link.down = set(world.link.relays)
    world.join()
    _write(world.client, photo)
    world.link.down = set()
    world.client.sync()
    world.client.close()
    for dropped in ("vault.a", "vault.b"):
        other = {"vault.a": "vault.b", "vault.b": "vault.a"}[dropped]
        kept = (world.home / dropped).read_bytes()
        (world.home / dropped).unlink()
        client = world.open_client()
        contents = client._open().vault.contents
        assert contents.drafts == ()
        assert all(not kept.replies for kept in contents.reports.values())
        client.close()
        (world.home / dropped).write_bytes(kept)
        assert (world.home / other).exists()


def test_wiped_bytes_are_overwritten_in_the_outbox(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    world.join()
    world.write("to be wiped")
    session = world.client._open()
    (blob_id,) = session.outbox.undelivered_ids()
    sealed = session.outbox.sealed_bytes(blob_id)
    world.client.sync()
    world.desk.pull()
    world.client.sync()
    world.client.sync()
    world.client.close()
    left = b"".join(path.read_bytes() for path in world.home.iterdir())
    assert sealed[200:400] not in left


def test_the_outbox_in_clear_holds_exactly_these_columns(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    world.join()
    connection = world.client._open().outbox._connection
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    columns = {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for (name,) in tables
    }
    assert columns == {
        "blobs": [
            *("row_no", "blob_id", "parcel", "kind", "size_bytes"),
            *("state", "relay_key", "attempts", "blob", "stamp", "stamp_bits"),
        ],
        "receipts": ["receipt_no", "relay_key", "kind", "ids", "payload"],
        "holdings": [
            *("blob_id", "relay_key", "receipt_no", "held_day"),
            *("until_day", "held_hour", "held_sync"),
        ],
        "acks": ["parcel", "status", "page_seq"],
        "wanted_mail": ["parcel", "week"],
        "mail_cursors": ["relay_key", "prefix", "cursor"],
        "marks": ["name", "number", "raw"],
        "pages": ["seq", "day", "raw"],
        "missed": ["blob_id", "receipt_no"],
        "networks": ["name", "used_sync", "sealed"],
        "spent_tokens": ["relay_key", "parcel", "number", "blob_id", "is_void"],
    }
    assert {kind.value for kind in BlobKind} == {"text", "chunk", "carried"}
    world.client.close()


def test_no_address_of_a_relay_lies_in_clear(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    world.join()
    world.write()
    world.client.sync()
    world.client.close()
    left = b"".join(path.read_bytes() for path in world.home.iterdir())
    assert b"example.org" not in left
    assert b"http" not in left


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ClientProcess]:
    """The command line in processes of its own."""
    with http_relay(make_relay("loopback", NOW, Seeded("privacy"))) as front:
        desk = found_desk(front)
        front.relay.day = int(desk.now.timestamp()) // 86400
        yield ClientProcess(tmp_path / "home", desk, front)


def test_a_command_leaves_no_other_file_anywhere_it_may_write(
    process: ClientProcess, tmp_path: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, person = tmp_path / "tmp", tmp_path / "person"
    scratch.mkdir()
    person.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(scratch))
    monkeypatch.setenv("HOME", str(person))
    process.join()
    done = process.run(
        *("report", "--category", "attack", "--text", "-", "--place", PLACE),
        *("--attach", str(photo), "--json"),
        text=TEXT,
    )
    assert done.returncode == 0
    process.json("sync")
    assert "CANARY" not in done.stdout + done.stderr
    assert list(scratch.iterdir()) == []
    assert list(person.iterdir()) == []
    _assert_clean(process.home)
    assert {path.name for path in process.home.iterdir()} == EVERYTHING_THAT_MAY_BE_THERE


def test_text_from_standard_input_stands_in_no_argument_and_no_memory_dump() -> None:
    """Ask a running command: its arguments are what was typed, and it may leave no core."""
    program = (
        "import resource, sys\n"
        "from client_sync.cli import main as entry\n"
        "entry.main(['completion', 'bash'])\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), sys.orig_argv[3:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.rstrip().endswith("(0, 0) []")


def test_errors_name_no_content(tmp_path: Path, photo: Path) -> None:
    world = World(tmp_path / "world")
    world.join()
    photo.write_bytes(b"")
    said = []
    for answers, files in (
        (Answers("attack", TEXT * 300), []),
        (Answers("attack", TEXT, place=PLACE * 20), []),
        (Answers("attack", TEXT, lat=LAT), []),
        (Answers("attack", TEXT), [photo]),
        (Answers("attack", TEXT), [photo.with_name("CANARYMISSING")]),
    ):
        with pytest.raises(Exception) as caught:  # noqa: PT011  # any error at all
            world.client.report(answers, files)
        said.append(str(caught.value))
    assert "CANARY" not in " ".join(said)
    world.client.close()
