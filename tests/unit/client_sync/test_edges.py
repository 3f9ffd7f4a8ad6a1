"""Corners: unknown suites, damaged files, terminals, odd answers, bundles that overflow."""

import errno
import io
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from client_sync import carrying
from client_sync.cli.console import Console
from client_sync.config import ClientConfig
from client_sync.errors import ClientError, StorageError, VaultDamagedError
from client_sync.files import make_home
from client_sync.outbox.migrations import open_outbox_file
from client_sync.outbox.rows import BlobKind, OutboxRow
from client_sync.outbox.states import BlobState
from client_sync.sync.answer import parse_answer
from client_sync.sync.request import encode_request
from client_sync.vault.container import COPY_NAMES, FULL_COST, SMALL_COST
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import RequestHeader, ResponseHeader
from schemas.wire.exchange import encode_response_header
from schemas.wire.frames import FrameType, decode_frames, encode_frame
from tests.support.client_world import Fate, World, fair


def _forget_the_suite(world: World) -> None:
    """Make the directory name a suite that this version cannot seal to."""
    vault = world.client._open().vault
    assert vault.trusted is not None
    directory = vault.trusted.directory
    later = tuple(replace(record, suite=2) for record in directory.recipients)
    vault._trusted = replace(vault.trusted, directory=replace(directory, recipients=later))


def test_a_suite_of_the_future_keeps_the_report_as_a_draft(world: World) -> None:
    _forget_the_suite(world)
    assert world.write("later") is None
    assert world.client._open().sealer.seal_drafts() == ()
    assert world.states() == ["draft"]
    world.restart()
    assert world.states() == ["queued"]


def test_a_newer_outbox_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    open_outbox_file(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ClientError, match="newer version"):
        open_outbox_file(path)


def test_an_outbox_that_is_no_database_is_named_as_such(world: World) -> None:
    world.client.close()
    (world.home / "outbox.db").write_bytes(b"x" * 5000)
    with pytest.raises(ClientError, match="damaged"):
        world.client.status()
    with pytest.raises(ClientError, match="damaged"):
        world.client.status()


def test_both_copies_cut_short_are_called_damaged(world: World) -> None:
    world.client.close()
    for name in COPY_NAMES:
        (world.home / name).write_bytes(b"TOCSINV1")
    with pytest.raises(VaultDamagedError, match="join again"):
        world.client.status()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ClientError, match="--home"):
        make_home(tmp_path / "file" / "home")


def test_the_small_vault_is_a_choice() -> None:
    env = {"TOCSIN_CLIENT_HOME": "/somewhere", "TOCSIN_PASSPHRASE": "secret"}
    assert ClientConfig.from_env(env).cost == FULL_COST
    small = ClientConfig.from_env(env, "/elsewhere", is_small=True)
    assert (small.cost, small.home) == (SMALL_COST, Path("/elsewhere"))
    assert "secret" not in repr(small)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_only_and_cleared_before_words() -> None:
    terminal, file = _Terminal(), io.StringIO()
    for err in (terminal, file):
        console = Console("/home", {}, out=io.StringIO(), err=err)
        console.progress("sealed", 3, 10)
        console.warn("done")
    assert terminal.getvalue() == "\r\x1b[Ksealed 3 of 10\r\x1b[Kdone\n"
    assert file.getvalue() == "done\n"


@pytest.mark.parametrize("typed", ["", None])
def test_no_passphrase_at_the_prompt_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str | None
) -> None:
    def answer(_prompt: str) -> str:
        if typed is None:
            raise EOFError
        return typed

    monkeypatch.setattr("getpass.getpass", answer)
    with pytest.raises(ClientError, match="TOCSIN_PASSPHRASE"):
        Console(str(tmp_path), {}).client()


def test_what_is_too_much_for_one_bundle_goes_into_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "_ROOM_FRAMES", 2)
    for number in range(5):
        world.write(f"report {number}")
    first = world.home.parent / "out.tocsin"
    written = world.client.export(first)
    assert written.blobs == 5
    assert [Path(name).name for name in written.files] == [
        "out.tocsin",
        "out-2.tocsin",
        "out-3.tocsin",
    ]
    other = World(world.home.parent / "courier", seed="courier")
    other.join()
    assert sum(other.client.import_(Path(name)).carried for name in written.files) == 5
    other.client.close()


