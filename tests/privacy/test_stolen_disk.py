"""The disk of a stopped desk, searched byte by byte, on SQLite and on PostgreSQL.

Everything that can be done at a desk is done once, through its own code and with words of its own
(`tests/support/filled_desk.py`). Then the desk is stopped, and whatever it, its relay, its
processes and its database wrote is searched for those words in every form they might lie in.
"""

import base64
import gzip
import json
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk.backup import write_backup
from server.desk.db import Row, db, start_writing
from server.desk.intake.store import report_keys, reports_page
from server.desk.keys.channels import add_channel
from server.desk.keys.keyring import Keyring, keyring
from tests.support.desk import DeskRoom, a_report, make_desk
from tests.support.disk_search import files_below, found_in, search
from tests.support.filled_desk import AREA, INDICATORS, FilledDesk, Words, fill, stop
from tests.support.postgres import EmbeddedPostgres

PLANTED = "planted-heron"
"""A word in a column that is clear on purpose: a search that does not find it finds nothing."""

LAT_E5, LON_E5 = -4_711_373, 3_612_987


@dataclass
class Stolen:
    """What a thief holds, and what to look for.

    Attributes:
        clear: Table, column and value of everything in the database that is not bytes.
    """

    files: list[Path]
    words: Mapping[str, bytes | str]
    clear: list[tuple[str, str, object]]


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def stolen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, quick_passwords: None
) -> Iterator[Stolen]:
    """The files of a desk in which everything was done, after it was stopped."""
    del quick_passwords
    home, temporary = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("temporary")
    with ExitStack() as stack:
        on_postgres = request.param == "postgres"
        server = stack.enter_context(EmbeddedPostgres(durable=True)) if on_postgres else None
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", None)
        desk = fill(make_desk(home, server.create_database() if server else None))
        _carry_away(desk)
        _plant(desk.room)
        words = _words_of(desk)
        with desk.room.work() as session:
            clear = list(_clear(session))
        stop(desk)
        if server:
            server.stop()
        yield Stolen(
            [*files_below(home, temporary), *(server.written if server else [])], words, clear
        )


def _carry_away(desk: FilledDesk) -> None:
    """Read, search, take every file that can be taken, and remove what was taken."""
    named, words = desk.named, desk.words
    for path in (
        f"/queue?q={words.view_word}&state=all",
        f"/reports/{named['report_id']}",
        f"/incidents/{named['incident_id']}",
        f"/evidence/{named['attachment_id']}/save",
        "/signals",
        f"/publications/{named['publication_id']}/cap",
        *(f"/publications/files/{kind}" for kind in ("atom", "geojson", "hxl")),
        "/suggestions",
    ):
        response = desk.lead.get(path)
        assert response.status_code == 200, path
        assert response.get_data()
    backup = desk.room.config.home / "desk.tar"
    with desk.room.work():
        write_backup(db.engine, desk.room.config, backup)
    backup.unlink()


def _plant(room: DeskRoom) -> None:
    bridge = replace(room.relay.bridge, url="http://127.0.0.1:8470/another-line")
    with room.work() as session:
        start_writing(session)
        add_channel(session, label=PLANTED, bridge=bridge, actor="command")
        session.commit()


def _words_of(desk: FilledDesk) -> dict[str, bytes | str]:
    """Gather all that may not be found: words, places, codings, names, hashes, keys."""
    said: dict[str, object] = asdict(desk.words)
    words: dict[str, bytes | str] = {
        name: one for name, one in said.items() if isinstance(one, str)
    }
    words |= {"content": desk.words.content[:15], "planted": PLANTED}
    words |= {f"coding {one}": f'"{one}"' for one in INDICATORS}
    words |= {"area": AREA, "coding": "indicator_id", "latitude": str(abs(LAT_E5))}
    words |= {"longitude": str(LON_E5), "degrees": f"{LAT_E5 / 100_000}"}
    words |= {f"author {number}": key for number, key in enumerate(desk.authors)}
    with desk.room.work() as session:
        for view in reports_page(session, keyring(), limit=100):
            keys = report_keys(session, keyring(), view.report_id).derived
            for name in keys.__dataclass_fields__:
                words[f"{name} key of {view.row_id}"] = getattr(keys, name)
            for file in view.files:
                words["file's hash"] = file.sha256
                words["file's hash, bytes"] = bytes.fromhex(file.sha256)
        words["storage key"] = keyring().storage_key()
    return words


def _clear(session: Session) -> Iterator[tuple[str, str, object]]:
    """Read everything of the database that is neither bytes nor nothing."""
    for table in Row.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            for name, value in row.items():
                if value is not None and not isinstance(value, bytes):
                    yield table.name, str(name), value


def test_nothing_that_was_said_or_judged_is_in_any_file_of_a_stopped_desk(stolen: Stolen) -> None:
    found = search(stolen.files, stolen.words)
    assert {one for one in found if one[1] != "planted"} == set()


def test_the_search_reads_the_database_s_own_files(stolen: Stolen) -> None:
    found = {(name, form) for _, name, form in search(stolen.files, {"planted": PLANTED})}
    assert ("planted", "plain") in found


def test_no_clear_column_names_an_indicator_or_a_place(stolen: Stolen) -> None:
    told = re.compile("|".join([*(rf"(?<![\d.]){re.escape(i)}(?!\d)" for i in INDICATORS), AREA]))
    names = {(table, column) for table, column, value in stolen.clear if told.search(str(value))}
    assert names == set()
    assert not {LAT_E5, LON_E5} & {value for *_, value in stolen.clear if isinstance(value, int)}


def test_every_word_of_a_filled_desk_is_looked_for(stolen: Stolen) -> None:
    said = {name for name, value in asdict(Words()).items() if isinstance(value, str)}
    assert said <= set(stolen.words)
    assert len([name for name in stolen.words if "key of" in name]) > 20


HIDINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "UTF-16": lambda word: word.encode("utf-16-le"),
    "UTF-16 BE": lambda word: word.encode("utf-16-be"),
    "hex": lambda word: word.encode().hex().encode(),
    "HEX": lambda word: word.encode().hex().upper().encode(),
    "base64 at 0": lambda word: base64.b64encode(word.encode()),
    "base64 at 1": lambda word: base64.b64encode(b"x" + word.encode()),
    "base64 at 2": lambda word: base64.b64encode(b"xy" + word.encode()),
    "escaped": lambda word: json.dumps(word).encode(),
    "reversed": lambda word: word.encode()[::-1],
    "compressed plain": lambda word: zlib.compress(word.encode() * 9),
    "compressed UTF-16": lambda word: gzip.compress(word.encode("utf-16-le")),
}


@pytest.mark.parametrize("form", HIDINGS)
def test_the_search_finds_a_word_in_each_form(form: str) -> None:
    for word in ("canary-kestrel", "حجر الكناري عند الجسر"):
        content = bytes(range(256)) * 7 + HIDINGS[form](word) + bytes(range(256))
        assert ("word", form) in found_in(content, {"word": word})


def test_a_report_that_was_not_sealed_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take the sealing away, and the same search finds the report."""

    def keep(_ring: Keyring, _table: str, _column: str, _row: str, plain: bytes) -> bytes:
        return plain

    monkeypatch.setattr(Keyring, "seal", keep)
    monkeypatch.setattr(Keyring, "open", keep)
    room = make_desk(tmp_path)
    room.relay.put([room.seal(a_report("canary-kestrel over the granary")).blob])
    room.pull()
    room.close()
    assert search(files_below(tmp_path), {"text": "canary-kestrel"}) != set()
