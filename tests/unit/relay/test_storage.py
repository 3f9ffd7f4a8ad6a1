"""The database: schema, turns, and what every process knows of the desk's last word."""

import multiprocessing
import threading
from datetime import timedelta
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine.interfaces import ReflectedColumn

from schemas.wire.frames import FrameType, encode_frame
from server.plumbing.clock import FixedClock
from server.relay import models
from server.relay.noticeboard import FRESH_SECONDS, Noticeboard
from server.relay.shared import SharedMemory
from server.relay.storage import Storage
from server.relay.turn import Turn
from tests.support.relays import NOON, RelayUnderTest, page_of

WAIT_SECONDS = 20


def test_migrations_make_what_the_models_say(relay: RelayUnderTest, tmp_path: Path) -> None:
    inspector = inspect(relay.relay.storage.engine)
    made = set(inspector.get_table_names()) - {"schema_steps", "sqlite_sequence"}
    assert made == set(models.METADATA.tables)
    for name, table in models.METADATA.tables.items():
        columns: list[ReflectedColumn] = inspector.get_columns(name)
        assert [(one["name"], one["nullable"]) for one in columns] == [
            (one.name, one.nullable) for one in table.columns
        ]
        assert {index["name"] for index in inspector.get_indexes(name)} >= {
            index.name for index in table.indexes
        }


def test_sqlite_is_durable_on_every_connection(lone_relay: RelayUnderTest) -> None:
    with lone_relay.relay.storage.writing() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_application_holds_nothing_open_before_it_serves(tmp_path: Path) -> None:
    threads = threading.active_count()
    relay = RelayUnderTest(tmp_path)
    assert threading.active_count() == threads
    targets = {
        str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()
    }
    assert not [target for target in targets if target.startswith(str(tmp_path))]
    relay.close()


def test_readers_do_not_wait_for_a_writer(lone_relay: RelayUnderTest) -> None:
    storage: Storage = lone_relay.relay.storage
    with storage.writing() as writer:
        writer.exec_driver_sql("UPDATE holdings SET blobs = 7")
        with storage.reading() as reader:
            seen = reader.exec_driver_sql("SELECT max(blobs) FROM holdings").scalar_one()
    assert seen == 0


def _add_many(turn_path: Path, counter_path: Path, times: int) -> None:
    """Read, add one, write: loses counts unless turns are kept."""
    turn = Turn(turn_path)
    for _ in range(times):
        with turn.taken():
            counter_path.write_text(str(int(counter_path.read_text("ascii")) + 1), "ascii")


def test_turn_is_held_by_one_thread_of_one_process(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0", "ascii")
    turn = tmp_path / "turn"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add_many, args=(turn, counter, 200)) for _ in range(2)]
    for process in processes:
        process.start()
    shared = Turn(turn)

    def add_here() -> None:
        for _ in range(100):
            with shared.taken():
                counter.write_text(str(int(counter.read_text("ascii")) + 1), "ascii")

    threads = [threading.Thread(target=add_here) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    for process in processes:
        process.join(WAIT_SECONDS)
    shared.close()
    assert counter.read_text("ascii") == "600"


def test_turn_can_be_taken_again_after_close(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "turn")
    for _ in range(2):
        with turn.taken():
            assert (tmp_path / "turn").exists()
        turn.close()


def test_other_process_sees_the_desks_word_at_once(lone_relay: RelayUnderTest) -> None:
    parts = lone_relay.relay
    elsewhere = Noticeboard(parts.storage, parts.shared, lone_relay.clock)
    assert elsewhere.notice().board_head == 0
    lone_relay.desk(encode_frame(FrameType.PUT_BOARD, page_of(1)))
    assert elsewhere.notice().board_head == 1


def test_other_machine_sees_the_desks_word_after_some_seconds(
    lone_relay: RelayUnderTest,
) -> None:
    clock = FixedClock(NOON)
    elsewhere = Noticeboard(lone_relay.relay.storage, SharedMemory(), clock)
    assert elsewhere.notice().board_head == 0
    lone_relay.desk(encode_frame(FrameType.PUT_BOARD, page_of(1)))
    assert elsewhere.notice().board_head == 0
    clock.advance(timedelta(seconds=FRESH_SECONDS))
    assert elsewhere.notice().board_head == 1
