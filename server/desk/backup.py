"""Writing everything of a desk into one file.

Theory of operation: all tables are read in one transaction, so the backup is one moment of the
desk although people go on working; sealed files are written once and never change, so copying
them afterwards cannot tear. The file is written under another name and renamed when it is whole.
"""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, Engine, Table, select

from server.desk import archive
from server.desk.archive import ArchiveError
from server.desk.evidence.derivatives import Kind
from server.desk.evidence.models import DerivativeRow
from server.desk.intake.attachments import AttachmentState
from server.desk.intake.models import AttachmentRow
from server.desk.keys.pull_key import pull_key_path
from server.desk.keys.sealed_files import path_of
from server.plumbing.config import DeskConfig
from server.plumbing.migrations import STEPS

ROWS_AT_ONCE: Final = 500
COPY_BYTES: Final = 1024 * 1024


def write_backup(engine: Engine, config: DeskConfig, target: Path) -> dict[str, int]:
    """Write a backup.

    Args:
        engine: The desk's database.
        config: Where its files lie.
        target: The file to make; one that exists is replaced once the new one is whole.

    Returns:
        How many rows and files are in it.

    Raises:
        ArchiveError: A sealed file is missing on disk.
    """
    with TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        work = Path(folder)
        rows, files, steps = _dump(engine, work)
        members = {f"{archive.TABLES}{path.name}": path for path in sorted(work.iterdir())}
        members |= {f"{archive.EVIDENCE}{one}": _sealed_file(config, one) for one in files}
        members[archive.PULL_KEY] = pull_key_path(config)
        draft = work / "whole.tar"
        _write_tar(draft, members, steps)
        draft.chmod(0o600)
        draft.replace(target)
    return {"rows": rows, "files": len(files)}


def _dump(engine: Engine, work: Path) -> tuple[int, list[str], list[list[object]]]:
    """Write every table into a folder, all of one moment."""
    isolated = engine.execution_options(isolation_level="REPEATABLE READ")
    chosen = isolated if engine.dialect.name == "postgresql" else engine
    with chosen.connect() as connection, connection.begin():
        rows = sum(_dump_table(connection, table, work) for table in archive.tables())
        return rows, _sealed_files(connection), steps_done(connection)


def _sealed_files(connection: Connection) -> list[str]:
    """List the ids of all sealed files: originals, and pictures made from them."""
    originals = select(AttachmentRow.id).where(
        AttachmentRow.state == AttachmentState.COMPLETE.value
    )
    made = select(DerivativeRow.id).where(DerivativeRow.kind != Kind.TEXT.value)
    return sorted([*connection.execute(originals).scalars(), *connection.execute(made).scalars()])


def steps_done(connection: Connection) -> list[list[object]]:
    """List the steps that made the desk's tables what they are."""
    found = connection.execute(select(STEPS.c.room, STEPS.c.number))
    return sorted([room, number] for room, number in found if room.startswith("desk."))


def _dump_table(connection: Connection, table: Table, work: Path) -> int:
    count = 0
    with (work / f"{table.name}.jsonl").open("w", encoding="utf-8") as out:
        for row in _rows(connection, table):
            out.write(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n")
            count += 1
    return count


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, object]]:
    result = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for row in result.mappings():
        yield archive.to_json(table, {str(name): value for name, value in row.items()})


def _sealed_file(config: DeskConfig, file_id: str) -> Path:
    path = path_of(config.evidence_path, file_id)
    if not path.exists():
        raise ArchiveError(f"a sealed file is missing: evidence {file_id[:8]}; nothing was written")
    return path


def _write_tar(draft: Path, members: dict[str, Path], steps: list[list[object]]) -> None:
    manifest = {
        "format": archive.FORMAT,
        "steps": steps,
        "sha256": {name: _sha256(path) for name, path in members.items()},
    }
    with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, archive.MANIFEST, json.dumps(manifest).encode())
        for name, path in members.items():
            tar.add(path, arcname=name, filter=_anonymous)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, BytesIO(content))


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Drop who owned a file and when it was made."""
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(COPY_BYTES):
            digest.update(part)
    return digest.hexdigest()
