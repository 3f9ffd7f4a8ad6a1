"""Exactly what a relay may leave behind, on disk, in its log and in its process list."""

import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from schemas.envelope.sealing import envelope_id
from schemas.wire.frames import FrameType, encode_frame
from tests.support.relay_answers import put
from tests.support.relay_process import RelayProcess
from tests.support.relays import RelayUnderTest, blob_of

COLUMNS = {
    "blobs": ["seq", "id", "bucket", "day", "blob"],
    "holdings": ["bucket", "blobs"],
    "board_pages": ["seq", "page"],
    "replies": ["seq", "address", "day", "cipher"],
    "directories": ["version", "signed"],
    "desk_nonces": ["nonce", "day"],
    "tokens": ["hash", "day", "spent"],
    "beginnings": ["seq", "tag", "day", "content"],
    "upstream_marks": ["seq", "state"],
    "upstream": ["name", "value"],
    "schema_steps": ["room", "number"],
}
"""Every column of every table; adding one is a decision about what a seizure shows."""

FILES_RUNNING = {
    "relay.key",
    "relay.paths",
    "relay.counts",
    "relay.desk",
    "relay.db",
    "relay.db-wal",
    "relay.db-shm",
    "relay.db.turn",
}
FILES_STOPPED = FILES_RUNNING - {"relay.db-wal", "relay.db-shm"}

LOG_LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\dZ [A-Z]+ (tocsin|gunicorn\.error) ?[a-z._]*( [a-z]+=\S+)*"
)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[RelayProcess]:
    """A deployed relay that has seen good and bad requests."""
    with RelayProcess(tmp_path) as relay:
        with relay.client() as client:
            client.put(*[blob_of(number) for number in range(20)])
            client.exchange(put(b"too short") + encode_frame(0x0E))
        yield relay


def test_tables_and_columns_are_these_and_no_others(relay: RelayUnderTest) -> None:
    inspector = inspect(relay.relay.storage.engine)
    tables = set(inspector.get_table_names()) - {"sqlite_sequence"}
    found = {name: [one["name"] for one in inspector.get_columns(name)] for name in tables}
    assert found == COLUMNS


def test_row_of_a_blob_says_size_and_day_and_nothing_else(lone_relay: RelayUnderTest) -> None:
    lone_relay.exchange(put(blob_of(1)), source="192.0.2.7")
    with lone_relay.relay.storage.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM blobs").all()
    assert [tuple(row) for row in rows] == [
        (1, envelope_id(blob_of(1)), 1024, lone_relay.day, blob_of(1))
    ]


def test_files_are_these_and_no_others(busy: RelayProcess) -> None:
    assert {path.name for path in busy.folder.iterdir()} == FILES_RUNNING
    assert {stat.S_IMODE(path.stat().st_mode) for path in busy.folder.iterdir()} == {0o600}
    assert busy.stop() == 0
    assert {path.name for path in busy.folder.iterdir()} == FILES_STOPPED
    assert (busy.folder / "relay.db.turn").read_bytes() == b""


def test_file_holds_no_address_and_no_path(busy: RelayProcess) -> None:
    secret = busy.path.removeprefix("/").encode("ascii")
    busy.stop()
    for name in FILES_STOPPED - {"relay.paths"}:
        content = (busy.folder / name).read_bytes()
        assert b"127.0.0.1" not in content
        assert secret not in content


def test_log_holds_no_address_id_or_path(busy: RelayProcess) -> None:
    busy.stop()
    log = busy.log.read_text()
    assert log
    for line in log.splitlines():
        assert LOG_LINE.fullmatch(line), line
    assert "127.0.0.1" not in log
    assert busy.path not in log
    assert envelope_id(blob_of(1)).hex() not in log


def test_process_list_holds_no_path_and_no_key(busy: RelayProcess) -> None:
    children = Path(f"/proc/{busy.pid}/task/{busy.pid}/children").read_text("ascii").split()
    assert children
    for pid in (str(busy.pid), *children):
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
        assert busy.path.encode("ascii") not in arguments
        assert (busy.folder / "relay.key").read_bytes() not in arguments


def test_purged_bytes_are_gone_from_every_file_at_once(tmp_path: Path) -> None:
    relay = RelayUnderTest(tmp_path)
    blobs = [blob_of(number) for number in range(30)]
    relay.put(*blobs)
    relay.purge(*blobs)
    content = b"".join(path.read_bytes() for path in sorted((tmp_path / "relay").iterdir()))
    assert not [blob for blob in blobs if blob[:64] in content]
    assert all(bytes(envelope_id(blob)) in content for blob in blobs)
    relay.close()


def test_expired_bytes_are_gone_from_every_file_at_once(tmp_path: Path) -> None:
    relay = RelayUnderTest(tmp_path)
    relay.put(*[blob_of(number) for number in range(30)])
    relay.clock.advance(timedelta(days=31))
    relay.relay.inbox.tidy()
    content = b"".join(path.read_bytes() for path in sorted((tmp_path / "relay").iterdir()))
    assert not [number for number in range(30) if blob_of(number)[:64] in content]
    assert not [n for n in range(30) if bytes(envelope_id(blob_of(n))) in content]
    relay.close()


def test_replies_and_pages_go_out_as_they_came_in(lone_relay: RelayUnderTest) -> None:
    reply = bytes(range(16)) + bytes([7]) * 1024
    lone_relay.desk(encode_frame(FrameType.PUT_REPLY, reply))
    with lone_relay.relay.storage.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM replies").all()
    assert [tuple(row) for row in rows] == [(1, reply[:16], lone_relay.day, reply[16:])]
