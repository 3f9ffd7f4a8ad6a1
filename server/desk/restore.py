"""Bringing a desk back from a backup, onto an empty place and a database of either kind.

Theory of operation: nothing is believed before its SHA-256 is compared with the manifest's. Files
are written first; the tables come last and in one transaction, so a restore that was interrupted
left no desk, and can be run again.
"""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from sqlalchemy import Connection, Engine, Integer, Table, func, insert, select, text

from server.desk import archive
from server.desk.archive import ArchiveError
from server.desk.backup import steps_done
from server.desk.keys.models import DeskProfileRow
from server.desk.keys.pull_key import pull_key_path, write_private
from server.desk.keys.sealed_files import FILE_MODE, path_of
from server.plumbing.config import DeskConfig

ROWS_AT_ONCE: Final = 500
COPY_BYTES: Final = 1024 * 1024
MAX_MANIFEST_BYTES: Final = 256 * 1024 * 1024
FILE_ID: Final = re.compile(r"[0-9a-f]{32}")


def restore_backup(engine: Engine, config: DeskConfig, source: Path) -> dict[str, int]:
    """Bring a desk back.

    Args:
        engine: An empty desk database of this version.
        config: Where files will lie.
        source: From `write_backup`.

    Returns:
        How many rows and files came back.

    Raises:
        ArchiveError: The place is not empty, or the file is not a whole backup of this version.
    """
    _refuse_occupied(engine)
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _manifest(tar)
            _check_members(tar, manifest)
            files = _restore_files(tar, config)
            rows = _restore_tables(engine, tar, manifest)
    except (tarfile.TarError, EOFError) as error:
        raise ArchiveError("this file is not a backup of a desk, or it was cut") from error
    return {"rows": rows, "files": files}


def _refuse_occupied(engine: Engine) -> None:
    with engine.connect() as connection:
        if connection.execute(select(DeskProfileRow.id)).first() is not None:
            raise ArchiveError("there is a desk here already: restore into an empty TOCSIN_HOME")


def _manifest(tar: tarfile.TarFile) -> dict[str, object]:
    try:
        found = json.loads(_open(tar, archive.MANIFEST).read(MAX_MANIFEST_BYTES))
    except (KeyError, ValueError) as error:
        raise ArchiveError("this file is not a backup of a desk") from error
    if not isinstance(found, dict) or found.get("format") != archive.FORMAT:
        raise ArchiveError("this file is not a backup of a desk")
    return found


def _check_members(tar: tarfile.TarFile, manifest: dict[str, object]) -> None:
    """Compare every member with its hash; refuse what the manifest does not name."""
    wanted = manifest["sha256"]
    names = [name for name in tar.getnames() if name != archive.MANIFEST]
    if not isinstance(wanted, dict) or sorted(names) != sorted(wanted):
        raise ArchiveError("the backup is not whole: take another copy of it")
    for name in names:
        if not tar.getmember(name).isreg() or _sha256(_open(tar, name)) != wanted[name]:
            raise ArchiveError("the backup was changed or is damaged: take another copy of it")


def _restore_files(tar: tarfile.TarFile, config: DeskConfig) -> int:
    config.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(pull_key_path(config), _open(tar, archive.PULL_KEY).read())
    count = 0
    for name in tar.getnames():
        if name.startswith(archive.EVIDENCE):
            _restore_file(tar, name, config)
            count += 1
    return count


def _restore_file(tar: tarfile.TarFile, name: str, config: DeskConfig) -> None:
    file_id = name.removeprefix(archive.EVIDENCE)
    if not FILE_ID.fullmatch(file_id):
        raise ArchiveError("the backup names a file that no desk would make")
    path = path_of(config.evidence_path, file_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    source = _open(tar, name)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE), "wb") as out:
        while part := source.read(COPY_BYTES):
            out.write(part)
        out.flush()
        os.fsync(out.fileno())


def _restore_tables(engine: Engine, tar: tarfile.TarFile, manifest: dict[str, object]) -> int:
    with engine.begin() as connection:
        if manifest.get("steps") != steps_done(connection):
            raise ArchiveError("the backup is of another version: restore it with that version")
        for table in reversed(list(archive.tables())):
            connection.execute(table.delete())
        return sum(_restore_table(connection, tar, table) for table in archive.tables())


def _restore_table(connection: Connection, tar: tarfile.TarFile, table: Table) -> int:
    count = 0
    for part in _parts(_open(tar, f"{archive.TABLES}{table.name}.jsonl")):
        rows = [archive.from_json(table, json.loads(line)) for line in part]
        connection.execute(insert(table), rows)
        count += len(rows)
    if connection.dialect.name == "postgresql":
        _go_on_counting(connection, table)
    return count


def _parts(lines: IO[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    for line in lines:
        part.append(line)
        if len(part) == ROWS_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows behind the restored ones."""
    counted = table.autoincrement_column
    if counted is None or not isinstance(counted.type, Integer):
        return
    last = connection.execute(select(func.max(counted))).scalar()
    if last is not None:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"),
            {"table": table.name, "column": counted.name, "last": last},
        )


def _open(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise ArchiveError("the backup is not whole: take another copy of it")
    return found


def _sha256(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := source.read(COPY_BYTES):
        digest.update(part)
    return digest.hexdigest()
