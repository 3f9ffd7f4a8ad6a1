"""kill -9 of the real command line at every step that touches the disk or the link.

The step is raised until the command survives it, so every step of the command is met, the last one
included. After each death the next command runs as a person would run it.
"""

import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from client_sync.outbox.states import BlobState
from schemas.wire.invite import format_bridge_line
from tests.support.client_process import ClientProcess, found_desk
from tests.support.client_world import NOW, Seeded
from tests.support.http_relay import http_relay
from tests.support.memory_desk import make_relay

STRIDE = 13  # a prime, so that the steps met differ from one part of a loop to the next


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ClientProcess]:
    """A command line that has not joined, with a relay on loopback."""
    with http_relay(make_relay("loopback", NOW, Seeded("kill"))) as front:
        desk = found_desk(front)
        front.relay.day = int(desk.now.timestamp()) // 86400
        yield ClientProcess(tmp_path / "home", desk, front)


def _texts(process: ClientProcess) -> Counter[str]:
    process.desk.take(process.front.relay.blobs.values())
    assert not process.front.relay.stored_twice
    return Counter(report.text for report in process.desk.reports.values())


def _staged(process: ClientProcess) -> int:
    with sqlite3.connect(process.home / "outbox.db") as connection:
        query = "SELECT count(*) FROM blobs WHERE state = ?"
        (count,) = connection.execute(query, (BlobState.SEALED,)).fetchone()
    connection.close()
    return int(count)


def test_a_report_killed_anywhere_is_there_once_or_not_at_all(
    process: ClientProcess, tmp_path: Path
) -> None:
    process.join()
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"p" * 20_000)
    kept: set[str] = set()
    tried: set[str] = set()
    step = 1
    while True:
        text = f"written at step {step}"
        tried.add(text)
        done = process.run(
            "report", "--category", "other", "--text", text, "--attach", str(photo), step=step
        )
        if done.returncode == 0:
            kept.add(text)
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        step += STRIDE
    assert step > 100
    process.json("sync")
    assert _staged(process) == 0
    at_the_desk = _texts(process)
    assert set(at_the_desk.values()) == {1}
    assert kept <= set(at_the_desk) <= tried
    listed = process.json("status")
    assert len(listed) == len(at_the_desk)
    assert {status["state"] for status in listed} == {"held"}
    for report in process.desk.reports.values():
        assert process.desk.file(report.attachments[0]) == photo.read_bytes()


def test_a_sync_killed_anywhere_loses_and_doubles_nothing(process: ClientProcess) -> None:
    process.join()
    step, written = 1, 0
    while True:
        written += 1
        process.json("report", "--category", "other", "--text", f"report {written}")
        done = process.run("sync", "--json", step=step)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        process.json("sync")  # so that every killed sync has the same amount to do
        step += STRIDE
    assert written > 5
    process.json("sync")
    assert _texts(process) == Counter({f"report {n}": 1 for n in range(1, written + 1)})
    assert {status["state"] for status in process.json("status")} == {"held"}


def test_drafts_sealed_in_a_killed_sync_arrive_once(process: ClientProcess) -> None:
    process.desk.relays[0].directory = None
    process.join()
    texts = [f"draft {number}" for number in range(3)]
    for text in texts:
        assert process.json("report", "--category", "other", "--text", text)["state"] == "draft"
    process.desk.push_directory()
    step = 1
    while process.run("sync", "--json", step=step).returncode != 0:
        step += 5 * STRIDE
    process.json("sync")
    assert _texts(process) == Counter(texts)
    assert {status["state"] for status in process.json("status")} == {"held"}


def test_an_acknowledgement_and_a_reply_survive_a_killed_sync(process: ClientProcess) -> None:
    process.join()
    report_id = process.json("report", "--category", "other", "--text", "heard?")["report_id"]
    process.json("sync")
    process.desk.pull()
    process.desk.reply(report_id, "heard")
    step = 1
    while process.run("sync", "--json", step=step).returncode != 0:
        step += 3 * STRIDE
    process.json("sync")
    (status,) = process.json("status")
    assert (status["state"], status["replies"]) == ("acknowledged", 1)


def test_a_joining_killed_anywhere_can_be_done_again(process: ClientProcess) -> None:
    step, invite = 1, format_bridge_line(process.desk.invite)
    while True:
        done = process.run("join", "--small-memory", invite, step=step)
        if done.returncode == 0 or process.run("status").returncode == 0:
            break
        step += STRIDE
    process.json("report", "--category", "other", "--text", "joined")
    process.json("sync")
    assert _texts(process) == Counter(["joined"])