def test_an_answer_with_spoilt_payloads_still_gives_the_rest() -> None:
    body = encode_response_header(ResponseHeader(5, 0)) + b"".join(
        encode_frame(kind, b"spoilt")
        for kind in (FrameType.POLICY, FrameType.PROBLEM, FrameType.MAILBOX, 0x99)
    )
    parsed = parse_answer(body, is_whole=True)
    assert parsed.is_whole
    assert (parsed.policy(), parsed.problem(), parsed.mailbox()) == (None, None, None)
    assert parsed.payloads(FrameType.POLICY) == (b"spoilt",)


def test_an_answer_with_a_monstrous_length_keeps_what_came_before() -> None:
    body = encode_response_header(ResponseHeader(5, 0)) + encode_frame(FrameType.BOARD, b"page")
    parsed = parse_answer(body + b"\x84\xff\xff\xff", is_whole=True)
    assert not parsed.is_whole
    assert parsed.payloads(FrameType.BOARD) == (b"page",)


def test_a_courier_marks_what_is_not_its_own() -> None:
    rows = [
        OutboxRow(EnvelopeId(bytes(32)), kind, 4, BlobState.QUEUED)
        for kind in (BlobKind.TEXT, BlobKind.CARRIED, BlobKind.CARRIED)
    ]
    request = encode_request(RequestHeader(), [(row, b"blob") for row in rows], ())
    types = [frame.type for frame in decode_frames(request[16:])]
    assert types == [
        FrameType.PUT,
        FrameType.COURIER,
        FrameType.PUT,
        FrameType.PUT,
        FrameType.PAD,
    ]


def _fail_the_disk(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the n-th flush to the disk fail, and those behind it."""
    flushes = iter(range(after))

    def fsync(_handle: int) -> None:
        if next(flushes, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fsync)


@pytest.mark.parametrize("after", [0, 1])
def test_a_full_disk_under_the_vault_neither_loses_nor_doubles(
    world: World, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    world.write("before")
    with monkeypatch.context() as full:
        _fail_the_disk(full, after)
        with pytest.raises(StorageError, match="free some space"):
            world.write("while full")
    world.write("after")
    world.client.sync()
    world.desk.pull()
    world.client.sync()
    texts = sorted(report.text for report in world.desk.reports.values())
    assert texts in (["after", "before"], ["after", "before", "while full"])
    assert world.states() == ["acknowledged"] * len(texts)


def test_a_full_disk_under_the_outbox_keeps_nothing_of_the_report(world: World) -> None:
    world.write("before")
    connection = world.client._open().outbox._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    photo = world.home.parent / "photo.jpg"
    photo.write_bytes(bytes(200_000))
    with pytest.raises(StorageError, match="free some space"):
        world.write("too much", photo)
    assert world.states() == ["queued"]
    world.write("after", photo)
    world.client.sync()
    world.desk.pull()
    assert sorted(r.text for r in world.desk.reports.values()) == ["after", "before"]


def test_a_full_vault_keeps_a_draft_a_draft(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget_the_suite(world)
    world.write("early")
    with monkeypatch.context() as small:
        small.setattr("client_sync.vault.container._ROOM_BYTES", 100)
        world.restart()
        assert world.states() == ["draft"]
        assert world.client._open().sealer.seal_drafts() == ()
    assert len(world.client._open().sealer.seal_drafts()) == 1
    world.client.sync()
    world.desk.pull()
    assert [report.text for report in world.desk.reports.values()] == ["early"]
    assert list(world.desk.opened.values()) == [1]


def test_a_deleted_outbox_is_not_called_delivered(world: World) -> None:
    world.write()
    world.client.close()
    (world.home / "outbox.db").unlink()
    assert world.states() == ["in_doubt"]


def test_a_sync_stopped_by_the_person_leaves_nothing_stuck(world: World) -> None:
    world.write()

    def stop(_up: int, _down: int) -> tuple[Fate, int]:
        raise KeyboardInterrupt

    world.link.weather = stop
    with pytest.raises(KeyboardInterrupt):
        world.client.sync()
    assert world.states() == ["in_doubt"]
    world.link.weather = fair
    assert world.client.sync().receipts == 1
